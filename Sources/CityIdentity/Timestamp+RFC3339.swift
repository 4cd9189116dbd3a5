extension Timestamp: CustomStringConvertible {
    /// The moment as RFC 3339 in UTC, with milliseconds where they are not zero: `2026-11-22T08:30:00Z`.
    package var rfc3339: String {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(24)
        write(into: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    package var description: String { rfc3339 }

    /// Appends the moment as RFC 3339.
    package func write(into buffer: inout [UInt8]) {
        let date = CalendarDate(daysSince1970: (seconds - Self.positiveRemainder(seconds, 86_400)) / 86_400)
        let second = Int(Self.positiveRemainder(seconds, 86_400))
        let fraction = Int(Self.positiveRemainder(milliseconds, 1000))
        Self.write(date.year, "-", divisor: 1000, into: &buffer)
        Self.write(date.month, "-", divisor: 10, into: &buffer)
        Self.write(date.day, "T", divisor: 10, into: &buffer)
        Self.write(second / 3600, ":", divisor: 10, into: &buffer)
        Self.write(second / 60 % 60, ":", divisor: 10, into: &buffer)
        Self.write(second % 60, fraction == 0 ? "Z" : ".", divisor: 10, into: &buffer)
        if fraction != 0 { Self.write(fraction, "Z", divisor: 100, into: &buffer) }
    }

    /// Appends a number, its first digit that of the divisor's place, and the character that follows it.
    private static func write(_ value: Int, _ end: Unicode.Scalar, divisor: Int, into buffer: inout [UInt8]) {
        var divisor = divisor
        while divisor > 0 {
            buffer.append(0x30 + UInt8(value / divisor % 10))
            divisor /= 10
        }
        buffer.append(UInt8(ascii: end))
    }
}

extension Timestamp {
    /// Parses an RFC 3339 date-time with any offset; a fraction is cut to milliseconds.
    ///
    /// A leap second is the first moment of the minute that follows. Throws ``IdentityError`` of code `malformedTime`.
    package init(rfc3339 text: String) throws(IdentityError) {
        var parser = Parser(bytes: Array(text.utf8.prefix(64)))
        guard let milliseconds = parser.dateTime(), text.utf8.count <= 64 else {
            throw IdentityError(.malformedTime, "\(IdentityError.quote(text)) is not an RFC 3339 time")
        }
        self = milliseconds
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func dateTime() -> Timestamp? {
            guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
                skip("T") || skip("t"), let hour = digits(2), skip(":"), let minute = digits(2), skip(":"),
                let second = digits(2), let fraction = fraction(), let offset = offset(), position == bytes.count,
                let date = CalendarDate(year: year, month: month, day: day),
                hour < 24, minute < 60, second <= 60
            else { return nil }
            let seconds = Int64(date.daysSince1970) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset * 60)
            // A leap second is the 61st of the last minute of a day in UTC, and nothing else.
            if second == 60, Timestamp.positiveRemainder(seconds, 86_400) != 0 { return nil }
            let milliseconds = seconds * 1000 + Int64(second == 60 ? 0 : fraction)
            let range = Timestamp.earliest.milliseconds...Timestamp.latest.milliseconds
            return range.contains(milliseconds) ? Timestamp(milliseconds: milliseconds) : nil
        }

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        private mutating func digit() -> Int? {
            guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
            position += 1
            return Int(bytes[position - 1] - 0x30)
        }

        private mutating func digits(_ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// Milliseconds of an optional fraction; `nil` where a point stands without digits.
        private mutating func fraction() -> Int? {
            guard skip(".") else { return 0 }
            var value = 0
            var count = 0
            while let digit = digit() {
                if count < 3 { value = value * 10 + digit }
                count += 1
            }
            guard count > 0 else { return nil }
            return value * [1, 100, 10, 1][min(count, 3)]
        }

        /// Minutes east of UTC.
        private mutating func offset() -> Int? {
            if skip("Z") || skip("z") { return 0 }
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
            else { return nil }
            return sign * (hours * 60 + minutes)
        }
    }
}
