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
    /// are then decided exactly, by trying every combination of values they can tell apart. What would cost more than
    /// `budget` comparisons in all counts as `ambiguous`, the same on every machine. Times of day and days of the week count
    /// as independent of dates.
    package func conflicts(_ state: EvaluationState = EvaluationState(), budget: Int = 1_000_000) -> [RuleConflict] {
        var budget = budget
        let overlap = Overlap(policies: policies, memberships: state.memberships)
        let prohibitions = self.prohibitions.map { (scope: $0, sides: overlap.sides($0.rule)) }
        let obligations = policies.flatMap { policy in
            policy.obligations.map { Evaluation.Scope(policy: policy, rule: $0) }
        }
        var conflicts: [RuleConflict] = []
        budget -= prohibitions.count * overlap.cost
        for scope in permissions + obligations where !prohibitions.isEmpty {
            for sides in [overlap.sides(scope.rule)]
                + scope.rule.duties.compactMap({ overlap.sides($0, of: scope.rule) })
            {
                budget -= overlap.cost + prohibitions.reduce(0) { $0 + Overlap.cost(sides, $1.sides) }
                guard budget > 0 else {
                    return conflicts + [RuleConflict(conflict: .ambiguous, rule: scope.rule.id, prohibitions: [])]
                }
                let touching = prohibitions.filter { overlap.touches(sides, $0.sides) }.map(\.scope)
                let decision = ConstraintDecision(scope, against: touching, state: state, budget: &budget)
                guard decision.conflict != .none else { continue }
                conflicts.append(
                    RuleConflict(
                        conflict: decision.conflict, rule: scope.rule.id, prohibitions: touching.map(\.rule.id)))
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

extension Policy {
    /// Looks for permissions whose every request the policy prohibits, where its conflict strategy makes that void.
    mutating func findContradictions() {
        guard conflict == .invalid, !prohibitions.isEmpty, !permissions.isEmpty else { return }
        let permitted = Set(permissions.map(\.id))
        // Reading a policy waits for this, so it may cost little.
        contradictions = PolicySet([self]).conflicts(budget: 100_000).filter {
            $0.conflict == .conflict && permitted.contains($0.rule)
        }
    }
}
