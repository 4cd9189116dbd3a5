/// A number of a policy or request, compared exactly as it was written.
package struct Number: Sendable {
    /// Set for whole numbers that fit; comparing these is the quick way.
    private let integer: Int64?

    /// Set for all others.
    private let decimal: DecimalFraction?

    package init(_ value: Int64) {
        integer = value
        decimal = nil
    }

    /// Makes a number; `nil` where it is infinite or not a number.
    package init?(_ value: Double) { self.init(parsing: "\(value)") }

    /// Parses a decimal literal as XML Schema and JSON write them; `nil` where it is none.
    package init?(parsing text: String) {
        guard text.utf8.count <= 64 else { return nil }
        if let integer = Int64(text) {
            self.init(integer)
        } else if let decimal = DecimalFraction(parsing: text) {
            self.init(decimal)
        } else {
            return nil
        }
    }

    private init(_ decimal: DecimalFraction) {
        integer = decimal.integer
        self.decimal = integer == nil ? decimal : nil
    }

    /// The number times a factor above zero.
    func scaled(by factor: Int64) -> Number {
        if let integer {
            let (product, overflow) = integer.multipliedReportingOverflow(by: factor)
            if !overflow { return Number(product) }
        }
        return Number(fraction.multiplied(by: UInt64(factor)))
    }

    private var fraction: DecimalFraction { decimal ?? DecimalFraction(integer ?? 0) }

    /// The nearest double.
    var approximate: Double { integer.map(Double.init) ?? Double(fraction.description) ?? 0 }

    /// Whether there is nothing after the point.
    var isWhole: Bool { integer != nil || fraction.isWhole }

    /// The greatest whole number that is not above it, where that fits.
    var floor: Int64? { integer ?? decimal?.floor }

    /// The number where it is a whole one that fits.
    package var int: Int? { integer.flatMap { Int(exactly: $0) } }
}

extension Number: Hashable, Comparable, CustomStringConvertible {
    package static func < (left: Number, right: Number) -> Bool {
        if let left = left.integer, let right = right.integer { return left < right }
        return left.fraction < right.fraction
    }

    package var description: String { integer.map(String.init) ?? fraction.description }
}
