/// What of ODRL is understood here, by the names that requirements use: `leftOperand:count`, `operator:isA`, `conflict:perm`.
package enum Profile {
    /// The IRI a policy names in `profile`.
    package static let iri = IRI("urn:hansa:policy")

    /// Features with no name after a colon, and whether they are there.
    private static let plain: Set<String> = [
        "permission", "prohibition", "obligation", "duty", "remedy", "consequence", "constraint", "refinement", "unit",
        "dataType", "assetCollection", "partyCollection", "asset-collection", "party-collection", "collection",
        "partOf",
        "action-hierarchy", "includedIn", "logicalConstraint", "conflict", "set", "offer", "agreement", "memberships",
        "counts", "context", "types", "compact", "assignee", "target", "action",
    ]

    /// Whether a feature is understood.
    ///
    /// What is not named here is not; a policy that needs it is refused.
    package static func supports(_ feature: String) -> Bool {
        guard let colon = feature.firstIndex(of: ":") else { return plain.contains(feature) }
        let name = String(feature[feature.index(after: colon)...])
        let names = NameResolver(format: .jsonld)
        switch feature[..<colon] {
        case "leftOperand":
            return names.term(name) { LeftOperand.known[$0] != nil }.map { LeftOperand.known[$0] != nil } ?? false
        case "operator": return ComparisonOperator(rawValue: NameResolver.property(name)) != nil
        case "logical", "logicalOperand": return LogicalConstraint.Operand(rawValue: NameResolver.property(name)) != nil
        case "conflict": return ConflictStrategy(rawValue: NameResolver.property(name)) != nil
        case "policyType", "type": return Policy.Kind(rawValue: NameResolver.property(name)) != nil
        case "action": return names.term(name, isTerm: ActionVocabulary.knows).map(ActionVocabulary.knows) ?? false
        case "profile": return name == iri.text || name == Namespace.odrl + "core"
        default: return false
        }
    }
}

extension Policy {
    /// Whether the document may be registered beside others: nothing is wrong with it, its uid is not another's, and it is
    /// not void by its own rules.
    ///
    /// This is ODRL alone; ``checkForProposal(by:knowsDataset:knowsParty:)`` asks what Hansa asks besides.
    package func isRegistrable(beside others: [Policy]) -> Bool {
        isProposable && !others.contains { $0.uid != nil && $0.uid == uid } && contradictions.isEmpty
    }

    /// Permissions whose every request the same policy prohibits, where its conflict strategy makes that void.
    package var contradictions: [RuleConflict] {
        guard conflict == .invalid, !prohibitions.isEmpty, !permissions.isEmpty else { return [] }
        let permitted = Set(permissions.map(\.id))
        return PolicySet([self]).conflicts().filter { $0.conflict == .conflict && permitted.contains($0.rule) }
    }
}
