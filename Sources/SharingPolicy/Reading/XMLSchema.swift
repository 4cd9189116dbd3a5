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
            guard let from = try? Timestamp(rfc3339: midnight) else { return nil }
            return .day(from: from, until: from.adding(milliseconds: 86_400_000))
        }
        let hasZone =
            bytes.last == UInt8(ascii: "Z") || bytes[11...].contains(UInt8(ascii: "+"))
            || bytes[11...].contains(UInt8(ascii: "-"))
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")) {
            let digits = bytes[(point + 1)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard digits.dropFirst(3).allSatisfy({ $0 == 0x30 }) else { return nil }
        }
        return (try? Timestamp(rfc3339: hasZone ? text : text + "Z")).map { .moment($0) }
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
            let hours = Int(String(decoding: bytes[1...2], as: UTF8.self)), hours <= 14, hours >= 0,
            let minutes = Int(String(decoding: bytes[4...5], as: UTF8.self)), minutes < 60, minutes >= 0,
            bytes[1] != 0x2B, bytes[1] != 0x2D, bytes[4] != 0x2B, bytes[4] != 0x2D
        else { return nil }
        return (bytes[0] == 0x2D ? -1 : 1) * (hours * 60 + minutes)
    }

    /// An `xsd:dayTimeDuration` in milliseconds; years and months have no fixed length and are none.
    static func duration(_ text: String) -> Int64? {
        var bytes = Array(text.utf8)[...]
        guard bytes.popFirst() == UInt8(ascii: "P"), !bytes.isEmpty, bytes.count < 40 else { return nil }
        var total: Int64 = 0
        var units: [(UInt8, Int64)] = [(UInt8(ascii: "D"), 86_400_000)]
        var isTime = false
        while !bytes.isEmpty {
            if bytes.first == UInt8(ascii: "T"), !isTime {
                isTime = true
                bytes.removeFirst()
                units = [(UInt8(ascii: "H"), 3_600_000), (UInt8(ascii: "M"), 60_000), (UInt8(ascii: "S"), 1000)]
            }
            let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard !digits.isEmpty, digits.count <= 9, let amount = Int64(String(decoding: digits, as: UTF8.self)),
                let designator = bytes.dropFirst(digits.count).first,
                let index = units.firstIndex(where: { $0.0 == designator })
            else { return nil }
            total += amount * units[index].1
            units.removeSubrange(...index)
            bytes = bytes.dropFirst(digits.count + 1)
        }
        return total
    }
}
