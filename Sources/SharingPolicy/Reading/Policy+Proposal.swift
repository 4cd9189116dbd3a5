package import CityIdentity

extension Policy {
    /// Everything any rule is about, by its IRI, sorted.
    package var targets: [IRI] {
        Set(rules.flatMap { $0.targets.map(\.iri) }.filter { !$0.text.isEmpty }).sorted()
    }

    /// The datasets among the targets, sorted.
    package var datasets: [DatasetIdentifier] { targets.compactMap { try? DatasetIdentifier($0.text) } }

    /// What Hansa's profile asks of a policy beyond ODRL when a city proposes it; together with ``problems``.
    ///
    /// Errors refuse: targets that are no datasets of the proposer, parties that are no codes, operands whose value a gateway
    /// never knows, a type that grants nothing, a policy that is void by its own rules. Warnings are for the people who
    /// approve: unknown datasets and cities, permissions that can never permit. Without a proposer it is checked what holds
    /// for all.
    package func checkForProposal(
        by proposer: IdentificationCode?, knowsDataset: (DatasetIdentifier) -> Bool = { _ in true },
        knowsParty: (IdentificationCode) -> Bool = { _ in true }
    ) -> [PolicyProblem] {
        var check = ProposalCheck(proposer: proposer, takesShortCodes: format == .yaml, problems: problems)
        if kind == .offer {
            check.refuse("/@type", "an Offer grants nothing", expected: "`Set` or `Agreement`")
        }
        for (kind, rules) in [
            ("permission", permissions), ("prohibition", prohibitions), ("obligation", obligations),
        ] {
            for (number, rule) in rules.enumerated() {
                // One that has a name stands where it is counted, and is not looked for by its name.
                check.place = rule.uid == nil ? rule.place : "/\(kind)/\(number)"
                check.targets(of: rule, knowsDataset)
                check.parties(of: rule, knowsParty)
                check.supply(of: rule)
                check.counts(of: rule)
                check.duties(of: rule)
            }
        }
        if targets.isEmpty, !check.problems.contains(where: { $0.severity == .error }) {
            check.refuse("", "no rule is about a dataset", expected: "a target, as `did:ma:156.1301/air-quality`")
        }
        for found in contradictions {
            check.refuse(
                "",
                "`\(found.prohibitions.joined(separator: "`, `"))` prohibits what `\(found.rule)` permits, to some or all of "
                    + "those it is for, and the conflict strategy `invalid` makes the policy void",
                expected: "`conflict: prohibit` or `perm`, or other rules")
        }
        return check.problems
    }
}

/// The checks of one proposal.
private struct ProposalCheck {
    let proposer: IdentificationCode?
    let takesShortCodes: Bool
    var problems: [PolicyProblem]

    /// Where the rule that is checked stands in the document.
    var place = ""

    init(proposer: IdentificationCode?, takesShortCodes: Bool, problems: [PolicyProblem]) {
        self.proposer = proposer
        self.takesShortCodes = takesShortCodes
        self.problems = problems
    }

    mutating func refuse(_ path: String, _ message: String, expected: String? = nil) {
        problems.append(PolicyProblem(path, message, expected: expected))
    }

    mutating func warn(_ path: String, _ message: String) {
        problems.append(PolicyProblem(path, message, severity: .warning))
    }

    mutating func targets(of rule: Rule, _ knows: (DatasetIdentifier) -> Bool) {
        for target in rule.targets where !target.iri.text.isEmpty {
            guard let dataset = try? DatasetIdentifier(target.iri.text) else {
                refuse(
                    place + "/target", "`\(PolicyError.excerpt(target.iri.text))` is not a dataset",
                    expected: "as `did:ma:156.1301/air-quality`")
                continue
            }
            if let proposer, !proposer.covers(dataset.provider) {
                refuse(
                    place + "/target", "`\(dataset)` is not a dataset of \(proposer)",
                    expected: "a dataset of \(proposer) or a unit of it")
            } else if !knows(dataset) {
                warn(place + "/target", "`\(dataset)` is not published")
            }
        }
    }

    mutating func parties(of rule: Rule, _ knows: (IdentificationCode) -> Bool) {
        for (role, parties) in [("assignee", rule.assignees), ("assigner", rule.assigners)] {
            for party in parties where !party.iri.text.isEmpty {
                guard party.code != nil else {
                    refuse(
                        place + "/" + role,
                        "`\(PolicyError.excerpt(party.iri.text))` is not a city or a unit of one",
                        expected: "a code, as `\(takesShortCodes ? "MA." : "did:ma:")840.0667000`")
                    continue
                }
                guard let code = try? IdentificationCode(did: party.iri.text) else { continue }
                if role == "assigner", let city = proposer?.city, !city.covers(code) {
                    refuse(place + "/assigner", "\(code) grants nothing here", expected: "\(city)")
                } else if !knows(code) {
                    warn(place + "/" + role, "\(code) is not registered")
                }
            }
        }
    }

    /// Operands that no exchange has a value for would leave a permission without effect and a prohibition always in force.
    mutating func supply(of rule: Rule) {
        for comparison in (rule.constraints + rule.refinements).flatMap(\.comparisons)
        where !comparison.operand.isSupplied {
            refuse(
                place, "no exchange has a value for `\(comparison.operand.iri.short)`",
                expected: "an operand of the profile `urn:hansa:policy`")
        }
    }

    /// A use is counted for the permission that decides; elsewhere no exchange has a value for a count.
    mutating func counts(of rule: Rule) {
        let conditions = rule.duties.filter { $0.performance == .precondition }.flatMap(\.constraints)
        let others = (rule.kind == .permission ? [] : rule.constraints) + rule.refinements + conditions
        guard let counted = others.flatMap(\.comparisons).first(where: { $0.operand.kind == .count }) else { return }
        let name = counted.operand.iri.short
        refuse(
            place, "`\(name)` stands where nothing is counted",
            expected: "`\(name)` among the constraints of a permission alone")
    }

    mutating func duties(of rule: Rule) {
        // Of an action that is not known that is said already.
        let known = rule.duties.filter { duty in
            duty.defect == nil
                && duty.actions.flatMap(\.refinements).allSatisfy {
                    if case .unreadable = $0 { false } else { true }
                }
        }
        for duty in known where duty.performance == .precondition {
            warn(
                place + "/duty",
                "the permission permits nothing until somebody records that `\(duty.words)` is fulfilled")
        }
    }
}

extension Rule {
    /// What narrows its assets, parties and actions.
    var refinements: [Constraint] {
        targets.flatMap(\.refinements) + assignees.flatMap(\.refinements) + actions.flatMap(\.refinements)
    }
}

extension Constraint {
    /// Every comparison in it.
    var comparisons: [Comparison] {
        switch self {
        case .unreadable: []
        case .comparison(let comparison): [comparison]
        case .logical(let logical): logical.parts.flatMap(\.comparisons)
        }
    }
}
