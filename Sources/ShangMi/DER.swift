/// Reads the DER that keys and signatures come in: definite lengths in their shortest form, nothing left over.
struct DERReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }
    var nextTag: UInt8? { isAtEnd ? nil : bytes[position] }

    /// The content of the next element, which must have `tag`; nil if it does not or is cut short.
    mutating func read(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard nextTag == tag, bytes.endIndex - position >= 2 else { return nil }
        var start = position + 2
        var length = Int(bytes[position + 1])
        if length >= 0x80 {
            // Two length bytes are more than any key or signature needs.
            let count = length - 0x80
            guard count == 1 || count == 2, bytes.endIndex - start >= count else { return nil }
            length = bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            guard length >= (count == 1 ? 0x80 : 0x100) else { return nil }
            start += count
        }
        guard bytes.endIndex - start >= length else { return nil }
        position = start + length
        return bytes[start..<position]
    }

    /// The next element as a non-negative integer of at most `length` bytes, padded on the left to that length.
    mutating func readInteger(length: Int) -> [UInt8]? {
        guard var content = read(0x02), let first = content.first, first < 0x80 else { return nil }
        if first == 0, content.count > 1 {
            content.removeFirst()
            guard content[content.startIndex] >= 0x80 else { return nil }
        }
        guard content.count <= length else { return nil }
        return [UInt8](repeating: 0, count: length - content.count) + content
    }
}

/// Writes the same.
enum DERWriter {
    /// One element around `content`, which must be shorter than 256 bytes.
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count < 0x100, "keys and signatures are short")
        let length = UInt8(content.count)
        return (length < 0x80 ? [tag, length] : [tag, 0x81, length]) + content
    }

    /// A non-negative integer given big-endian.
    static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let digits = bytes.drop { $0 == 0 }
        guard let first = digits.first else { return [0x02, 0x01, 0x00] }
        return element(0x02, (first >= 0x80 ? [0] : []) + digits)
    }
}
