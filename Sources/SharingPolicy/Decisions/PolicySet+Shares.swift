package import CityIdentity

extension PolicySet {
    /// Whether a dataset is shared with somebody for reading: a permission is about that, and no prohibition is.
    ///
    /// What else either asks is left out of account, a permission's conditions as a prohibition's: this is whether two
    /// cities deal with each other, and nothing is let through by it. Where a policy cannot be read nothing is shared.
    package func shares(_ dataset: DatasetIdentifier, with reader: IdentificationCode) -> Bool {
        let request = AccessRequest(
            consumer: reader, dataset: dataset, action: "read", purpose: nil, time: Timestamp.earliest)
        let evaluation = Evaluation(request, EvaluationState())
        guard unreadable.isEmpty, !prohibitions.contains(where: { evaluation.concerns($0) != .no }) else {
            return false
        }
        return permissions.contains { scope in
            scope.policy.defect == nil && scope.rule.defect == nil && scope.policy.contradictions.isEmpty
                && evaluation.concerns(scope) == .yes
        }
    }
}

extension Evaluation {
    /// Whether a rule is about the request as far as it says whom, what and which action it means, refinements apart.
    fileprivate func concerns(_ scope: Scope) -> Truth {
        let rule = scope.rule
        let (parties, assets) = (collections(of: request.assignee, scope), collections(of: request.target, scope))
        let isAsset = { (asset: AssetReference) in
            asset.iri.text.isEmpty
                ? Truth.unknown : Truth(asset.iri == request.target || assets?.contains(asset.iri) == true)
        }
        return (rule.assignees.isEmpty ? .yes : .any(rule.assignees) { isAsking($0, parties) })
            && (rule.targets.isEmpty ? .yes : .any(rule.targets, isAsset))
            && (rule.actions.isEmpty ? .yes : .any(rule.actions) { includes($0, scope) })
    }
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
