package import CityIdentity

extension Policy {
    /// Permissions that name no consumer, which a forgotten line makes of one that was meant for a few: a warning each, and
    /// one for each policy beside it whose duties such a permission makes worthless.
    ///
    /// - Parameter others: What is in force beside it, and stays so.
    package func openings(beside others: [Policy], at now: Timestamp) -> [PolicyProblem] {
        guard defect == nil, kind != .offer else { return [] }
        let budget = 400_000 / max(8, permissions.count * others.count)
        return permissions.enumerated().filter { $0.element.assignees.isEmpty && $0.element.defect == nil }
            .flatMap { number, rule in
                let what = ActionWords.words(of: rule.actions.map(\.iri)).joined(separator: ", ")
                let targets = rule.targets.map(\.iri.short).joined(separator: ", ")
                let undone = others.filter { other in
                    other.hash != hash && other.permissions.contains { rule.mayUndo($0) }
                }
                return [
                    PolicyProblem(
                        "/permission/\(number)",
                        "anybody may \(what) \(targets): the permission names no consumer",
                        expected: "`assignee`, unless every city is meant", severity: .warning)
                ]
                    + undone.compactMap { other in
                        undoing(other, by: rule, at: now, budget: budget).map { condition in
                            PolicyProblem(
                                "/permission/\(number)",
                                "what `\(PolicyError.excerpt(other.name))` (\(other.hash)) leaves out of responses goes out"
                                    + "\(condition): its redaction is then worth nothing",
                                expected: "the same duties here", severity: .warning)
                        }
                    }
            }
    }

    /// When what a policy leaves out goes out beside it under a permission of this one, in words; `nil` where it never does.
    private func undoing(_ other: Policy, by rule: Rule, at now: Timestamp, budget: Int) -> String? {
        let together = PolicySet([self, other]).keeping { scope in
            scope.policyHash != hash || scope.kind != .permission || scope.id == rule.id
        }
        let found = together.changes(from: PolicySet([other]), moments: now ... .latest, near: now, budget: budget)
        guard found.isWhole else { return " to anybody" }
        let weaker = found.changes.filter { $0.example.first.isPermit && !$0.gained.isEmpty }
        guard let first = weaker.first else { return nil }
        if weaker.contains(where: \.conditions.isEmpty) { return " to anybody" }
        return ", \(first.conditions.joined(separator: ", "))\(weaker.count > 1 ? " and in other cases" : "")"
    }
}

extension Policy {
    /// Permissions that end for good after so many uses, which a forgotten `unit` makes of so many a day.
    package var endlessCounts: [PolicyProblem] {
        permissions.enumerated().flatMap { number, rule in
            rule.constraints.enumerated().flatMap { place, constraint in
                let endless = constraint.comparisons.filter { $0.operand.kind == .count && $0.window == nil }
                return [CountQuery.Measure.uses, .bytes].filter { endless.map(\.measure).contains($0) }.map { measure in
                    let (name, what) =
                        measure == .uses
                        ? ("`count` has no `unit`", "so many uses are made")
                        : ("`volume` has no span in its `unit`", "so many bytes have passed")
                    return PolicyProblem(
                        "/permission/\(number)/constraint/\(place)",
                        "\(name) and counts for ever: once \(what) it permits no more",
                        expected: (measure == .uses ? CountWindow.names : ["MBPerDay"]).joined(separator: ", ")
                            + ", unless that is meant", severity: .warning)
                }
            }
        }
    }
}

extension Rule {
    /// Whether what another permission leaves out of responses goes out under this one where the conditions of both hold:
    /// of several that apply, the one decides that leaves least out.
    fileprivate func mayUndo(_ other: Rule) -> Bool {
        let (mine, theirs) = (responseDuties, other.responseDuties)
        return mine != theirs && mine.isAtMostAsStrict(as: theirs)
            && targets.contains { own in other.targets.contains { $0.iri == own.iri } }
            && actions.contains { own in
                other.actions.contains {
                    ActionVocabulary.lineage(of: own.iri).contains($0.iri)
                        || ActionVocabulary.lineage(of: $0.iri).contains(own.iri)
                }
            }
    }
}
