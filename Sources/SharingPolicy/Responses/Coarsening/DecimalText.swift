/// The digits of a decimal number as JSON and tables write it: `-12.50`, `+3`, `1.25e-3`.
struct DecimalText {
    let isNegative: Bool

    /// The number is these, each 0 to 9, times ten to ``power``; without zeros before.
    private let digits: [UInt8]
    private let power: Int

    /// The most bytes of a number.
    static let maximumLength = 64

    /// Parses a number; `nil` where the text is none.
    init?(parsing text: some Collection<UInt8>) {
        guard text.count <= Self.maximumLength else { return nil }
        var rest = Array(text)[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let whole = rest.prefix(while: Self.isDigit)
        rest.removeFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: Self.isDigit)
            rest.removeFirst(fraction.count)
            guard !fraction.isEmpty else { return nil }
        }
        guard !whole.isEmpty else { return nil }
        var exponent = 0
        if let letter = rest.popFirst() {
            guard letter | 0x20 == UInt8(ascii: "e"), rest.count <= 5,
                let value = Int(String(decoding: rest, as: UTF8.self))
            else { return nil }
            exponent = value
        }
        digits = (whole + fraction).drop { $0 == 0x30 }.map { $0 - 0x30 }
        power = exponent - fraction.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// How many of the digits stand before the place where the units of a scale end.
    private func count(scale: Int) -> Int { digits.count + power + scale }

    /// Whether the number is a whole number of units of ten to the power of minus `scale`.
    func isWhole(scale: Int) -> Bool { digits.dropFirst(max(0, count(scale: scale))).allSatisfy { $0 == 0 } }

    /// The number, or the next one below it, in units of ten to the power of minus `scale`; `nil` where it is too large.
    func floored(scale: Int) -> Int128? {
        if digits.isEmpty { return 0 }
        let count = count(scale: scale)
        guard count <= 36 else { return nil }
        var value: Int128 = 0
        for index in 0..<max(0, count) { value = value * 10 + (index < digits.count ? Int128(digits[index]) : 0) }
        guard isNegative else { return value }
        return isWhole(scale: scale) ? -value : -value - 1
    }
}
