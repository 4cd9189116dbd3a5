/// The clock that days of the week and times of day are read from, as its offset from UTC.
package struct DraftClock: Sendable, Hashable {
    /// As RFC 3339 writes an offset, `+08:00`.
    package let offset: String

    /// Parses `+08:00`, `UTC+08:00`, or `Z` and `UTC` for none.
    ///
    /// Throws ``PolicyError`` of code `malformedAnswer`.
    package init(_ text: String) throws(PolicyError) {
        let given = text.hasPrefix("UTC") ? String(text.dropFirst(3)) : text
        let offset = given.isEmpty || given == "Z" ? "+00:00" : given
        let bytes = Array(offset.utf8)
        let digits = [1, 2, 4, 5].map { bytes.count == 6 ? Int(bytes[$0]) - 0x30 : -1 }
        guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
            digits.allSatisfy((0...9).contains), digits[0] * 10 + digits[1] <= 14, digits[2] <= 5, !text.isEmpty
        else {
            throw PolicyError(
                .malformedAnswer, "`\(PolicyError.excerpt(text))` is no offset from UTC, as +08:00 or -05:00")
        }
        self.offset = offset
    }
}
