package import StrictJSON

/// A number of a policy or request, compared exactly where both are integers.
package struct Number: Sendable {
    private let integer: Int64?
    private let double: Double

    package init(_ value: Int64) {
        integer = value
        double = Double(value)
    }

    /// Makes a number; `nil` where it is infinite or not a number.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        integer = Int64(exactly: value)
        double = value
    }

    /// Makes the number of a JSON literal; `nil` where it is beyond every double.
    package init?(_ number: JSONNumber) {
        if let integer = number.int { self.init(Int64(integer)) } else { self.init(number.double) }
    }

    /// Parses a decimal literal as XML Schema and JSON write them; `nil` where it is none.
    package init?(parsing text: String) {
        let allowed = text.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E || $0 == 0x65 || $0 == 0x45
        }
        guard allowed, !text.isEmpty, text.utf8.count <= 64 else { return nil }
        if let integer = Int64(text) {
            self.init(integer)
        } else if let double = Double(text) {
            self.init(double)
        } else {
            return nil
        }
    }

    /// The number times a whole factor; `nil` where that is beyond every double.
    func scaled(by factor: Int64) -> Number? {
        if let integer {
            let (product, overflow) = integer.multipliedReportingOverflow(by: factor)
            if !overflow { return Number(product) }
        }
        return Number(double * Double(factor))
    }

    /// The nearest double.
    var approximate: Double { double }

    /// The number where it is a whole one that fits.
    package var int: Int? { integer.flatMap { Int(exactly: $0) } }
}

extension Number: Hashable, Comparable, CustomStringConvertible {
    package static func == (left: Number, right: Number) -> Bool {
        if let left = left.integer, let right = right.integer { return left == right }
        return left.integer == nil && right.integer == nil && left.double == right.double
    }

    package func hash(into hasher: inout Hasher) {
        if let integer { hasher.combine(integer) } else { hasher.combine(double) }
    }

    package static func < (left: Number, right: Number) -> Bool {
        if let left = left.integer, let right = right.integer { return left < right }
        return left.double < right.double
    }

    package var description: String { integer.map(String.init) ?? String(double) }
}
