extension Policy {
    /// Permissions that name no consumer, which a forgotten line makes of one that was meant for a few: a warning each, and
    /// one for each policy beside it whose duties such a permission makes worthless.
    ///
    /// - Parameter others: What is in force beside it, and stays so.
    package func openings(beside others: [Policy]) -> [PolicyProblem] {
        guard defect == nil, kind != .offer else { return [] }
        return permissions.enumerated().filter { $0.element.assignees.isEmpty && $0.element.defect == nil }
            .flatMap { number, rule in
                let what = ActionWords.words(of: rule.actions.map(\.iri)).joined(separator: ", ")
                let targets = rule.targets.map(\.iri.short).joined(separator: ", ")
                let undone = others.filter { other in
                    other.hash != hash && other.permissions.contains { rule.undoes($0) }
                }
                return [
                    PolicyProblem(
                        "/permission/\(number)",
                        "anybody may \(what) \(targets): the permission names no consumer",
                        expected: "`assignee`, unless every city is meant", severity: .warning)
                ]
                    + undone.map { other in
                        PolicyProblem(
                            "/permission/\(number)",
                            "what `\(PolicyError.excerpt(other.name))` (\(other.hash)) leaves out of responses goes out to "
                                + "anybody: its redaction is then worth nothing",
                            expected: "the same duties here", severity: .warning)
                    }
            }
    }
}

extension Policy {
    /// Permissions that end for good after so many uses, which a forgotten `unit` makes of so many a day.
    package var endlessCounts: [PolicyProblem] {
        permissions.enumerated().flatMap { number, rule in
            rule.constraints.enumerated().filter { _, constraint in
                constraint.comparisons.contains { $0.operand == .count && $0.window == nil }
            }.map { place, _ in
                PolicyProblem(
                    "/permission/\(number)/constraint/\(place)",
                    "`count` has no `unit` and counts for ever: once so many uses are made it permits no more",
                    expected: CountWindow.names.joined(separator: ", ") + ", unless that is meant", severity: .warning)
            }
        }
    }
}

extension Rule {
    /// Whether what another permission leaves out of responses goes out under this one: of several that apply, the one
    /// counts that leaves least out.
    fileprivate func undoes(_ other: Rule) -> Bool {
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
