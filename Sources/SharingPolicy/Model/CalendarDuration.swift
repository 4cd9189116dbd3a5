import CityIdentity

/// An `xsd:duration`: months, whose length differs, and milliseconds.
package struct CalendarDuration: Sendable, Hashable {
    /// The most months, either way: a thousand years.
    static let maximumMonths: Int64 = 12_000

    package let months: Int64
    package let milliseconds: Int64

    package init(months: Int64 = 0, milliseconds: Int64) {
        self.months = months
        self.milliseconds = milliseconds
    }

    /// The first days of the four months that XML Schema Part 2 section 3.3.6.1 compares durations from.
    private static let references: [(year: Int, month: Int, day: Int)] = [
        (1696, 9, 1), (1697, 2, 1), (1903, 3, 1), (1903, 7, 1),
    ].map { (year: $0.0, month: $0.1, day: days($0.0, $0.1)) }

    /// The duration in milliseconds from each of the four.
    var lengths: [Int64] {
        guard months != 0 else { return [milliseconds] }
        return Self.references.map { reference in
            let month = reference.year * 12 + reference.month - 1 + Int(months)
            return Int64(Self.days(month / 12, month % 12 + 1) - reference.day) * 86_400_000 + milliseconds
        }
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        CalendarDate(year: year, month: month, day: 1)?.daysSince1970 ?? 0
    }

    /// What a comparison says from all four; where they differ, nobody can tell: a month is neither shorter nor longer than
    /// 30 days.
    func compared(to other: CalendarDuration, _ holds: (Int64, Int64) -> Truth) -> Truth {
        if months == other.months { return holds(milliseconds, other.milliseconds) }
        let left = self.months == 0 ? Array(repeating: milliseconds, count: Self.references.count) : lengths
        let right = other.months == 0 ? Array(repeating: other.milliseconds, count: left.count) : other.lengths
        let outcomes = Set(zip(left, right).map(holds))
        return outcomes.count == 1 ? outcomes.first ?? .unknown : .unknown
    }
}

extension CalendarDuration: CustomStringConvertible {
    package var description: String {
        let day: Int64 = 86_400_000
        let rest =
            milliseconds != 0 && milliseconds % day == 0
            ? Self.words(milliseconds / day, "day")
            : milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
        if months == 0 { return rest }
        return Self.words(months, "month") + (milliseconds == 0 ? "" : " and \(rest)")
    }

    private static func words(_ count: Int64, _ unit: String) -> String {
        "\(count) \(unit)\(count == 1 || count == -1 ? "" : "s")"
    }
}
