/// Whether something holds; `unknown` where it cannot be told, which permits nothing and lifts no prohibition.
package enum Truth: Int, Sendable, Hashable {
    case no = 0
    case unknown = 1
    case yes = 2

    init(_ value: Bool) { self = value ? .yes : .no }

    /// Both, as Kleene has it.
    static func && (left: Truth, right: @autoclosure () -> Truth) -> Truth {
        if left == .no { return .no }
        let right = right()
        return left.rawValue < right.rawValue ? left : right
    }

    /// Either, as Kleene has it.
    static func || (left: Truth, right: @autoclosure () -> Truth) -> Truth {
        if left == .yes { return .yes }
        let right = right()
        return left.rawValue > right.rawValue ? left : right
    }

    static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .no: .yes
        case .unknown: .unknown
        case .yes: .no
        }
    }

    /// Whether any of the elements has it.
    static func any<Elements: Sequence>(_ elements: Elements, _ predicate: (Elements.Element) -> Truth) -> Truth {
        var truth = Truth.no
        for element in elements {
            truth = truth || predicate(element)
            if truth == .yes { break }
        }
        return truth
    }

    /// Whether all of the elements have it.
    static func all<Elements: Sequence>(_ elements: Elements, _ predicate: (Elements.Element) -> Truth) -> Truth {
        var truth = Truth.yes
        for element in elements {
            truth = truth && predicate(element)
            if truth == .no { break }
        }
        return truth
    }
}
