/// A condition of a rule, or a refinement of an action, asset or party.
package indirect enum Constraint: Sendable, Hashable {
    case comparison(Comparison)
    case logical(LogicalConstraint)
    /// One that cannot be understood here; it is never known to hold.
    case unreadable(UnreadableConstraint)

    package var uid: IRI? {
        switch self {
        case .comparison(let comparison): comparison.uid
        case .logical(let logical): logical.uid
        case .unreadable(let unreadable): unreadable.uid
        }
    }
}

/// Left operand, operator, right operand.
package struct Comparison: Sendable, Hashable {
    package let uid: IRI?
    package let operand: LeftOperand
    package let `operator`: ComparisonOperator

    /// The values of the right operand; several only with the set-based operators.
    package let values: [Value]

    /// The unit both sides must have; sizes are brought to bytes when read and have none.
    package let unit: IRI?

    /// What the count is taken over; `nil` for ever.
    package let window: CountWindow?

    /// Minutes east of UTC of the clock that days of the week and times of day are read from.
    package let clockOffset: Int
}

/// Several constraints under one of ODRL's logical operands (information model section 2.5.3).
package struct LogicalConstraint: Sendable, Hashable {
    package enum Operand: String, Sendable, Hashable, CaseIterable {
        case and, or, xone, andSequence
    }

    package let uid: IRI?
    package let operand: Operand
    package let parts: [Constraint]
}

/// What stands where a constraint should, and why it is not understood.
package struct UnreadableConstraint: Sendable, Hashable {
    package let uid: IRI?
    package let path: String
    package let reason: String
}

/// The span a count is taken over, up to the moment of the request.
package struct CountWindow: Sendable, Hashable, CustomStringConvertible {
    package let milliseconds: Int64

    private static let named: [(String, Int64)] = [
        ("perMinute", 60_000), ("perHour", 3_600_000), ("perDay", 86_400_000), ("perWeek", 604_800_000),
    ]

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The window of a unit, `perDay` or a duration such as `PT15M`; `nil` where it names none.
    init?(unit: IRI) {
        if let named = Self.named.first(where: { Namespace.hansa + $0.0 == unit.text }) {
            self.init(milliseconds: named.1)
        } else {
            return nil
        }
    }

    /// The windows by their names.
    static var spans: [(name: String, window: CountWindow)] {
        named.map { ($0.0, CountWindow(milliseconds: $0.1)) }
    }

    /// The names that stand for windows.
    static var names: [String] { named.map(\.0) }

    package var description: String {
        Self.named.first { $0.1 == milliseconds }?.0 ?? "per \(milliseconds / 1000) s"
    }
}
