/// How coarse numbers are made: to multiples of a decimal number above zero.
package struct Step: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The step is this many units of ten to the power of minus ``scale``.
    private let units: Int64

    /// Digits after the point; as few as the step needs.
    private let scale: Int

    /// The most digits after a step's point.
    package static let maximumScale = 12

    /// The largest step, in its units.
    private static let maximumUnits: Int128 = 1_000_000_000_000_000

    /// So many digits after the point, as the step `0.01` for 2; `nil` below 0 and above ``maximumScale``.
    package init?(decimals: Int) {
        guard (0...Self.maximumScale).contains(decimals) else { return nil }
        (units, scale) = (1, decimals)
    }

    /// Parses a decimal number, `0.25` or `50`; `nil` where it is none, not above zero, or has too many digits.
    package init?(parsing text: String) {
        guard let number = DecimalText(parsing: text.utf8), !number.isNegative,
            let units = number.floored(scale: Self.maximumScale), number.isWhole(scale: Self.maximumScale)
        else { return nil }
        self.init(units: units, scale: Self.maximumScale)
    }

    private init?(units: Int128, scale: Int) {
        guard units > 0 else { return nil }
        var (units, scale) = (units, scale)
        while scale > 0, units % 10 == 0 { (units, scale) = (units / 10, scale - 1) }
        guard units <= Self.maximumUnits else { return nil }
        (self.units, self.scale) = (Int64(units), scale)
    }

    private func units(at scale: Int) -> Int128 {
        (self.scale..<max(self.scale, scale)).reduce(Int128(units)) { product, _ in product * 10 }
    }

    /// Whether this is the other step or so many times it, so that what is made this coarse tells nothing more.
    package func isMultiple(of other: Step) -> Bool {
        let scale = max(scale, other.scale)
        return units(at: scale) % other.units(at: scale) == 0
    }

    /// The smallest step that is a multiple of both; `nil` where it is too large.
    package func common(with other: Step) -> Step? {
        let scale = max(scale, other.scale)
        let (first, second) = (units(at: scale), other.units(at: scale))
        var (greater, lesser) = (first, second)
        while lesser != 0 { (greater, lesser) = (lesser, greater % lesser) }
        let (product, overflow) = (first / greater).multipliedReportingOverflow(by: second)
        return overflow ? nil : Step(units: product, scale: scale)
    }

    /// The multiple at or next below a decimal number, as text; `nil` where the text is no such number, or is too large.
    ///
    /// Always downwards, also below zero: then what two steps leave of a number is what their common multiple leaves.
    package func coarsened(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard let number = DecimalText(parsing: text), let value = number.floored(scale: scale) else { return nil }
        let units = Int128(units)
        let rest = value % units
        return Self.text(value - (rest < 0 ? rest + units : rest), scale: scale)
    }

    private static func text(_ value: Int128, scale: Int) -> [UInt8] {
        var digits = Array(String(value.magnitude).utf8)
        if digits.count <= scale {
            digits.insert(contentsOf: repeatElement(0x30, count: scale + 1 - digits.count), at: 0)
        }
        var fraction = digits.suffix(scale)
        while fraction.last == 0x30 { fraction.removeLast() }
        let point: [UInt8] = fraction.isEmpty ? [] : [UInt8(ascii: ".")]
        return (value < 0 ? [UInt8(ascii: "-")] : []) + digits.prefix(digits.count - scale) + point + fraction
    }

    package static func < (left: Step, right: Step) -> Bool {
        let scale = max(left.scale, right.scale)
        return left.units(at: scale) < right.units(at: scale)
    }

    /// The step as a decimal number.
    package var description: String { String(decoding: Self.text(Int128(units), scale: scale), as: UTF8.self) }
}
