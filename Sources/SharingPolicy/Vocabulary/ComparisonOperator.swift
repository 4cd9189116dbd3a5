/// The twelve operators of ODRL (vocabulary section 4.11).
package enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
    case eq, neq, lt, lteq, gt, gteq
    case isA, hasPart, isPartOf
    case isAllOf, isAnyOf, isNoneOf

    /// Whether the operator compares by order.
    package var isOrdering: Bool { [.lt, .lteq, .gt, .gteq].contains(self) }

    /// Whether the right operand is a set.
    package var isSetBased: Bool { [.isAllOf, .isAnyOf, .isNoneOf].contains(self) }

    /// The operator in words, as it stands between two values.
    package var words: String {
        switch self {
        case .eq: "is"
        case .neq: "is not"
        case .lt: "is before or below"
        case .lteq: "is at most"
        case .gt: "is after or above"
        case .gteq: "is at least"
        case .isA: "is a"
        case .hasPart: "has as part"
        case .isPartOf: "is part of"
        case .isAllOf: "is all of"
        case .isAnyOf: "is any of"
        case .isNoneOf: "is none of"
        }
    }
}

/// What to do where a permission and a prohibition both apply (information model section 2.9).
package enum ConflictStrategy: String, Sendable, Hashable, CaseIterable {
    /// The permission overrides.
    case permit = "perm"
    /// The prohibition overrides.
    case prohibit
    /// The policy is void; so it is too where a policy names no strategy.
    case invalid
}
