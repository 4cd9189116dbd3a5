extension Evaluation {
    /// A rule in its policy, as evaluations pass it around: a reference, made once for a set of policies.
    ///
    /// What requests are compared with stands together, before what only a few need.
    final class Scope: Sendable {
        let kind: Rule.Kind

        /// Whether the policy, and the rule, is understood as a whole.
        let isPolicyWhole: Bool
        let isWhole: Bool

        /// Whether the policy says of anything that it belongs to a collection.
        let hasMemberships: Bool

        /// Whether the policy is void whatever is asked.
        let isVoid: Bool
        let conflict: ConflictStrategy
        let assignees: [PartyReference]
        let targets: [AssetReference]
        let actions: [ActionReference]
        let constraints: [Constraint]
        let policyHash: PolicyHash

        /// ``Rule/id``.
        let id: String

        /// The duties that can stand in the way.
        let conditions: [Duty]

        /// What the gateway does to a response under the rule.
        let duties: ResponseDuties
        let gatewayDuties: [GatewayDuty]

        /// What a consumer owes under the rule.
        let obligations: [Obligation]

        /// What a permission's constraints count of what it has let through.
        let measures: Set<CountQuery.Measure>

        /// What a permission states to let through within a window.
        let quotas: [Quota]
        let rule: Rule
        let policy: Policy

        init(policy: Policy, rule: Rule, sharing shared: SharedRuleParts? = nil) {
            self.policy = policy
            self.rule = rule
            conflict = policy.conflict
            policyHash = policy.hash
            id = rule.id
            kind = rule.kind
            isPolicyWhole = policy.defect == nil
            isWhole = rule.defect == nil
            hasMemberships = !policy.memberships.isEmpty
            isVoid = !policy.contradictions.isEmpty
            let parts = shared?.parts(of: rule)
            assignees = parts?.assignees ?? rule.assignees
            targets = parts?.targets ?? rule.targets
            actions = parts?.actions ?? rule.actions
            constraints = parts?.constraints ?? rule.constraints
            conditions = rule.duties.filter { $0.defect != nil || $0.performance == .precondition }
            duties = rule.responseDuties
            gatewayDuties = duties.duties
            obligations = rule.obligations(under: policy)
            let counting = rule.kind == .permission ? rule.constraints : []
            measures = Set(counting.flatMap(\.comparisons).filter { $0.operand.kind == .count }.map(\.measure))
            quotas = counting.flatMap(\.quotas)
        }
    }
}
