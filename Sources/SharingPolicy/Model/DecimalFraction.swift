/// A number by its decimal digits; each number has one form, so that equal numbers are equal values.
struct DecimalFraction: Sendable, Hashable {
    private let isNegative: Bool

    /// The digits, each 0 to 9, without zeros at either end; empty for zero.
    private let digits: [UInt8]

    /// The number is `0.digits` times ten to this power; 0 for zero.
    private let exponent: Int

    /// The largest power of ten, either way, that a literal may have.
    private static let maximumExponent = 1000

    init(_ value: Int64) {
        self.init(isNegative: value < 0, digits: String(value.magnitude).utf8.map { $0 - 0x30 }, fractionDigits: 0)
    }

    /// Parses `-12.50`, `.5`, `1.25e-3`; `nil` where the text is no such literal.
    init?(parsing text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let whole = Self.leadingDigits(&rest)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = Self.leadingDigits(&rest)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var power = 0
        if let letter = rest.popFirst() {
            guard letter | 0x20 == UInt8(ascii: "e"), rest.first != nil, rest.count <= 6,
                let value = Int(String(decoding: rest, as: UTF8.self)), abs(value) <= Self.maximumExponent
            else { return nil }
            power = value
        }
        self.init(
            isNegative: isNegative, digits: (whole + fraction).map { $0 - 0x30 },
            fractionDigits: fraction.count - power)
    }

    private static func leadingDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private init(isNegative: Bool, digits: [UInt8], fractionDigits: Int) {
        let significant = digits.drop { $0 == 0 }
        let last = significant.lastIndex { $0 != 0 }
        self.digits = last.map { Array(significant[...$0]) } ?? []
        self.exponent = self.digits.isEmpty ? 0 : significant.count - fractionDigits
        self.isNegative = isNegative && !self.digits.isEmpty
    }

    /// Whether there is nothing after the point.
    var isWhole: Bool { exponent >= digits.count }

    /// The number where it is a whole one that fits.
    var integer: Int64? {
        guard exponent >= digits.count, exponent <= 19 else { return nil }
        return Int64(description)
    }

    /// The greatest whole number that is not above it, where that fits.
    var floor: Int64? {
        if exponent >= digits.count { return integer }
        guard exponent <= 19 else { return nil }
        let whole = exponent > 0 ? Int64(String(decoding: digits[..<exponent].map { $0 + 0x30 }, as: UTF8.self)) : 0
        return isNegative ? whole.map { -$0 - 1 } : whole
    }

    func multiplied(by factor: UInt64) -> DecimalFraction {
        var product: [UInt8] = []
        var carry: UInt64 = 0
        for digit in digits.reversed() {
            carry += UInt64(digit) * factor
            product.append(UInt8(carry % 10))
            carry /= 10
        }
        while carry > 0 {
            product.append(UInt8(carry % 10))
            carry /= 10
        }
        return DecimalFraction(
            isNegative: isNegative, digits: product.reversed(), fractionDigits: digits.count - exponent)
    }
}

extension DecimalFraction: Comparable, CustomStringConvertible {
    static func < (left: DecimalFraction, right: DecimalFraction) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.magnitudePrecedes(left) : left.magnitudePrecedes(right)
    }

    private func magnitudePrecedes(_ other: DecimalFraction) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        return exponent == other.exponent
            ? digits.lexicographicallyPrecedes(other.digits) : exponent < other.exponent
    }

    /// The number as `-12.5`, and far from the point as `0.125e-30`.
    var description: String {
        let text = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
        let sign = isNegative ? "-" : ""
        if digits.isEmpty { return "0" }
        guard (-8...24).contains(exponent) else { return "\(sign)0.\(text)e\(exponent)" }
        if exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + text }
        if exponent >= digits.count { return sign + text + String(repeating: "0", count: exponent - digits.count) }
        return sign + text.prefix(exponent) + "." + text.dropFirst(exponent)
    }
}
