package import CityIdentity

extension PolicySet {
    /// Whether a dataset is shared with somebody for reading: a permission is about that, and no prohibition is.
    ///
    /// What else either asks is left out of account, a permission's conditions as a prohibition's: this is whether two
    /// cities deal with each other, and nothing is let through by it. Where a policy cannot be read nothing is shared.
    package func shares(_ dataset: DatasetIdentifier, with reader: IdentificationCode) -> Bool {
        guard unreadable.isEmpty, !prohibitions.contains(where: { $0.isAbout(dataset, reader) }) else { return false }
        return permissions.contains { scope in
            scope.policy.defect == nil && scope.rule.defect == nil && scope.policy.contradictions.isEmpty
                && scope.isAbout(dataset, reader)
        }
    }
}

extension Evaluation.Scope {
    /// Whether the rule is about somebody's reading a dataset, as far as it says whom, what and which action it means.
    fileprivate func isAbout(_ dataset: DatasetIdentifier, _ reader: IdentificationCode) -> Bool {
        let isTarget = rule.targets.isEmpty || rule.targets.contains { $0.iri == dataset.iri }
        let isParty = rule.assignees.isEmpty || rule.assignees.contains { $0.code?.covers(reader) ?? false }
        return isTarget && isParty && (rule.actions.isEmpty || rule.actions.contains { Self.reading.contains($0.iri) })
    }

    /// Reading, and what it is included in.
    private static let reading = Set(ActionVocabulary.lineage(of: ActionVocabulary.name(of: "read")))
}

extension Rule {
    /// The names that its constraints, refinements and duties ask the consumer's city to share, or not to.
    var askedShares: [String] {
        let refinements =
            targets.flatMap(\.refinements) + assignees.flatMap(\.refinements) + actions.flatMap(\.refinements)
        return (constraints + refinements + duties.flatMap(\.constraints)).flatMap(\.comparisons)
            .filter { $0.operand == .consumerShares }.flatMap(\.values).map(\.description)
    }
}

extension AccessRequest {
    /// Sets the names of the datasets that the consumer's city lets the provider read.
    package mutating func setConsumerShares(_ names: some Sequence<String>) {
        set(LeftOperand.consumerShares.iri, ContextValue(names.map { .name(IRI($0)) }))
    }
}
