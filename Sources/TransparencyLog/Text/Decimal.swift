/// ASCII decimal numbers without sign or leading zeroes, as all C2SP texts write them.
enum Decimal {
    /// The number `text` writes; nil if it is empty, signed, has a leading zero or exceeds 64 bits.
    static func parse(_ text: some Collection<UInt8>) -> UInt64? {
        guard let first = text.first, text.count <= 20, first != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var number: UInt64 = 0
        for character in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(character - UInt8(ascii: "0")))
            guard !tooLarge, !carry else { return nil }
            number = sum
        }
        return number
    }
}
