/// Base64 of byte sequences (RFC 4648 section 4, RFC 9651 section 4.2.7).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// The bytes, or nil for another character or padding that is misplaced or too much.
    ///
    /// As RFC 9651 asks, padding may be left out and surplus bits of the last character are ignored.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var digits = text
        while digits.last == UInt8(ascii: "="), text.count - digits.count < 2 { digits.removeLast() }
        guard digits.count % 4 != 1, digits.count == text.count || text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for character in digits {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    /// Appends the padded form of `bytes`.
    static func encode(_ bytes: some Collection<UInt8>, to buffer: inout [UInt8]) {
        buffer.reserveCapacity(buffer.count + (bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            buffer.append(alphabet[Int(bits >> 18 & 63)])
            buffer.append(alphabet[Int(bits >> 12 & 63)])
            buffer.append(alphabet[Int(bits >> 6 & 63)])
            buffer.append(alphabet[Int(bits & 63)])
            (bits, count) = (0, 0)
        }
        guard count > 0 else { return }
        bits <<= UInt32(3 - count) * 8
        buffer.append(alphabet[Int(bits >> 18 & 63)])
        buffer.append(alphabet[Int(bits >> 12 & 63)])
        buffer.append(count == 2 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
        buffer.append(UInt8(ascii: "="))
    }
}
