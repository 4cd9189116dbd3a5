/// What of ODRL is understood here, by the names that requirements use: `leftOperand:count`, `operator:isA`, `conflict:perm`.
package enum Profile {
    /// The IRI a policy names in `profile`.
    package static let iri = IRI("urn:hansa:policy")

    /// Features with no name after a colon.
    private static let plain: [String: Bool] = {
        let supported = [
            "permission", "prohibition", "obligation", "duty", "remedy", "consequence", "constraint", "refinement",
            "unit",
            "dataType", "asset-collection", "party-collection", "partOf", "action-hierarchy", "includedIn", "conflict",
        ]
        let refused = ["inheritFrom", "inheritance", "rightOperandReference", "status"]
        return Dictionary(
            uniqueKeysWithValues: supported.map { ($0, true) } + refused.map { ($0, false) })
    }()

    /// Whether a feature is understood; `nil` for names that name no feature known here.
    ///
    /// A policy that needs what is not understood is refused for the term it uses, whatever the feature is called.
    package static func supports(_ feature: String) -> Bool? {
        guard let colon = feature.firstIndex(of: ":") else { return plain[feature] }
        let name = NameResolver.property(String(feature[feature.index(after: colon)...]))
        let names = NameResolver(format: .jsonld)
        switch feature[..<colon] {
        case "leftOperand":
            return names.term(name) { LeftOperand.known[$0] != nil }.map { LeftOperand.known[$0] != nil } ?? false
        case "operator": return ComparisonOperator(rawValue: name) != nil
        case "logical": return LogicalConstraint.Operand(rawValue: name) != nil
        case "conflict": return ConflictStrategy(rawValue: name) != nil
        case "type": return Policy.Kind(rawValue: name) != nil
        case "action": return names.term(name, isTerm: ActionVocabulary.knows).map(ActionVocabulary.knows) ?? false
        case "profile": return name == iri.text || name == Namespace.odrl + "core"
        default: return nil
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
        // Applying a proposal to the ledger waits for this, so it may cost little.
        return PolicySet([self]).conflicts(budget: 100_000).filter {
            $0.conflict == .conflict && permitted.contains($0.rule)
        }
    }
}
