/// Who and what belongs to which collections.
package struct Memberships: Sendable, Hashable {
    private var collections: [IRI: [IRI]] = [:]

    package init() {}

    package var isEmpty: Bool { collections.isEmpty }

    /// Records that a member belongs to a collection, which may itself belong to others.
    package mutating func insert(_ member: IRI, in collection: IRI) {
        collections[member, default: []].append(collection)
    }

    /// Whether a member belongs to a collection, directly or through others.
    package func contains(_ member: IRI, in collection: IRI) -> Bool {
        collections(of: member)?.contains(collection) ?? false
    }

    /// Every collection that something belongs to, directly or through others; `nil` for none.
    func collections(of member: IRI) -> Set<IRI>? { collections(of: [member]) }

    /// The same for several at once.
    func collections(of members: [IRI]) -> Set<IRI>? {
        var pending = members.flatMap { collections[$0] ?? [] }
        if pending.isEmpty { return nil }
        var found: Set<IRI> = []
        while let next = pending.popLast() {
            if found.insert(next).inserted { pending += collections[next] ?? [] }
        }
        return found
    }

    /// Things and everything that belongs to them, directly or through others.
    func everything(in names: [IRI]) -> Set<IRI> {
        guard !collections.isEmpty else { return Set(names) }
        var members: [IRI: [IRI]] = [:]
        for (member, names) in collections { for name in names { members[name, default: []].append(member) } }
        var found: Set<IRI> = []
        var pending = names
        while let next = pending.popLast() {
            if found.insert(next).inserted { pending += members[next] ?? [] }
        }
        return found
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
