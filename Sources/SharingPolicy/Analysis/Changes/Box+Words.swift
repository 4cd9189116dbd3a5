/// A box as it is told, with those that it stands for.
struct ToldBox {
    /// Without what cannot be, or is told of elsewhere too.
    private(set) var parts: [Box]
    private(set) var box: Box

    /// Boxes that together hold the combinations of a set, besides some that cannot be, in few words; they may overlap.
    ///
    /// - Parameters:
    ///   - order: The order of dimensions in which boxes are looked for first.
    ///   - isFilled: Whether single settings that cannot be are taken in too.
    static func boxes(
        of combinations: Set<[Int]>, impossible: Set<[Int]>, sizes: [Int], order: [Int], isFilled: Bool = false
    ) -> [ToldBox] {
        var boxes = Box.simplest(of: combinations, sizes: sizes, order: order).map { box in
            ToldBox(
                parts: [box],
                box: box.widened(
                    in: order.reversed(), sizes: sizes, within: combinations, impossible: impossible,
                    isFilled: isFilled))
        }
        guard boxes.count <= maximum, boxes.count * combinations.count <= maximum * 4096 else { return boxes }
        // Two that differ in one dimension are one.
        var first = 0
        while first < boxes.count {
            let second = boxes.indices.dropFirst(first + 1).first { boxes[first].box.joined(boxes[$0].box) != nil }
            guard let second, let joined = boxes[first].box.joined(boxes[second].box) else {
                first += 1
                continue
            }
            boxes[first].box = joined
            boxes[first].parts += boxes[second].parts
            boxes.remove(at: second)
            first = 0
        }
        // What others hold needs no words.
        for index in boxes.indices.reversed() where boxes.count > 1 {
            let others = boxes.indices.filter { $0 != index }
            let isHeld = boxes[index].parts.allSatisfy { part in
                part.combinations.allSatisfy { one in others.contains { boxes[$0].box.holds(one) } }
            }
            if isHeld { boxes.remove(at: index) }
        }
        return boxes
    }

    /// The most boxes that are looked at beside one another.
    private static let maximum = 256
}

extension Box {
    /// The same with what leaves less to be said: all settings of a dimension where that brings in nothing but combinations
    /// of a set or such as cannot be, and those that cannot be, where it is to be filled.
    fileprivate func widened(
        in dimensions: [Int], sizes: [Int], within mine: Set<[Int]>, impossible: Set<[Int]>, isFilled: Bool
    ) -> Box {
        var box = self
        for dimension in dimensions where box.choices[dimension].count < sizes[dimension] {
            var more: Set<Int> = []
            var isWhole = true
            let isLookedThrough = box.forEach(in: dimension, of: sizes[dimension]) { setting, combinations in
                if isFilled, combinations.allSatisfy(impossible.contains) { more.insert(setting) }
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

    /// With another that differs in one dimension at most; `nil` where it differs in more.
    fileprivate func joined(_ other: Box) -> Box? {
        let different = choices.indices.filter { choices[$0] != other.choices[$0] }
        guard different.count <= 1 else { return nil }
        var joined = choices
        for dimension in different { joined[dimension].formUnion(other.choices[dimension]) }
        return Box(choices: joined)
    }

    fileprivate func holds(_ combination: [Int]) -> Bool {
        zip(choices, combination).allSatisfy { $0.contains($1) }
    }

    fileprivate var combinations: [[Int]] {
        choices.reduce([[]]) { all, choice in all.flatMap { one in choice.map { one + [$0] } } }
    }
}
