/// Base 64 with padding (RFC 4648 section 4), straight into a buffer; reading takes the one canonical form alone.
enum Base64 {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    static func append(_ bytes: some Collection<UInt8>, to buffer: inout [UInt8]) {
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                for shift: UInt32 in [18, 12, 6, 0] { buffer.append(alphabet[Int(group >> shift & 63)]) }
                (group, count) = (0, 0)
            }
        }
        guard count > 0 else { return }
        group <<= UInt32(8 * (3 - count))
        buffer.append(alphabet[Int(group >> 18 & 63)])
        buffer.append(alphabet[Int(group >> 12 & 63)])
        buffer.append(count == 2 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
        buffer.append(UInt8(ascii: "="))
    }

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var buffer: [UInt8] = []
        buffer.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes, to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// The bytes of a text in canonical form: padded, no line breaks, unused bits zero; `nil` for every other text.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let digits = Array(text.reversed().drop { $0 == UInt8(ascii: "=") }.reversed())
        guard text.count - digits.count <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value != 0xFF else { return nil }
            group = (group << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        guard group & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }
}

/// Lower-case hexadecimal.
enum Hexadecimal {
    private static let alphabet: [UInt8] = Array("0123456789abcdef".utf8)

    static func append(_ bytes: some Sequence<UInt8>, to buffer: inout [UInt8]) {
        for byte in bytes {
            buffer.append(alphabet[Int(byte >> 4)])
            buffer.append(alphabet[Int(byte & 15)])
        }
    }

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var buffer: [UInt8] = []
        append(bytes, to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: Int?
        for digit in text {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            if let first = high {
                bytes.append(UInt8(first << 4 | value))
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }
}
