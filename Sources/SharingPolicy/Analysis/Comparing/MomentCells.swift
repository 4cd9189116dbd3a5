import CityIdentity

/// Time cut into stretches within which nothing that comparisons look at changes: dates, days of the week and times of day
/// are one axis.
///
/// Bounds of dates cut it into intervals, and days and times of day cut every week alike into cells. A moment of each cell
/// inside each interval is found where there is one; an interval shorter than a week may have none. So a formula over such
/// comparisons holds at some moment if and only if it holds at one of these, and each of them is a real moment.
struct MomentCells: Sendable {
    /// A moment that stands for all of its interval and cell.
    struct Moment: Sendable, Hashable {
        let time: Timestamp
        /// Indices into ``MomentCells/intervals`` and ``MomentCells/cells``.
        let interval: Int
        let cell: Int
    }

    /// Both ends included.
    let intervals: [ClosedRange<Timestamp>]

    /// Milliseconds since the beginning of a week of UTC that begins, as 1970 did, on a Thursday.
    let cells: [Range<Int64>]
    let moments: [Moment]

    /// Minutes east of UTC of the clock that the first comparison with days or times of day is read from.
    let clockOffset: Int

    static let week: Int64 = 604_800_000
    private static let day: Int64 = 86_400_000

    /// Cuts time from and up to moments; of an interval's moments those from `reference` on are taken where it lies inside.
    ///
    /// `nil` where there would be more than `limit` stretches.
    init?(
        _ comparisons: [Comparison], within range: ClosedRange<Timestamp> = .earliest ... .latest,
        near reference: Timestamp, limit: Int
    ) {
        clockOffset = comparisons.lazy.compactMap(Self.clockOffset).first ?? 0
        intervals = Self.intervals(comparisons, range)
        cells = Self.cells(comparisons)
        guard intervals.count <= limit, intervals.count * cells.count <= limit else { return nil }
        var moments: [Moment] = []
        for (number, interval) in intervals.enumerated() {
            let isReferenceInside = interval.contains(reference)
            // Nobody wants to read of the year 0.
            let latest = interval.upperBound.adding(milliseconds: 1 - Self.week)
            let start = number == 0 && !isReferenceInside ? max(interval.lowerBound, latest) : interval.lowerBound
            for (cell, span) in cells.enumerated() {
                let times = (isReferenceInside ? [reference, start] : [start]).map { Self.first(span, from: $0) }
                guard let time = times.first(where: interval.contains) else { continue }
                moments.append(Moment(time: time, interval: number, cell: cell))
            }
        }
        self.moments = moments
    }

    /// The part of the week that a moment is in.
    func cell(of time: Timestamp) -> Range<Int64> {
        let position = Self.inWeek(time.milliseconds)
        return cells.first { $0.contains(position) } ?? 0..<Self.week
    }

    private static func clockOffset(_ comparison: Comparison) -> Int? {
        switch comparison.operand.kind {
        case .dayOfWeek: comparison.clockOffset
        case .timeOfDay: OperandKey(comparison).clockOffset
        default: nil
        }
    }

    private static func intervals(
        _ comparisons: [Comparison], _ range: ClosedRange<Timestamp>
    ) -> [ClosedRange<Timestamp>] {
        var bounds: Set<Timestamp> = [range.lowerBound]
        for comparison in comparisons where comparison.operand.kind == .moment {
            for value in comparison.values {
                switch value {
                case .moment(let moment): bounds.formUnion([moment, moment.adding(milliseconds: 1)])
                case .day(let from, let until): bounds.formUnion([from, until])
                default: break
                }
            }
        }
        let starts = bounds.filter(range.contains).sorted()
        return zip(starts, starts.dropFirst().map { $0.adding(milliseconds: -1) } + [range.upperBound]).map { $0...$1 }
    }

    private static func cells(_ comparisons: [Comparison]) -> [Range<Int64>] {
        var cuts: Set<Int64> = [0]
        func cut(_ milliseconds: Int64, offset: Int) {
            for number in 0..<7 as Range<Int64> {
                cuts.insert(inWeek(number * day + milliseconds - Int64(offset) * 60_000))
            }
        }
        for comparison in comparisons {
            if comparison.operand.kind == .dayOfWeek { cut(0, offset: comparison.clockOffset) }
            guard comparison.operand.kind == .timeOfDay else { continue }
            for case .timeOfDay(let milliseconds, let offset) in comparison.values {
                // On the clock of the value, the day begins anew at midnight.
                for time in [0, milliseconds, milliseconds + 1] { cut(time, offset: offset) }
            }
        }
        let starts = cuts.sorted()
        return zip(starts, starts.dropFirst() + [week]).map { $0..<$1 }
    }

    /// The first moment of a cell that is not before another moment.
    private static func first(_ cell: Range<Int64>, from start: Timestamp) -> Timestamp {
        let position = inWeek(start.milliseconds)
        return cell.contains(position) ? start : start.adding(milliseconds: inWeek(cell.lowerBound - position))
    }

    private static func inWeek(_ milliseconds: Int64) -> Int64 {
        let remainder = milliseconds % week
        return remainder < 0 ? remainder + week : remainder
    }
}
