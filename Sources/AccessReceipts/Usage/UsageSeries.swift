/// How often something happened, by second, so that a count since a moment takes logarithmic time.
struct UsageSeries: Sendable, Hashable {
    private struct Step: Sendable, Hashable {
        var second: Int64
        /// The count of this second and of all before it.
        var total: Int
    }

    private var steps: [Step] = []

    var total: Int { steps.last?.total ?? 0 }

    /// The count in seconds that are not before the one given.
    func count(since second: Int64) -> Int {
        let index = firstIndex(notBefore: second)
        return total - (index == 0 ? 0 : steps[index - 1].total)
    }

    /// Adds to the count of a second; a negative number takes back what was added.
    mutating func add(_ count: Int, at second: Int64) {
        let index = firstIndex(notBefore: second)
        if index == steps.count || steps[index].second != second {
            steps.insert(Step(second: second, total: index == 0 ? 0 : steps[index - 1].total), at: index)
        }
        for later in index..<steps.count { steps[later].total += count }
    }

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
