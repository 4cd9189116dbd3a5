import CityIdentity

extension MomentCells {
    /// Some moments in words: the dates, then days and times of day within them.
    func words(of settings: [Situation.Setting]) -> String {
        var cellsOf: [Int: Set<Int>] = [:]
        for case .moment(let moment) in settings { cellsOf[moment.interval, default: []].insert(moment.cell) }
        var existing: [Int: Set<Int>] = [:]
        for moment in moments { existing[moment.interval, default: []].insert(moment.cell) }
        // Intervals after one another make one sentence where no cell is meant in one and not in another; which of its cells
        // an interval that is shorter than a week does not have makes no difference to what is said of it.
        var parts: [Part] = []
        for interval in cellsOf.keys.sorted() {
            let mine = cellsOf[interval] ?? []
            let part = Part(
                intervals: interval...interval, meant: mine,
                others: (existing[interval] ?? []).subtracting(mine))
            if let last = parts.last, let joined = last.joined(part) {
                parts[parts.count - 1] = joined
            } else {
                parts.append(part)
            }
        }
        return parts.prefix(8).map { part in
            [dates(part.intervals), part.others.isEmpty ? nil : days(filled(part))].compactMap { $0 }
                .joined(separator: ", ")
        }.joined(separator: " or ") + (parts.count > 8 ? " or at other times" : "")
    }

    /// The cells that are meant, with bounds beside them that none of the intervals has a moment of: those before what is
    /// meant, and those after it that are meant on another day, so that days that are alike are told alike.
    private func filled(_ part: Part) -> Set<Int> {
        let day: Int64 = 86_400_000
        let times = Set(part.meant.lazy.filter { cells[$0].count == 1 }.map { cells[$0].lowerBound % day })
        return part.meant.union(
            cells.indices.filter { cell in
                guard cells[cell].count == 1, !part.others.contains(cell) else { return false }
                return part.meant.contains((cell + 1) % cells.count)
                    || part.meant.contains((cell + cells.count - 1) % cells.count)
                        && times.contains(cells[cell].lowerBound % day)
            })
    }

    /// Intervals after one another, with the cells of theirs that are meant and those that are not.
    private struct Part {
        let intervals: ClosedRange<Int>
        let meant: Set<Int>
        let others: Set<Int>

        /// With the next interval; `nil` where the two cannot be said together.
        func joined(_ next: Part) -> Part? {
            guard intervals.upperBound + 1 == next.intervals.lowerBound, meant.isDisjoint(with: next.others),
                others.isDisjoint(with: next.meant)
            else { return nil }
            return Part(
                intervals: intervals.lowerBound...next.intervals.upperBound, meant: meant.union(next.meant),
                others: others.union(next.others))
        }
    }

    private func dates(_ range: ClosedRange<Int>) -> String? {
        let (from, last) = (intervals[range.lowerBound].lowerBound, intervals[range.upperBound].upperBound)
        // The moment that a rule ends with is a whole second, and so is the one before which it does.
        let isLastMeant = last.milliseconds % 1000 == 0
        let until = isLastMeant ? "\(last.rfc3339) inclusive" : last.adding(milliseconds: 1).rfc3339
        // So is one after which a rule begins.
        let isFirstMeant = from.milliseconds % 1000 != 1
        let start = (isFirstMeant ? from : from.adding(milliseconds: -1)).rfc3339
        switch (range.lowerBound == 0, range.upperBound == intervals.count - 1) {
        case (true, true): return nil
        case (true, false): return "\(isLastMeant ? "until" : "before") \(until)"
        case (false, true): return isFirstMeant ? "from \(from.rfc3339) on" : "after \(start)"
        case (false, false):
            return from == last ? "at \(from.rfc3339)" : "\(isFirstMeant ? "from" : "after") \(start) until \(until)"
        }
    }

    /// Days and times of day on the policies' clock: `Monday to Friday 08:00–18:00 (UTC+08:00)`.
    private func days(_ chosen: Set<Int>) -> String {
        let day: Int64 = 86_400_000
        var spans: [[Range<Int64>]] = Array(repeating: [], count: 7)
        for cell in chosen.sorted() {
            var start = cells[cell].lowerBound + Int64(clockOffset) * 60_000 + Self.week
            let end = cells[cell].upperBound + Int64(clockOffset) * 60_000 + Self.week
            while start < end {
                let midnight = start - start % day
                let stop = min(end, midnight + day)
                // The week of UTC here begins on a Thursday, the fourth day.
                spans[Int((start / day + 3) % 7)].append(start - midnight..<stop - midnight)
                start = stop
            }
        }
        let times = spans.map(Self.times)
        var parts: [String] = []
        var first = 0
        while first < 7 {
            var last = first
            while last + 1 < 7, times[last + 1] == times[first] { last += 1 }
            if let words = times[first] {
                let names = Weekday.names[first] + (last > first ? " to \(Weekday.names[last])" : "")
                parts.append(first == 0 && last == 6 ? "every day\(words)" : names + words)
            }
            first = last + 1
        }
        return parts.joined(separator: ", ") + (clockOffset == 0 ? " (UTC)" : " (UTC\(Value.offset(clockOffset)))")
    }

    /// Times of one day; `nil` for none, and no words for all of it.
    private static func times(_ spans: [Range<Int64>]) -> String? {
        var joined: [Range<Int64>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, last.upperBound == span.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<span.upperBound
            } else {
                joined.append(span)
            }
        }
        guard !joined.isEmpty else { return nil }
        if joined == [0..<86_400_000] { return "" }
        return " "
            + joined.map { span in
                let isLastMeant = span.upperBound % 1000 == 1
                let end = clock(isLastMeant ? span.upperBound - 1 : span.upperBound)
                let isFirstMeant = span.lowerBound % 1000 != 1
                let start = clock(isFirstMeant ? span.lowerBound : span.lowerBound - 1)
                return "\(isFirstMeant ? "" : "after ")\(start)–\(end)\(isLastMeant ? " inclusive" : "")"
            }.joined(separator: " and ")
    }

    private static func clock(_ milliseconds: Int64) -> String {
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000)
        let seconds = rest == 0 ? "" : ":" + digits(rest / 1000, 2)
        let fraction = rest % 1000 == 0 ? "" : "." + digits(rest % 1000, 3)
        return digits(minutes / 60, 2) + ":" + digits(minutes % 60, 2) + seconds + fraction
    }
}
