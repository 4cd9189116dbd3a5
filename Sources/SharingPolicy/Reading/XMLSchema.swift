import CityIdentity

/// Dates, times and durations in the lexical forms of XML Schema Part 2, as far as a policy may use them.
enum XMLSchema {
    /// An `xsd:dateTime` as a moment, or an `xsd:date` as a day; without an offset it is UTC.
    ///
    /// Fractions finer than a millisecond are none: a moment here has no more.
    static func moment(_ text: String) -> Value? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes.count <= 40 else { return nil }
        if bytes.count == 10 || bytes[10] != UInt8(ascii: "T") {
            let zone = bytes.count == 10 ? "Z" : String(decoding: bytes[10...], as: UTF8.self)
            let midnight = String(decoding: bytes[..<10], as: UTF8.self) + "T00:00:00" + zone
            guard offset(zone) != nil, let from = try? Timestamp(rfc3339: midnight) else { return nil }
            return .day(from: from, until: from.adding(milliseconds: 86_400_000))
        }
        if bytes[11...].starts(with: "24:00:00".utf8) { return endOfDay(bytes) }
        // A leap second, which RFC 3339 has, XML Schema has not.
        guard bytes.count >= 19, bytes[17] != UInt8(ascii: "6") else { return nil }
        let zone = bytes[11...].drop { ![UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-")].contains($0) }
        guard offset(String(decoding: zone, as: UTF8.self), allowsNone: true) != nil else { return nil }
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")) {
            let digits = bytes[(point + 1)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard digits.dropFirst(3).allSatisfy({ $0 == 0x30 }) else { return nil }
        }
        return (try? Timestamp(rfc3339: zone.isEmpty ? text + "Z" : text)).map { .moment($0) }
    }

    /// The end of a day, `T24:00:00`, which is the first moment of the next.
    private static func endOfDay(_ bytes: [UInt8]) -> Value? {
        let start = bytes[..<11] + Array("00:00:00".utf8) + bytes[19...]
        guard case .moment(let moment)? = self.moment(String(decoding: start, as: UTF8.self)),
            moment.milliseconds % 1000 == 0
        else { return nil }
        return .moment(moment.adding(milliseconds: 86_400_000))
    }

    /// An `xsd:time`, seconds optional; without an offset it is UTC.
    static func time(_ text: String) -> Value? {
        let bytes = Array(text.utf8)
        let clock = bytes.prefix { ($0 >= 0x30 && $0 <= 0x3A) }
        guard let offset = offset(String(decoding: bytes[clock.count...], as: UTF8.self), allowsNone: true) else {
            return nil
        }
        let parts = clock.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.count == 2 ? Int64(String(decoding: $0, as: UTF8.self)) : nil }
        guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers[0] < 24, numbers[1] < 60,
            numbers.count == 2 || numbers[2] < 60
        else { return nil }
        let seconds = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
        return .timeOfDay(milliseconds: seconds * 1000, offset: offset)
    }

    /// Minutes east of UTC of `Z`, `+08:00` or `-05:30`.
    static func offset(_ text: String, allowsNone: Bool = false) -> Int? {
        let bytes = Array(text.utf8)
        if bytes == [UInt8(ascii: "Z")] || (bytes.isEmpty && allowsNone) { return 0 }
        guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == UInt8(ascii: ":"),
            let hours = Int(String(decoding: bytes[1...2], as: UTF8.self)), hours >= 0,
            let minutes = Int(String(decoding: bytes[4...5], as: UTF8.self)), minutes < 60, minutes >= 0,
            bytes[1] != 0x2B, bytes[1] != 0x2D, bytes[4] != 0x2B, bytes[4] != 0x2D, hours * 60 + minutes <= 14 * 60
        else { return nil }
        return (bytes[0] == 0x2D ? -1 : 1) * (hours * 60 + minutes)
    }

    /// An `xsd:duration`: `P1Y2M`, `-PT0.5S`; seconds may have three decimals.
    static func duration(_ text: String) -> CalendarDuration? {
        var bytes = Array(text.utf8)[...]
        guard bytes.count < 64 else { return nil }
        let sign: Int64 = bytes.first == UInt8(ascii: "-") ? -1 : 1
        if sign < 0 { bytes.removeFirst() }
        guard bytes.popFirst() == UInt8(ascii: "P") else { return nil }
        let parts = bytes.split(separator: UInt8(ascii: "T"), maxSplits: 1, omittingEmptySubsequences: false)
        var months: Int64 = 0
        var milliseconds: Int64 = 0
        var units: [(UInt8, Int64, isMonths: Bool)] = [
            (UInt8(ascii: "Y"), 12, true), (UInt8(ascii: "M"), 1, true), (UInt8(ascii: "D"), 86_400_000, false),
        ]
        for (index, part) in parts.enumerated() {
            var rest = part
            if index == 1 {
                units = [
                    (UInt8(ascii: "H"), 3_600_000, false), (UInt8(ascii: "M"), 60_000, false),
                    (UInt8(ascii: "S"), 1000, false),
                ]
            }
            guard !rest.isEmpty || (index == 0 && parts.count == 2) else { return nil }
            while !rest.isEmpty {
                guard let (amount, designator) = component(&rest),
                    let unit = units.firstIndex(where: { $0.0 == designator }),
                    amount % 1000 == 0 || designator == UInt8(ascii: "S")
                else { return nil }
                let total = amount / 1000 * units[unit].1 + amount % 1000 * units[unit].1 / 1000
                if units[unit].isMonths { months += total } else { milliseconds += total }
                units.removeSubrange(...unit)
            }
        }
        guard months <= CalendarDuration.maximumMonths else { return nil }
        return CalendarDuration(months: sign * months, milliseconds: sign * milliseconds)
    }

    /// One number of a duration in thousandths, and its designator.
    private static func component(_ rest: inout ArraySlice<UInt8>) -> (thousandths: Int64, designator: UInt8)? {
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        let digits = rest.prefix(while: isDigit)
        rest = rest.dropFirst(digits.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !digits.isEmpty, digits.count <= 9, fraction.dropFirst(3).allSatisfy({ $0 == 0x30 }),
            let designator = rest.popFirst()
        else { return nil }
        let thousandths = Array(digits) + Array((Array(fraction) + [0x30, 0x30, 0x30]).prefix(3))
        return Int64(String(decoding: thousandths, as: UTF8.self)).map { ($0, designator) }
    }
}
