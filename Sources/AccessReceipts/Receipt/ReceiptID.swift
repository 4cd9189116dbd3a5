package import CityIdentity

/// The name of a receipt: 48 bits of time in milliseconds and 80 random bits, 26 characters of Crockford's base 32.
///
/// The text sorts as the moments do, to the millisecond. It has one form: capital letters, no `I`, `L`, `O`, `U`.
package struct ReceiptID: Sendable, Hashable, Comparable {
    /// The 64 more significant bits: the time and 16 random bits.
    let high: UInt64
    /// The 64 less significant bits.
    let low: UInt64

    /// Characters of the text form.
    package static let length = 26

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an id of a moment and 80 bits from a source of randomness; a moment before 1970 counts as 1970.
    package init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(time.milliseconds, 0)) & 0xFFFF_FFFF_FFFF
        self.init(high: milliseconds << 16 | (generator.next() & 0xFFFF), low: generator.next())
    }

    /// Makes an id of a moment, random by the system's generator.
    package init(at time: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: time, using: &generator)
    }

    /// Reads the text form; `nil` where it is not exactly that.
    package init?(_ text: String) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            guard count < Self.length, let digit = Self.value(of: byte), count > 0 || digit < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | digit
            count += 1
        }
        guard count == Self.length else { return nil }
        self.init(high: high, low: low)
    }

    /// The 16 bytes, most significant first.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The moment in the id.
    package var time: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: high >> UInt64(shift)))
        }
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: low >> UInt64(shift)))
        }
        return bytes
    }

    package static func < (left: ReceiptID, right: ReceiptID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension ReceiptID: CustomStringConvertible {
    private static let alphabet: [UInt8] = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    package var description: String {
        String(unsafeUninitializedCapacity: Self.length) { buffer in
            // Every index from 0 to 25 is set exactly once, so that all 26 bytes handed back are initialized.
            var (high, low) = (high, low)
            for index in stride(from: Self.length - 1, through: 0, by: -1) {
                buffer[index] = Self.alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return Self.length
        }
    }

    private static func value(of byte: UInt8) -> UInt64? {
        alphabet.firstIndex(of: byte).map(UInt64.init)
    }
}
