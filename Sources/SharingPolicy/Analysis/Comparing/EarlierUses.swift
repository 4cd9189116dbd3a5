import CityIdentity

/// How often a consumer was let through already, by the span that is counted; the same whatever rule counts.
///
/// Of a longer span it is never less than of a shorter one, as with real requests.
package struct EarlierUses: Sendable, Hashable {
    /// A span, with the uses in it; `nil` is for ever.
    package let spans: [Span]

    package struct Span: Sendable, Hashable {
        package let window: CountWindow?
        package let count: UInt64
    }

    package init(_ spans: [Span] = []) { self.spans = spans }

    /// What a gateway would answer a rule that counts; zero for spans nobody spoke of.
    func count(_ query: CountQuery, at time: Timestamp) -> UInt64 {
        let milliseconds = query.since.map { time.milliseconds(since: $0) }
        return spans.first { $0.window?.milliseconds == milliseconds }?.count ?? 0
    }

    /// Every choice of numbers for some spans in which none is greater than that of a longer span; `nil` where there are
    /// more than `limit`.
    static func all(_ windows: [CountWindow?], counts: [UInt64], limit: Int) -> [EarlierUses]? {
        let windows = windows.sorted { ($0?.milliseconds ?? .max) < ($1?.milliseconds ?? .max) }
        let counts = counts.sorted()
        var choices: [[Span]] = [[]]
        for window in windows {
            choices = choices.flatMap { chosen in
                counts.filter { $0 >= chosen.last?.count ?? 0 }.map { chosen + [Span(window: window, count: $0)] }
            }
            guard choices.count <= limit else { return nil }
        }
        return choices.map(EarlierUses.init)
    }
}
