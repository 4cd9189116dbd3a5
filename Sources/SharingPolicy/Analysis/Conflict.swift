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
        var (atoms, prohibitions): ([Evaluation.Scope], [(scope: Evaluation.Scope, sides: Overlap.Sides)]) = ([], [])
        for scope in self.prohibitions + permissions + obligations where !self.prohibitions.isEmpty {
            guard let found = scope.atoms(atMost: min(256, budget / (4 * overlap.cost))) else {
                return [RuleConflict(conflict: .ambiguous, rule: scope.rule.id, prohibitions: [])]
            }
            budget -= found.count > 1 ? 4 * found.count * overlap.cost : 0
            if scope.rule.kind == .prohibition {
                prohibitions += found.map { ($0, overlap.sides($0.rule)) }
            } else {
                atoms += found
            }
        }
        var conflicts: [RuleConflict] = []
        budget -= prohibitions.count * overlap.cost
        for scope in atoms where !prohibitions.isEmpty {
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
                var seen: Set<String> = []
                let found = RuleConflict(
                    conflict: decision.conflict, rule: scope.rule.id,
                    prohibitions: touching.map(\.rule.id).filter { seen.insert($0).inserted })
                if !conflicts.contains(found) { conflicts.append(found) }
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

extension Evaluation.Scope {
    /// The rule once for each of its assets, parties and actions, where any of them is refined (information model section 2.7),
    /// with what refines them among its conditions; `nil` where these are more than so many.
    fileprivate func atoms(atMost limit: Int) -> [Evaluation.Scope]? {
        guard !rule.refinements.isEmpty else { return [self] }
        let targets = rule.targets.isEmpty ? [nil] : rule.targets.map(Optional.some)
        let assignees = rule.assignees.isEmpty ? [nil] : rule.assignees.map(Optional.some)
        let actions = rule.actions.isEmpty ? [nil] : rule.actions.map(Optional.some)
        guard max(targets.count, assignees.count, actions.count) <= limit,
            targets.count * assignees.count * actions.count <= limit
        else { return nil }
        var atoms: [Evaluation.Scope] = []
        for target in targets {
            for assignee in assignees {
                for action in actions {
                    let refinements = [target?.refinements, assignee?.refinements, action?.refinements].compactMap(
                        \.self)
                    atoms.append(
                        Evaluation.Scope(
                            policy: policy,
                            rule: Rule(
                                kind: rule.kind, uid: rule.uid, id: rule.id, targets: target.map { [$0] } ?? [],
                                assignees: assignee.map { [$0] } ?? [], assigners: rule.assigners,
                                actions: action.map { [$0] } ?? [],
                                constraints: rule.constraints + refinements.flatMap(\.self), duties: rule.duties,
                                remedies: rule.remedies, defect: rule.defect)))
                }
            }
        }
        return atoms
    }
}
