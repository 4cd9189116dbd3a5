/// Who and what belongs to which collections.
package struct Memberships: Sendable, Hashable {
    private var collections: [IRI: [IRI]] = [:]

    package init() {}

    package var isEmpty: Bool { collections.isEmpty }

    /// Records that a member belongs to a collection, which may itself belong to others.
    package mutating func insert(_ member: IRI, in collection: IRI) {
        collections[member, default: []].append(collection)
    }

    /// Whether a member belongs to a collection, directly or through others; never true of itself.
    ///
    /// Ends for cycles too: every name is followed once.
    package func contains(_ member: IRI, in collection: IRI) -> Bool {
        guard let direct = collections[member] else { return false }
        if direct.contains(collection) { return true }
        var seen: Set<IRI> = [member]
        var pending = direct
        while let next = pending.popLast() {
            guard seen.insert(next).inserted else { continue }
            if next == collection { return true }
            pending.append(contentsOf: collections[next] ?? [])
        }
        return false
    }

    /// Whether something may be both: they are one, one belongs to the other, or something belongs to both.
    func overlap(_ left: IRI, _ right: IRI) -> Bool {
        if left == right || contains(left, in: right) || contains(right, in: left) { return true }
        return collections.keys.contains { contains($0, in: left) && contains($0, in: right) }
    }

    /// Both.
    func merging(_ other: Memberships) -> Memberships {
        if collections.isEmpty { return other }
        var merged = self
        for (member, names) in other.collections { merged.collections[member, default: []] += names }
        return merged
    }

    /// Names that belong to themselves through others or lead to such, sorted; empty where there is no cycle.
    package var cycles: [IRI] {
        // What belongs to nothing is in no cycle, nor is what belongs only to such.
        var open = collections.mapValues(\.count)
        var members: [IRI: [IRI]] = [:]
        for (member, names) in collections { for name in names { members[name, default: []].append(member) } }
        var settled = members.keys.filter { collections[$0] == nil }
        while let name = settled.popLast() {
            for member in members[name] ?? [] {
                guard let left = open[member] else { continue }
                open[member] = left > 1 ? left - 1 : nil
                if left == 1 { settled.append(member) }
            }
        }
        return open.keys.sorted()
    }

    /// How many names belong somewhere.
    var count: Int { collections.count }
}
