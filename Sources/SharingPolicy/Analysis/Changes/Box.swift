/// Combinations of settings that are all combinations of some settings of each dimension.
struct Box: Sendable {
    let choices: [Set<Int>]

    /// Boxes that hold exactly the combinations of a set, each once.
    static func boxes(of combinations: Set<[Int]>, width: Int) -> [Box] {
        guard !combinations.isEmpty else { return [] }
        guard width > 0 else { return [Box(choices: [])] }
        var rests: [Int: Set<[Int]>] = [:]
        for combination in combinations { rests[combination[0], default: []].insert(Array(combination.dropFirst())) }
        var alike: [Set<[Int]>: Set<Int>] = [:]
        for (value, rest) in rests { alike[rest, default: []].insert(value) }
        return alike.sorted { ($0.value.min() ?? 0) < ($1.value.min() ?? 0) }.flatMap { rest, values in
            boxes(of: rest, width: width - 1).map { Box(choices: [values] + $0.choices) }
        }
    }
}

extension Box {
    /// The most combinations, times the orders of their dimensions, that are put into boxes to find the fewest words.
    static let maximum = 200_000

    /// Boxes that hold exactly the combinations of a set, each once, in whichever order of dimensions there is least to say:
    /// a count that only one purpose is bound by is then said of that purpose, and of no other.
    ///
    /// - Parameters:
    ///   - sizes: How many settings each dimension has; one of which all are chosen is not spoken of.
    ///   - order: The order that is taken where another says no less.
    static func simplest(of combinations: Set<[Int]>, sizes: [Int], order: [Int]) -> [Box] {
        var best: (boxes: [Box], words: Int)?
        var left = maximum
        for order in orders(of: order) {
            guard best == nil || combinations.count <= left else { break }
            left -= combinations.count
            let boxes = boxes(of: Set(combinations.map { one in order.map { one[$0] } }), width: sizes.count)
            let words = boxes.reduce(0) { sum, box in
                sum + 1 + zip(order, box.choices).count { $1.count < sizes[$0] }
            }
            guard words < best?.words ?? .max else { continue }
            var place = Array(repeating: 0, count: order.count)
            for (position, dimension) in order.enumerated() { place[dimension] = position }
            best = (boxes.map { box in Box(choices: place.map { box.choices[$0] }) }, words)
        }
        return best?.boxes ?? []
    }

    /// The orders of a few dimensions, the given one first; of many only those in which another comes first.
    private static func orders(of dimensions: [Int]) -> [[Int]] {
        guard dimensions.count > 1 else { return [dimensions] }
        return dimensions.flatMap { first -> [[Int]] in
            let rest = dimensions.filter { $0 != first }
            return (dimensions.count > 4 ? [rest] : orders(of: rest)).map { [first] + $0 }
        }
    }
}
