import HTTPTypes

extension HTTPField {
    /// A value without the whitespace around it, which is not of the value (RFC 9110, section 5.5).
    static func trimmed(_ value: String) -> String {
        guard let first = value.utf8.first, let last = value.utf8.last,
            Self.isWhitespace(first) || Self.isWhitespace(last)
        else { return value }
        let head = value.utf8.drop { Self.isWhitespace($0) }
        let end = head.lastIndex { !Self.isWhitespace($0) }.map { head.index(after: $0) } ?? head.startIndex
        return String(Substring(head[..<end]))
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Whether the value was not UTF-8: what stands for it now says something else than was sent, and perhaps signed.
    static func wasRepaired(_ value: String) -> Bool {
        value.utf8.contains(0xEF) && value.unicodeScalars.contains("\u{FFFD}")
    }
}
