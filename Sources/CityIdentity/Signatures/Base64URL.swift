/// Base64url without padding (RFC 4648 section 5, as RFC 7515 uses it).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of every byte that is of the alphabet; 255 for the others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Appends bytes in base64url.
    package static func encode(_ bytes: some Sequence<UInt8>, into buffer: inout [UInt8]) {
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                buffer.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { buffer.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    }

    /// Bytes in base64url.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var buffer: [UInt8] = []
        encode(bytes, into: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// The bytes a text stands for; `nil` where it is not the one text that stands for them.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for character in text {
            let value = values[Int(character)]
            guard value != 255 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }

    /// The bytes a text stands for; `nil` where it is not the one text that stands for them.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }
}
