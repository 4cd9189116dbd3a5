import CityIdentity
import StrictJSON

/// One request and what is expected of it.
package struct PolicyTest: Sendable {
    /// What the test is called, else its number.
    package let name: String
    package let request: AccessRequest

    /// How often the deciding rule let the consumer through before, in whatever span it counts.
    package let uses: UInt64
    package let outcome: Decision.Outcome

    /// What else is expected; `nil` is whatever comes out.
    package let rule: String?
    package let reason: Decision.Reason?

    /// What the gateway does and what the consumer owes, in words, in any order.
    package let duties: [String]?
    package let obligations: [String]?

    init(_ value: JSONValue, number: Int) throws(PolicyError) {
        var members = TableMembers(value, at: "test \(number)")
        name = try members.text("name") ?? "test \(number)"
        (request, uses) = try Self.request(try members.required("request"), at: "test \(number), request")
        let expected = try members.requiredText("expect")
        guard let outcome = Decision.Outcome(rawValue: expected) else {
            throw members.fault("`expect` must be `permit` or `deny`")
        }
        self.outcome = outcome
        rule = try members.text("rule")
        reason = try members.text("reason").map { text throws(PolicyError) in
            guard let reason = Decision.Reason(rawValue: text) else {
                let known = Decision.Reason.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
                throw members.fault("`reason` must be one of \(known)")
            }
            return reason
        }
        duties = try members.optionalTexts("duties")
        obligations = try members.optionalTexts("obligations")
        try members.finish()
    }

    private static func request(_ value: JSONValue, at place: String) throws(PolicyError) -> (AccessRequest, UInt64) {
        var members = TableMembers(value, at: place)
        let text = try members.requiredText("consumer")
        let moment = try members.requiredText("time")
        let (consumer, time): (IdentificationCode, Timestamp)
        do {
            (consumer, time) = (try IdentificationCode(text), try Timestamp(moment, day: .beginning))
        } catch { throw members.fault("\(error)") }
        let dataset = try DatasetIdentifier(try members.requiredText("dataset"))
        let uses = try members.number("uses") ?? 0
        var request = AccessRequest(
            consumer: consumer, dataset: dataset, action: try members.text("action") ?? "read",
            purpose: try members.text("purpose"), time: time, requestSize: try members.number("size"))
        // What else a gateway may be told: the events and agreements in force.
        for (name, value) in members.rest {
            guard
                let operand = [Namespace.odrl, Namespace.hansa].lazy.compactMap({ LeftOperand.known[IRI($0 + name)] })
                    .first, operand.isSupplied, let brought = ContextValue(json: value)
            else {
                let known = LeftOperand.known.values.filter(\.isSupplied).map(\.iri.short)
                let hint = NameResolver(format: .yaml).hint(for: name, among: known)
                throw members.fault("`\(PolicyError.excerpt(name))` is not known here\(hint), or has no such value")
            }
            request.set(operand.iri, brought)
        }
        return (request, UInt64(uses))
    }

    package func decision(of policies: PolicySet) -> Decision {
        let uses = uses
        return policies.evaluate(request, EvaluationState { _ in uses })
    }
}

/// How one test came out.
package struct PolicyTestResult: Sendable {
    package let test: PolicyTest
    package let decision: Decision

    /// What came out otherwise than expected, a line each; empty where the test holds.
    package let differences: [String]

    package var holds: Bool { differences.isEmpty }

    init(_ test: PolicyTest, _ decision: Decision) {
        self.test = test
        self.decision = decision
        var differences: [String] = []
        func compare(_ what: String, _ expected: String?, _ actual: String?) {
            guard let expected, expected != actual else { return }
            differences.append("\(what): expected `\(expected)`, came out as `\(actual ?? "none")`")
        }
        func compare(_ what: String, _ expected: [String]?, _ actual: [String]) {
            compare(what, expected?.sorted().joined(separator: "; "), actual.sorted().joined(separator: "; "))
        }
        compare("decision", test.outcome.rawValue, decision.outcome.rawValue)
        compare("reason", test.reason?.rawValue, decision.reason.rawValue)
        compare("rule", test.rule.map { IRI($0).short }, decision.ruleID.map { IRI($0).short })
        compare("duties", test.duties, decision.duties.map(\.description))
        compare("obligations", test.obligations, decision.obligations.map(\.summary))
        self.differences = differences
    }
}
