extension Timestamp {
    /// What a day stands for where a moment is wanted.
    package enum DayBound: Sendable {
        /// Its first moment by UTC.
        case beginning
        /// The first moment after it by UTC, which itself no longer counts.
        case end
    }

    /// Parses an RFC 3339 date-time, or a day, `2026-11-28`, as one of its bounds.
    ///
    /// Throws ``IdentityError`` of code `malformedTime`.
    package init(_ text: String, day bound: DayBound) throws(IdentityError) {
        if let beginning = try? Timestamp(rfc3339: text + "T00:00:00Z") {
            self = bound == .beginning ? beginning : beginning.adding(seconds: 86_400)
        } else if let moment = try? Timestamp(rfc3339: text) {
            self = moment
        } else {
            throw IdentityError(
                .malformedTime,
                "\(IdentityError.quote(text)) is neither a day, as 2027-12-31, nor a moment, as 2028-01-01T00:00:00+08:00"
            )
        }
    }

    /// Whether a text is a day, and no moment.
    package static func isDay(_ text: String) -> Bool { (try? Timestamp(rfc3339: text + "T00:00:00Z")) != nil }
}
