import CityIdentity

/// How much a consumer was let through already, by the permissions that count it, what is measured and the span it is
/// counted over.
///
/// Of a longer span it is never less than of a shorter one, as with real requests, and where bytes have passed there was a
/// use. Uses and bytes are otherwise independent: responses have any length, and one may pass long after its request.
package struct EarlierUses: Sendable, Hashable {
    /// What was measured over each span; of others nothing is known to have been.
    package private(set) var spans: [Span]

    package struct Span: Sendable, Hashable {
        /// Which permissions count it; `nil` is whichever count.
        package let history: UseHistory?
        package let measure: CountQuery.Measure
        /// `nil` is for ever.
        package let window: CountWindow?
        /// Uses or bytes.
        package let count: UInt64
        /// Up to which number no comparison says anything else.
        let most: UInt64

        init(
            history: UseHistory? = nil, measure: CountQuery.Measure, window: CountWindow?, count: UInt64,
            most: UInt64? = nil
        ) {
            self.history = history
            self.measure = measure
            self.window = window
            self.count = count
            self.most = most ?? count
        }

        /// What is counted, whatever the window.
        fileprivate var subject: Subject { Subject(history: history, measure: measure) }
    }

    fileprivate struct Subject: Hashable {
        let history: UseHistory?
        let measure: CountQuery.Measure
    }

    package init(_ spans: [Span] = []) { self.spans = spans }

    /// The same with other numbers of what those given measure.
    func replacing(_ other: EarlierUses) -> EarlierUses {
        let subjects = Set(other.spans.map(\.subject))
        return EarlierUses(spans.filter { !subjects.contains($0.subject) } + other.spans)
    }

    /// What a gateway would answer a rule that counts; zero for spans nobody spoke of.
    func count(_ query: CountQuery, at time: Timestamp) -> UInt64 {
        let milliseconds = query.since.map { time.milliseconds(since: $0) }
        return spans.first {
            $0.measure == query.measure && $0.window?.milliseconds == milliseconds
                && $0.history?.counters.contains(Counter(query)) ?? true
        }?.count ?? 0
    }

    /// Whether requests can have been made that amount to this.
    var isPossible: Bool {
        !spans.contains { none in
            none.measure == .uses && none.window == nil && none.count == 0
                && spans.contains { $0.measure == .bytes && $0.history == none.history && $0.count > 0 }
        }
    }
}

extension EarlierUses {
    /// Numbers of one measure, one choice of every class that comparisons tell apart, none greater than that of a longer
    /// span.
    ///
    /// Throws where there are more than can be tried. With `bytesPass`, those in which there was a use come first.
    static func all(
        _ comparisons: [Comparison], of history: UseHistory? = nil, bytesPass: Bool
    ) throws(SearchLimit) -> [EarlierUses] {
        guard let operand = comparisons.first?.operand, let measure = comparisons.first?.measure else { return [] }
        let windows = Dictionary(grouping: comparisons, by: \.window).sorted {
            ($0.key?.milliseconds ?? .max) < ($1.key?.milliseconds ?? .max)
        }
        var choices: [[Span]] = [[]]
        for (window, mine) in windows {
            let starts = starts(mine) + (bytesPass && window == nil ? [1] : [])
            let classes = Self.classes(starts)
            guard choices.count * classes.count <= 1 << 20 else { throw SearchLimit.settings(of: operand) }
            choices = choices.flatMap { chosen in
                classes.compactMap { range in
                    let count = max(range.lowerBound, chosen.last?.count ?? 0)
                    return range.contains(count)
                        ? chosen
                            + [
                                Span(
                                    history: history, measure: measure, window: window, count: count,
                                    most: range.upperBound)
                            ] : nil
                }
            }
            guard choices.count <= SearchLimit.settings else { throw SearchLimit.settings(of: operand) }
        }
        let found = choices.map(EarlierUses.init)
        return bytesPass ? found.filter(\.hasUse) + found.filter { !$0.hasUse } : found
    }

    private var hasUse: Bool { spans.contains { $0.window == nil && $0.count > 0 } }

    /// The numbers from which on a comparison may say something else than of the one before.
    static func starts(_ comparisons: [Comparison]) -> [UInt64] {
        comparisons.flatMap { comparison in
            comparison.values.flatMap { value -> [UInt64] in
                guard case .number(let number) = value, let floor = number.floor else { return [] }
                // A use that is asked for is counted with those before it.
                let own: Int64 = comparison.measure == .uses ? 1 : 0
                let (next, isMost) = floor.addingReportingOverflow(1)
                let above = isMost ? nil : next
                let starts: [Int64?] =
                    switch comparison.operator {
                    case .lteq, .gt: [above]
                    case .lt, .gteq: [Number(floor) == number ? floor : above]
                    default: [floor, above]
                    }
                return starts.compactMap(\.self).filter { $0 >= own }.map { UInt64($0 - own) }
            }
        }
    }

    /// The first number of every class that comparisons of one measure and span tell apart, zero being one.
    static func classStarts(_ comparisons: [Comparison]) -> [UInt64] { ordered(starts(comparisons)) }

    private static func ordered(_ starts: [UInt64]) -> [UInt64] {
        Set(starts + [0]).filter { $0 < UInt64(Int64.max) }.sorted()
    }

    /// Ranges between numbers, from zero to all that can be counted.
    private static func classes(_ starts: [UInt64]) -> [ClosedRange<UInt64>] {
        let starts = ordered(starts)
        return zip(starts, starts.dropFirst().map { $0 - 1 } + [UInt64(Int64.max) - 1]).map { $0...$1 }
    }
}
