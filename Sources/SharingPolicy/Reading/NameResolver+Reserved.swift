extension NameResolver {
    /// The members without a prefix that only describe.
    static let descriptions: Set<String> = [
        "title", "description", "name", "comment", "label", "creator", "issued", "modified", "publisher", "coverage",
        "created", "language",
    ]

    /// Names that mean something of their own, which no prefix may take from them.
    static let reserved: Set<String> = {
        let classes: Set<String> = [
            "Policy", "Rule", "Permission", "Prohibition", "Duty", "Constraint", "LogicalConstraint", "Asset",
            "AssetCollection", "Party", "PartyCollection", "Action", "LeftOperand", "RightOperand", "Operator",
            "ConflictTerm", "Request", "Ticket", "Privacy", "Assertion", "profile", "inheritFrom", "id", "policyUsage",
        ]
        // A scheme that is a prefix reads as one thing to people and as another to a processor.
        let schemes: Set<String> = ["did", "urn", "http", "https", "mailto", "tag", "data", "file"]
        let properties = PolicyReader.knownProperties
        let terms = Set(
            (ActionVocabulary.all + ActionVocabulary.successors.keys + LeftOperand.known.keys
                + DutyVocabulary.performed + DutyVocabulary.recorded + DutyVocabulary.operands).map(\.short))
        let words = Set(
            ComparisonOperator.allCases.map(\.rawValue) + ConflictStrategy.allCases.map(\.rawValue)
                + Policy.Kind.allCases.map(\.rawValue) + CountWindow.names + PolicyReader.volumes.keys)
        return classes.union(schemes).union(properties).union(terms).union(words).union(descriptions)
    }()
}
