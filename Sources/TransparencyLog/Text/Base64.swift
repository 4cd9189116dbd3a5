/// Standard base64 (RFC 4648, section 4), padded and canonical: one text for each sequence of bytes.
enum Base64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Appends the text of `bytes` to `output`.
    static func encode(_ bytes: some Collection<UInt8>, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            for shift in [18, 12, 6, 0] { output.append(alphabet[Int(group >> UInt32(shift) & 63)]) }
            group = 0
            held = 0
        }
        if held == 1 {
            output += [alphabet[Int(group >> 2)], alphabet[Int(group << 4 & 63)], padding, padding]
        } else if held == 2 {
            output += [
                alphabet[Int(group >> 10)], alphabet[Int(group >> 4 & 63)], alphabet[Int(group << 2 & 63)], padding,
            ]
        }
    }

    /// The text of `bytes`.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        encode(bytes, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes of `text`; nil if a character, the padding or the unused bits are not as they must be.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var held = 0
        var padded = 0
        for character in text {
            if character == padding {
                padded += 1
                held += 1
                group <<= 6
            } else {
                let value = values[Int(character)]
                guard padded == 0, value != 0xff else { return nil }
                group = group << 6 | UInt32(value)
                held += 1
            }
            guard held == 4 else { continue }
            guard padded <= 2, padded == 0 || group & (padded == 1 ? 0xff : 0xffff) == 0 else { return nil }
            output.append(UInt8(truncatingIfNeeded: group >> 16))
            if padded < 2 { output.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if padded < 1 { output.append(UInt8(truncatingIfNeeded: group)) }
            group = 0
            held = 0
        }
        return output
    }

    private static let padding = UInt8(ascii: "=")
}
