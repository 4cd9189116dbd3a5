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
        var set: Set<[UInt8]> = []
    }

    private var text: [UInt8] = []
    /// Where each name ends in `text`.
    private var ends: [Int] = []
    private var levels: [Level] = []

    /// Bytes held.
    var size: Int { text.count + ends.count * 16 }

    /// An object begins.
    mutating func push() { levels.append(Level(first: ends.count, start: text.count)) }

    /// The innermost object ends.
    mutating func pop() {
        guard let level = levels.popLast() else { return }
        text.removeSubrange(level.start...)
        ends.removeSubrange(level.first...)
    }

    enum Insertion { case new, known, full }

    /// Adds a name of the innermost object.
    mutating func insert(_ name: [UInt8]) -> Insertion {
        guard let level = levels.last else { return .new }
        guard ends.count < Self.maximumCount, text.count + name.count <= Self.maximumSize else { return .full }
        if ends.count - level.first < Self.few {
            if stands(name, in: level) { return .known }
        } else {
            if level.set.isEmpty { fillSet() }
            guard levels[levels.count - 1].set.insert(name).inserted else { return .known }
        }
        text.append(contentsOf: name)
        ends.append(text.count)
        return .new
    }

    private func stands(_ name: [UInt8], in level: Level) -> Bool {
        var start = level.start
        for end in ends[level.first...] {
            if end - start == name.count, text[start..<end].elementsEqual(name) { return true }
            start = end
        }
        return false
    }

    private mutating func fillSet() {
        let level = levels[levels.count - 1]
        var start = level.start
        for end in ends[level.first...] {
            levels[levels.count - 1].set.insert(Array(text[start..<end]))
            start = end
        }
    }
}
