/// A way to write bytes in characters (RFC 4648): one text for each sequence of bytes.
package struct BaseEncoding: Sendable {
    /// Base 16 in lower case (section 8).
    package static let base16 = BaseEncoding(digits: "0123456789abcdef", bits: 4, isPadded: false)
    /// Base 32 without padding (section 6).
    package static let base32 = BaseEncoding(digits: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, isPadded: false)
    /// Base 64 with padding (section 4).
    package static let base64 = BaseEncoding(digits: letters + "+/", bits: 6, isPadded: true)
    /// Base 64 for URLs, without padding (section 5, as RFC 7515 uses it).
    package static let base64URL = BaseEncoding(digits: letters + "-_", bits: 6, isPadded: false)

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    private let digits: [UInt8]
    /// The value of every byte that is a digit; 255 for the others.
    private let values: [UInt8]
    /// What one digit holds.
    private let bits: UInt32
    /// Whether the text is filled up with `=` to a multiple of four characters.
    private let isPadded: Bool

    private init(digits: String, bits: UInt32, isPadded: Bool) {
        self.digits = Array(digits.utf8)
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in self.digits.enumerated() { values[Int(digit)] = UInt8(value) }
        self.values = values
        self.bits = bits
        self.isPadded = isPadded
    }

    /// Appends the text of `bytes`.
    @inlinable
    package func encode(_ bytes: some Sequence<UInt8>, into buffer: inout [UInt8]) {
        // Generic code stops here: what follows is compiled once, for bytes in a row.
        if bytes.withContiguousStorageIfAvailable({ append($0, to: &buffer) }) == nil {
            Array(bytes).withUnsafeBufferPointer { append($0, to: &buffer) }
        }
    }

    /// The text of `bytes`.
    @inlinable
    package func encode(_ bytes: some Sequence<UInt8>) -> String {
        var buffer: [UInt8] = []
        encode(bytes, into: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    @usableFromInline
    func append(_ bytes: UnsafeBufferPointer<UInt8>, to buffer: inout [UInt8]) {
        let length = (bytes.count * 8 + Int(bits) - 1) / Int(bits)
        let padded = isPadded ? (length + 3) / 4 * 4 : length
        buffer += [UInt8](capacity: padded) { text in
            let mask: UInt32 = 1 << bits - 1
            var held: UInt32 = 0
            var count: UInt32 = 0
            for byte in bytes {
                held = held << 8 | UInt32(byte)
                count += 8
                while count >= bits {
                    count -= bits
                    text.append(digits[Int(held >> count & mask)])
                }
            }
            if count > 0 { text.append(digits[Int(held << (bits - count) & mask)]) }
            while text.count < padded { text.append(UInt8(ascii: "=")) }
        }
    }

    /// The bytes that `text` stands for; nil where it is not the one text that does.
    ///
    /// With `isLenient`, padding may be left out and bits that stand for nothing may be set, as RFC 9651 asks of those
    /// who read byte sequences (section 4.2.7).
    @inlinable
    package func decode(_ text: some Collection<UInt8>, isLenient: Bool = false) -> [UInt8]? {
        text.withContiguousStorageIfAvailable { bytes(of: $0, isLenient: isLenient) }
            ?? Array(text).withUnsafeBufferPointer { bytes(of: $0, isLenient: isLenient) }
    }

    /// The bytes that `text` stands for; nil where it is not the one text that does.
    package func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    @usableFromInline
    func bytes(of text: UnsafeBufferPointer<UInt8>, isLenient: Bool) -> [UInt8]? {
        var count: UInt32 = 0
        var held: UInt32 = 0
        var length = 0
        var padding = 0
        var isText = true
        let bytes = [UInt8](capacity: text.count * Int(bits) / 8) { bytes in
            for character in text {
                guard !isPadded || character != UInt8(ascii: "=") else {
                    padding += 1
                    continue
                }
                let value = values[Int(character)]
                guard value != 255, padding == 0 else {
                    isText = false
                    return
                }
                held = held << bits | UInt32(value)
                count += bits
                length += 1
                if count >= 8 {
                    count -= 8
                    bytes.append(UInt8(truncatingIfNeeded: held >> count))
                }
            }
        }
        let fitting = isPadded ? (4 - length % 4) % 4 : 0
        // What is left over is less than a digit; it is written as zeroes.
        guard isText, count < bits, padding == fitting || isLenient && padding == 0,
            isLenient || held & (1 << count - 1) == 0
        else { return nil }
        return bytes
    }
}
