/// How coarse times are made: what of a date and time stays.
package enum TimePrecision: String, Sendable, Hashable, Comparable, CaseIterable {
    case hour, day, month, year

    /// The coarser is the greater.
    package static func < (left: TimePrecision, right: TimePrecision) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }

    /// The most bytes of a time.
    static let maximumLength = 64

    /// A date, or a date and time, with what is finer at its beginning; `nil` where the text is no such time.
    ///
    /// `2026-11-28T15:18:20.5+08:00` is by the hour `2026-11-28T15:00:00+08:00`, by the month `2026-11-01T00:00:00+08:00`:
    /// RFC 3339's `date-time` or `full-date`, read on the clock of its own offset. As tables often have it, a blank may stand
    /// for the `T`, and seconds and offset may be missing.
    package func coarsened(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count <= Self.maximumLength else { return nil }
        var parts = Parts(rest: Array(text)[...])
        guard parts.date() else { return nil }
        if self >= .month { parts.set("01", at: 8) }
        if self >= .year { parts.set("01", at: 5) }
        guard !parts.rest.isEmpty else { return parts.kept }
        let time = parts.kept.count + 1
        guard parts.time() else { return nil }
        if self >= .day { parts.set("00", at: time) }
        parts.set("00", at: time + 3)
        if parts.hasSeconds { parts.set("00", at: time + 6) }
        guard parts.offset() else { return nil }
        return parts.kept
    }

    /// A time read from its front: what was read stays, but a fraction of a second does not.
    private struct Parts {
        var rest: ArraySlice<UInt8>
        var kept: [UInt8] = []
        private(set) var hasSeconds = false

        init(rest: ArraySlice<UInt8>) { self.rest = rest }

        mutating func set(_ digits: StaticString, at index: Int) {
            digits.withUTF8Buffer { kept.replaceSubrange(index..<index + 2, with: $0) }
        }

        mutating func date() -> Bool {
            number(4, in: 0...9999) && take("-") && number(2, in: 1...12) && take("-") && number(2, in: 1...31)
        }

        mutating func time() -> Bool {
            guard take("T") || take("t") || take(" "), number(2, in: 0...23), take(":"), number(2, in: 0...59) else {
                return false
            }
            guard take(":") else { return true }
            hasSeconds = true
            guard number(2, in: 0...60) else { return false }
            guard rest.first == UInt8(ascii: ".") else { return true }
            rest.removeFirst()
            let fraction = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            rest.removeFirst(fraction.count)
            return !fraction.isEmpty
        }

        mutating func offset() -> Bool {
            if rest.isEmpty { return true }
            if take("Z") || take("z") { return rest.isEmpty }
            return (take("+") || take("-")) && number(2, in: 0...23) && take(":") && number(2, in: 0...59)
                && rest.isEmpty
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let byte = rest.first, byte == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            kept.append(byte)
            return true
        }

        private mutating func number(_ count: Int, in range: ClosedRange<Int>) -> Bool {
            let digits = rest.prefix(count)
            guard digits.count == count, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let value = Int(String(decoding: digits, as: UTF8.self)), range.contains(value)
            else { return false }
            rest.removeFirst(count)
            kept.append(contentsOf: digits)
            return true
        }
    }
}
