import CityIdentity
import Foundation

@testable import SharingPolicy

/// When something holds, read from its words as a person reads them.
enum TimeWords {
    /// Whether words such as `from 2026-12-05T10:00:00Z until 2026-12-06T00:00:00Z, Saturday 08:00–18:00 (UTC+08:00)`, or
    /// several of these, are true of a moment.
    static func hold(_ words: String, at time: Timestamp) -> Bool {
        words.components(separatedBy: " or ").contains { part in
            let dates = part.firstMatch(
                of: /^(before|until|from|after|at) (\S+?)(?: inclusive)?(?: on| until (\S+?)( inclusive)?)?(?:, |$)/)
            if let dates, !holds(dates.output, at: time) { return false }
            let days = dates.map { String(part[$0.range.upperBound...]) } ?? part
            return days.isEmpty || areToday(days, at: time)
        }
    }

    private static func holds(
        _ dates: (Substring, Substring, Substring, Substring?, Substring?), at time: Timestamp
    ) -> Bool {
        let first = Fixture.moment(String(dates.2))
        switch dates.1 {
        case "before": return time < first
        case "until": return time <= first
        case "at": return time == first
        default:
            let end = dates.3.map { Fixture.moment(String($0)) }
            return (dates.1 == "after" ? first < time : first <= time)
                && (end.map { dates.4 == nil ? time < $0 : time <= $0 } ?? true)
        }
    }

    /// `Monday to Friday 08:00–18:00, Sunday (UTC)`.
    private static func areToday(_ words: String, at time: Timestamp) -> Bool {
        guard let zone = words.firstMatch(of: /\ \(UTC(([+-])([0-9:]+))?\)$/) else { return false }
        let minutes = zone.output.3.map { Int(milliseconds($0) / 60_000) } ?? 0
        let offset = zone.output.2 == "-" ? -minutes : minutes
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        let today = Weekday.number(of: time, offset: offset) - 1
        let clock = Weekday.timeOfDay(of: time, offset: offset)
        return words[..<zone.range.lowerBound].components(separatedBy: ", ").contains { part in
            let days = part.prefix { $0 != "0" && $0 != "1" && $0 != "2" }.replacing("after ", with: "")
                .trimmingCharacters(in: .whitespaces)
            let ends = days.components(separatedBy: " to ").compactMap(names.firstIndex)
            let isDay = days == "every day" || (ends.first.map { $0...(ends.last ?? $0) }?.contains(today) ?? false)
            let spans = part.matches(of: /(after )?([0-9:.]+)–([0-9:.]+)( inclusive)?/).map {
                (
                    milliseconds($0.output.2) + ($0.output.1 == nil ? 0 : 1),
                    milliseconds($0.output.3) + ($0.output.4 == nil ? 0 : 1)
                )
            }
            return isDay && (spans.isEmpty || spans.contains { $0.0 <= clock && clock < $0.1 })
        }
    }

    /// Milliseconds since midnight of `08:00` or `08:00:00.1`.
    private static func milliseconds(_ text: Substring) -> Int64 {
        let parts = text.split(separator: ":").map { Double($0) ?? 0 }
        return Int64((parts[0] * 3_600_000 + parts[1] * 60_000 + (parts.count > 2 ? parts[2] * 1000 : 0)).rounded())
    }
}
