/// Whole numbers, none below zero, of which some sums are to be within bounds.
///
/// Tried are those in which every number is none, or makes a sum that it is in reach one of its bounds; where any numbers
/// will do, some such will, as long as sums contain one another or nothing in common, as those of windows do and those of
/// permissions that count more or less of the same.
struct SumProblem {
    private var bounds: [ClosedRange<UInt64>] = []

    /// The sums that each variable is in.
    private var variables: [[Int]] = []

    /// The most steps of a search.
    static let maximum = 20_000

    /// Adds a sum, and returns its number.
    @discardableResult mutating func addSum(within bounds: ClosedRange<UInt64>) -> Int {
        self.bounds.append(bounds)
        return self.bounds.count - 1
    }

    mutating func addVariable(in sums: [Int]) { variables.append(sums) }

    /// All sums, within their bounds; `nil` where there are none such.
    ///
    /// Throws where finding out would take too long. A step takes less than an evaluation.
    func sums(budget: inout Int) throws(SearchLimit) -> [UInt64]? {
        var search = Search(bounds: bounds, variables: variables)
        for (index, variable) in variables.enumerated() {
            for sum in variable { search.last[sum] = index }
        }
        let isFound = search.isFound(from: 0)
        budget -= 1 + search.steps / 4
        guard search.steps <= Self.maximum, budget > 0 else { throw SearchLimit.histories }
        return isFound ? search.sums : nil
    }

    private struct Search {
        let bounds: [ClosedRange<UInt64>]
        let variables: [[Int]]
        var sums: [UInt64]
        /// The last variable that each sum has; -1 where it has none.
        var last: [Int]
        var steps = 0

        init(bounds: [ClosedRange<UInt64>], variables: [[Int]]) {
            self.bounds = bounds
            self.variables = variables
            sums = bounds.map { _ in 0 }
            last = bounds.map { _ in -1 }
        }

        mutating func isFound(from index: Int) -> Bool {
            steps += 1
            guard steps <= SumProblem.maximum else { return false }
            for sum in sums.indices where last[sum] < index && !bounds[sum].contains(sums[sum]) { return false }
            guard index < variables.count else { return true }
            let mine = variables[index]
            let most = mine.map { bounds[$0].upperBound - min(sums[$0], bounds[$0].upperBound) }.min() ?? 0
            var numbers: Set<UInt64> = [0, most]
            for sum in mine where bounds[sum].lowerBound > sums[sum] {
                numbers.insert(bounds[sum].lowerBound - sums[sum])
            }
            // Small numbers first: examples are to be short.
            for number in numbers.sorted() where number <= most {
                for sum in mine { sums[sum] += number }
                if isFound(from: index + 1) { return true }
                for sum in mine { sums[sum] -= number }
            }
            return false
        }
    }
}
