/// How often something happened, by second, so that a count since a moment takes logarithmic time.
///
/// It never grows beyond ``limit`` steps: a longer one keeps the latest 4,096 steps and the last hour as they are, and
/// puts together what is older by the minute, after two days by the hour, and after sixty days altogether. What was put
/// together counts as if it had all happened in its last second, so that a count may then be too high by what happened
/// just before its moment, and is never too low.
struct UsageSeries: Sendable, Hashable {
    private struct Step: Sendable, Hashable {
        var second: Int64
        /// The count of this second and of all before it.
        var total: Int
    }

    /// Steps at most.
    static let limit = 16_384
    /// The latest steps, which are never put together.
    private static let kept = 4096
    /// Up to which age, in seconds, steps are put together over how many.
    private static let widths: [(age: Int64, seconds: Int64)] = [
        (3600, 1), (2 * 86_400, 60), (60 * 86_400, 3600), (.max, .max),
    ]

    private var steps: [Step] = []

    var total: Int { steps.last?.total ?? 0 }

    /// The count in seconds that are not before the one given.
    func count(since second: Int64) -> Int {
        let index = firstIndex(notBefore: second)
        return total - totalBefore(index)
    }

    /// Adds to the count of a second; a negative number takes back what was added.
    ///
    /// Returns whether the series grew so long that older steps were put together.
    @discardableResult
    mutating func add(_ count: Int, at second: Int64) -> Bool {
        let index = firstIndex(notBefore: second)
        if index == steps.count || steps[index].second != second {
            steps.insert(Step(second: second, total: totalBefore(index)), at: index)
        }
        for later in index..<steps.count { steps[later].total += count }
        if steps[index].total == totalBefore(index) { steps.remove(at: index) }
        guard steps.count > Self.limit, let newest = steps.last?.second else { return false }
        putTogether(asOf: newest)
        return true
    }

    /// Each second that stands for itself or for what was put together, with its count.
    var counts: [(second: Int64, count: Int)] {
        steps.indices.map { (steps[$0].second, steps[$0].total - totalBefore($0)) }
    }

    /// Keeps of all steps that belong together the last alone, whose total has the others in it.
    private mutating func putTogether(asOf newest: Int64) {
        let older = steps.count - Self.kept
        var shorter: [Step] = []
        shorter.reserveCapacity(Self.limit + 1)
        for step in steps[..<older] {
            if let last = shorter.last, Self.span(last.second, newest) == Self.span(step.second, newest) {
                shorter.removeLast()
            }
            shorter.append(step)
        }
        steps = shorter + steps[older...]
    }

    /// The span of time that a second is put together with.
    private static func span(_ second: Int64, _ newest: Int64) -> (width: Int64, number: Int64) {
        let (age, overflow) = newest.subtractingReportingOverflow(second)
        let width = widths.first { !overflow && age <= $0.age }?.seconds ?? .max
        return (width, second / width)
    }

    private func totalBefore(_ index: Int) -> Int { index == 0 ? 0 : steps[index - 1].total }

    private func firstIndex(notBefore second: Int64) -> Int {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].second < second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
