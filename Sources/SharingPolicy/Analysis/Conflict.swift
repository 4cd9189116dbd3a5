/// How permissions and prohibitions in force together stand to one another, whatever the request.
package enum Conflict: String, Sendable, Hashable, CaseIterable {
    /// No request is both permitted and prohibited.
    case none
    /// Some requests a rule covers are prohibited, others are not.
    case ambiguous
    /// Everything some permission permits, or some obligation asks for, is prohibited.
    case conflict
}

/// A permission or obligation against the prohibitions that touch it.
package struct RuleConflict: Sendable, Hashable {
    package let conflict: Conflict
    package let rule: String
    package let prohibitions: [String]
}

extension PolicySet {
    /// Looks for requests that are both permitted and prohibited, without any request at hand.
    ///
    /// A prohibition touches a rule where both may be about one party, asset and action. Of rules that touch, the constraints
    /// are then decided exactly, by trying every combination of values they can tell apart; with more than `budget`
    /// combinations the answer is `ambiguous`. Times of day and days of the week count as independent of dates.
    package func conflicts(_ state: EvaluationState = EvaluationState(), budget: Int = 200_000) -> [RuleConflict] {
        let scopes = policies.flatMap { policy in policy.rules.map { Evaluation.Scope(policy: policy, rule: $0) } }
        let prohibitions = scopes.filter { $0.rule.kind == .prohibition }
        guard !prohibitions.isEmpty else { return [] }
        let overlap = Overlap(policies: policies, memberships: state.memberships)
        var conflicts: [RuleConflict] = []
        for scope in scopes where scope.rule.kind != .prohibition {
            for sides in [Overlap.Sides(scope.rule)]
                + scope.rule.duties.compactMap({ Overlap.Sides($0, of: scope.rule) })
            {
                let touching = prohibitions.filter { overlap.touches(sides, Overlap.Sides($0.rule)) }
                let conflict = ConstraintDecision(scope, against: touching, state: state, budget: budget).conflict
                guard conflict != .none else { continue }
                conflicts.append(
                    RuleConflict(conflict: conflict, rule: scope.rule.id, prohibitions: touching.map(\.rule.id)))
            }
        }
        return conflicts
    }

    /// The conflict of all rules together.
    package func conflict(_ state: EvaluationState = EvaluationState()) -> Conflict {
        let found = conflicts(state)
        if found.contains(where: { $0.conflict == .ambiguous }) { return .ambiguous }
        return found.isEmpty ? .none : .conflict
    }
}
