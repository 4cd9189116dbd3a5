/// What the policies in force say of a request, and why.
package struct Decision: Sendable {
    package enum Outcome: String, Sendable, Hashable { case permit, deny }

    /// Why it came out so, as few words as a metric's label may have.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case permission
        case prohibition
        /// A permission and a prohibition of one policy apply, and its conflict strategy is `invalid`.
        case conflict
        case noPermission = "no-permission"
        case noPolicy = "no-policy"
        /// A policy in force cannot be read, so that nobody knows what it forbids.
        case unreadablePolicy = "unreadable-policy"
    }

    package let outcome: Outcome
    package let reason: Reason

    /// The policy that decided; `nil` where none did.
    package let policyHash: PolicyHash?

    /// The rule that decided, by ``Rule/id``; `nil` where none did.
    package let ruleID: String?

    /// The permissions that count this use, or its bytes: all that permit it and count, whichever decided.
    package let counting: [CountingRule]

    /// What the permission that decided states to let through within a window.
    package let quotas: [Quota]

    /// What the gateway must do to the response; empty unless permitted.
    package let duties: [GatewayDuty]

    /// What the consumer owes; empty unless permitted.
    package let obligations: [Obligation]

    /// The counts that were asked for.
    package let counts: [(query: CountQuery, count: UInt64?)]

    let basis: Basis

    /// What was decided on.
    struct Basis: Sendable {
        let policies: PolicySet
        let request: AccessRequest
        let state: EvaluationState
    }

    package var isPermit: Bool { outcome == .permit }

    /// Whether any permission counts this use.
    package var isCounted: Bool { counting.contains { $0.measures.contains(.uses) } }
}

/// A permission that counts what it permits.
package struct CountingRule: Sendable, Hashable {
    package let policy: PolicyHash

    /// The rule by ``Rule/id``.
    package let rule: String
    package let measures: Set<CountQuery.Measure>
}

/// Something the consumer owes for having been let through.
package struct Obligation: Sendable, Hashable {
    package let policy: PolicyHash

    /// The duty or obligation rule, by its uid or its place.
    package let id: String
    package let action: IRI

    /// The obligation in words.
    package let summary: String
}
