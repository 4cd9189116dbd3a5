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

    /// Whether a permission decided that counts its uses, of which this is one.
    package let isCounted: Bool

    /// Whether a permission decided that counts bytes of responses, of which this one's are some.
    package let isMetered: Bool

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
