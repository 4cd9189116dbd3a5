/// The names of the members of all objects that are open at a place of a JSON text, to find one that stands twice.
///
/// Readers differ on which of two members of one name counts, so that none may have one. The names of an object are let go
/// where it ends; all of them together are bounded, and a text that needs more is refused.
struct NameStack {
    /// The most names of open objects.
    static let maximumCount = 65_536

    /// The most bytes of them.
    static let maximumSize = 4 << 20

    /// An object with more names than this has them in a set; of fewer, each is looked at.
    private static let few = 12

    private struct Level {
        let first: Int
        let start: Int
        /// Its names are also in a set.
        var hasSet = false
    }

    private var text: [UInt8] = []
    /// Where each name ends in `text`.
    private var ends: [Int] = []
    private var levels: [Level] = []
    /// The sets of those open objects that have one, outermost first.
    private var sets: [Set<[UInt8]>] = []

    /// Bytes held.
    var size: Int { text.count + ends.count * 16 }

    /// An object begins.
    mutating func push() { levels.append(Level(first: ends.count, start: text.count)) }

    /// The innermost object ends.
    mutating func pop() {
        guard let level = levels.popLast() else { return }
        text.removeLast(text.count - level.start)
        ends.removeLast(ends.count - level.first)
        if level.hasSet { sets.removeLast() }
    }

    enum Insertion { case new, known, full }

    /// Adds a name of the innermost object.
    mutating func insert(_ name: [UInt8]) -> Insertion {
        guard let level = levels.last else { return .new }
        guard ends.count < Self.maximumCount, text.count + name.count <= Self.maximumSize else { return .full }
        if ends.count - level.first < Self.few {
            if stands(name, in: level) { return .known }
        } else {
            if !level.hasSet { fillSet(level) }
            guard sets[sets.count - 1].insert(name).inserted else { return .known }
        }
        text.append(contentsOf: name)
        ends.append(text.count)
        return .new
    }

    private func stands(_ name: [UInt8], in level: Level) -> Bool {
        var start = level.start
        for index in level.first..<ends.count {
            let end = ends[index]
            if end - start == name.count, name.indices.allSatisfy({ text[start + $0] == name[$0] }) { return true }
            start = end
        }
        return false
    }

    private mutating func fillSet(_ level: Level) {
        var names: Set<[UInt8]> = []
        var start = level.start
        for end in ends[level.first...] {
            names.insert(Array(text[start..<end]))
            start = end
        }
        sets.append(names)
        levels[levels.count - 1].hasSet = true
    }
}
