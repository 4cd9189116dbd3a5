package import CityIdentity

/// One value of a constraint's right operand, or one the request brings.
package enum Value: Sendable, Hashable {
    /// A moment.
    case moment(Timestamp)
    /// A day as the interval of its moments, the end not included.
    case day(from: Timestamp, until: Timestamp)
    /// A time of day in milliseconds since midnight, at minutes east of UTC.
    case timeOfDay(milliseconds: Int64, offset: Int)
    /// A day of the week, Monday being 1.
    case weekday(Int)
    case number(Number)
    /// A length of time.
    case duration(CalendarDuration)
    /// A name, compared byte for byte.
    case name(IRI)
    /// Text in a language.
    case text(IRI, language: String)
    /// A code or country, compared by segments.
    case code(CodePath)
}

extension Value: CustomStringConvertible {
    package var description: String {
        switch self {
        case .moment(let moment): moment.rfc3339
        case .day(let from, _): String(from.rfc3339.prefix(10))
        case .timeOfDay(let milliseconds, let offset):
            Self.clock(milliseconds) + (offset == 0 ? "Z" : Self.offset(offset))
        case .weekday(let day): Weekday.names[(day - 1) % 7]
        case .number(let number): number.description
        case .duration(let duration): duration.description
        case .name(let name): name.short
        case .text(let text, let language): "\(text)@\(language)"
        case .code(let code): code.text
        }
    }

    private static func clock(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let parts = [seconds / 3600, seconds / 60 % 60] + (seconds % 60 == 0 ? [] : [seconds % 60])
        return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    static func offset(_ minutes: Int) -> String {
        (minutes < 0 ? "-" : "+") + clock(Int64(abs(minutes)) * 60_000)
    }
}

/// The days of the week by name.
enum Weekday {
    static let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// The number of a day by its English name or the first three letters of it, in any case.
    static func number(of name: String) -> Int? {
        let name = name.lowercased()
        return names.firstIndex { $0.lowercased() == name || $0.lowercased().prefix(3) == name }.map { $0 + 1 }
    }

    /// The day of the week of a moment, as clocks minutes east of UTC show it; 1970-01-01 was a Thursday.
    static func number(of moment: Timestamp, offset: Int) -> Int {
        let local = moment.milliseconds + Int64(offset) * 60_000
        let day = (local - positiveRemainder(local, 86_400_000)) / 86_400_000
        return Int(positiveRemainder(day + 3, 7)) + 1
    }

    /// Milliseconds since midnight of a moment, as clocks minutes east of UTC show it.
    static func timeOfDay(of moment: Timestamp, offset: Int) -> Int64 {
        positiveRemainder(moment.milliseconds + Int64(offset) * 60_000, 86_400_000)
    }

    private static func positiveRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
