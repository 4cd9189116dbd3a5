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
    /// The same with what leaves less to be said: settings of some dimensions that cannot be with the others of the box, and
    /// all settings of one where that brings in nothing but combinations of a set.
    func widened(in dimensions: [Int], sizes: [Int], within mine: Set<[Int]>, impossible: Set<[Int]>) -> Box {
        var box = self
        for dimension in dimensions where box.choices[dimension].count < sizes[dimension] {
            var more: Set<Int> = []
            var isWhole = true
            let isLookedThrough = box.forEach(in: dimension, of: sizes[dimension]) { setting, combinations in
                if combinations.allSatisfy(impossible.contains) { more.insert(setting) }
                isWhole = isWhole && combinations.allSatisfy { mine.contains($0) || impossible.contains($0) }
            }
            guard isLookedThrough else { continue }
            var choices = box.choices
            choices[dimension].formUnion(isWhole ? Set(0..<sizes[dimension]) : more)
            box = Box(choices: choices)
        }
        return box
    }

    /// Goes through the settings of a dimension that are not chosen, with their combinations; answers false where there are
    /// more than are looked at.
    private func forEach(in dimension: Int, of size: Int, _ body: (Int, [[Int]]) -> Void) -> Bool {
        let others = choices.indices.filter { $0 != dimension }
        guard others.reduce(size, { min($0 * choices[$1].count, Self.maximum) }) < Self.maximum else { return false }
        var combinations: [[Int]] = [[]]
        for (number, choice) in choices.enumerated() {
            let choice = number == dimension ? [0] : choice
            combinations = combinations.flatMap { one in choice.map { one + [$0] } }
        }
        for setting in 0..<size where !choices[dimension].contains(setting) {
            for index in combinations.indices { combinations[index][dimension] = setting }
            body(setting, combinations)
        }
        return true
    }

    /// Those of some boxes that are in no other, once they are widened, in order.
    static func fewest(_ boxes: [(box: Box, widened: Box)]) -> [(box: Box, widened: Box)] {
        guard boxes.count <= 256 else { return boxes }
        return boxes.enumerated().filter { number, one in
            !boxes.enumerated().contains { other, two in
                other != number && two.widened.contains(one.widened)
                    && (other < number || !one.widened.contains(two.widened))
            }
        }.map(\.element)
    }

    private func contains(_ other: Box) -> Bool {
        zip(choices, other.choices).allSatisfy { $1.isSubset(of: $0) }
    }

    /// The most combinations, times the orders of their dimensions, that are put into boxes to find the fewest words.
    private static let maximum = 200_000

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
