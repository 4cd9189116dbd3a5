import CityIdentity

/// Decides on requests in the order in which they came, counting uses as a gateway does.
package struct PolicyReplay: Sendable {
    private let policies: @Sendable (DatasetIdentifier) -> PolicySet

    /// The moments of uses by rule, dataset and consumer, in order.
    private var uses: [Counted: [IdentificationCode: [Timestamp]]] = [:]

    private struct Counted: Hashable {
        let policy: PolicyHash
        let rule: String
        let target: IRI
    }

    /// Replays with the policies that are in force for a dataset, whenever the request came.
    package init(_ policies: @escaping @Sendable (DatasetIdentifier) -> PolicySet) { self.policies = policies }

    /// Decides on the next request, which is not before the last one.
    ///
    /// Memory grows by a moment for each use that a permission counts, and by nothing else.
    package mutating func decide(_ request: AccessRequest, for dataset: DatasetIdentifier) -> Decision {
        let uses = uses
        let decision = policies(dataset).evaluate(
            request, EvaluationState { query in Self.count(query, request.target, in: uses) })
        guard let consumer = request.consumer else { return decision }
        for counting in decision.counting where counting.measures.contains(.uses) {
            let counted = Counted(policy: counting.policy, rule: counting.rule, target: request.target)
            self.uses[counted, default: [:]][consumer, default: []].append(request.time)
        }
        return decision
    }

    private static func count(
        _ query: CountQuery, _ target: IRI, in uses: [Counted: [IdentificationCode: [Timestamp]]]
    ) -> UInt64 {
        let counted = Counted(policy: query.policy, rule: query.rule, target: target)
        guard let consumers = uses[counted], let code = query.code else { return 0 }
        let since = query.since ?? .earliest
        return consumers.reduce(0) { sum, entry in
            code.covers(entry.key) ? sum + UInt64(entry.value.reversed().prefix { $0 >= since }.count) : sum
        }
    }
}
