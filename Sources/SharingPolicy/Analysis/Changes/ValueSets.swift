/// Sets of values that a request may bring of one operand, said by what all of them have: a set that contains another says
/// nothing new.
struct ValueSets {
    /// The sets of which each of `mine` contains one, and none of the others does; `nil` where there are none such.
    let needed: [[Value]]?

    /// The most values that are looked at.
    private static let limit = 12

    init(_ mine: [[Value]], among all: [[Value]]) {
        var bits: [Value: Int] = [:]
        for value in all.joined() where bits[value] == nil { bits[value] = bits.count }
        guard bits.count <= Self.limit, all.contains(where: { $0.count > 1 }) else {
            needed = nil
            return
        }
        func mask(_ set: [Value]) -> Int { set.reduce(0) { $0 | 1 << (bits[$1] ?? 0) } }
        let chosen = Set(mine.map(mask))
        // Those that contain no other.
        var least: [[Value]] = []
        for set in mine.sorted(by: { $0.count < $1.count })
        where !least.contains(where: { mask($0) & mask(set) == mask($0) }) { least.append(set) }
        let masks = least.map(mask)
        let isTold = all.allSatisfy { set in
            let set = mask(set)
            return chosen.contains(set) == masks.contains { $0 & set == $0 }
        }
        needed = isTold && !least.joined().contains(Representatives.somethingElse) ? least : nil
    }
}

extension ValueSets {
    /// Which events have to be declared; `nil` where that is not all.
    var eventWords: String? {
        guard let needed, !needed.joined().contains(.name(LeftOperand.policyUsage)) else { return nil }
        return "while \(Self.alternatives(needed)) \(needed.contains { $0.count > 1 } ? "are" : "is") declared"
    }

    /// Sets any of which will do: `a` or `b` and `c`.
    static func alternatives(_ sets: [[Value]]) -> String {
        sets.prefix(8).map { $0.map { "`\($0)`" }.joined(separator: " and ") }.joined(separator: " or ")
            + (sets.count > 8 ? " or others" : "")
    }
}
