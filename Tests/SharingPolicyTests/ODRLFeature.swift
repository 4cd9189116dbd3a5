@testable import SharingPolicy

/// What of ODRL is understood, by the names that the suite's `requires` uses: `leftOperand:count`, `operator:isA`.
enum ODRLFeature {
    /// Features with no name after a colon.
    private static let plain: [String: Bool] = {
        let supported = [
            "permission", "prohibition", "obligation", "duty", "remedy", "consequence", "constraint", "refinement",
            "unit", "dataType", "asset-collection", "party-collection", "partOf", "action-hierarchy", "includedIn",
            "implies", "conflict",
        ]
        let refused = ["inheritFrom", "inheritance", "rightOperandReference", "status"]
        return Dictionary(
            uniqueKeysWithValues: supported.map { ($0, true) } + refused.map { ($0, false) })
    }()

    /// Whether a feature is understood; `nil` for names that name no feature known here.
    ///
    /// A policy that needs what is not understood is refused for the term it uses, whatever the feature is called.
    static func supports(_ feature: String) -> Bool? {
        guard let colon = feature.firstIndex(of: ":") else { return plain[feature] }
        let names = NameResolver(format: .jsonld)
        let name = names.property(String(feature[feature.index(after: colon)...]))
        switch feature[..<colon] {
        case "leftOperand":
            return names.term(name) { LeftOperand.known[$0] != nil }.map { LeftOperand.known[$0] != nil } ?? false
        case "operator": return ComparisonOperator(rawValue: name) != nil
        case "logical": return LogicalConstraint.Operand(rawValue: name) != nil
        case "conflict": return ConflictStrategy(rawValue: name) != nil
        case "type": return Policy.Kind(rawValue: name) != nil
        case "action": return names.term(name, isTerm: ActionVocabulary.knows).map(ActionVocabulary.knows) ?? false
        case "profile": return name == "urn:hansa:policy" || name == Namespace.odrl + "core"
        default: return nil
        }
    }
}
