/// What duties say of the places of a JSON document: the steps of their pointers as one tree.
struct FieldTree: Sendable {
    /// What is said of one place.
    struct Marks: Sendable {
        var isRemoved = false
        /// The lists of fields to keep that name it, one bit each.
        var kept: UInt32 = 0
        /// The suppressions whose number of cases it is, one bit each.
        var counts: UInt32 = 0
        /// Which of the fields it is in which rows must be alike.
        var alike: Int?
        var coarsening: Coarsening?
        /// Which sorts of duties say this.
        var sorts: EditFindings.Sorts = []

        /// Both: where two coarsenings leave nothing, the place goes.
        mutating func formUnion(_ other: Marks) {
            isRemoved = isRemoved || other.isRemoved
            kept |= other.kept
            counts |= other.counts
            alike = alike ?? other.alike
            sorts.formUnion(other.sorts)
            guard let added = other.coarsening else { return }
            guard let present = coarsening else { return coarsening = added }
            coarsening = present.common(with: added)
            if coarsening == nil { isRemoved = true }
        }
    }

    private struct Node: Sendable {
        /// The named children: names in order of their coming, and each one's place.
        var names: [[UInt8]] = []
        var children: [Int] = []
        /// The same as a table, where they are many.
        var table: [[UInt8]: Int] = [:]
        var any: Int?
        var marks = Marks()
        /// The lists of fields to keep that name something below.
        var keptBelow: UInt32 = 0
        /// A pointer goes on with what may be an element's index.
        var hasIndices = false

        /// Of fewer names than this each is looked at.
        private static let many = 12

        func child(_ name: [UInt8]) -> Int? {
            guard names.count < Self.many else { return table[name] }
            for (index, known) in names.enumerated() where known.count == name.count && known == name {
                return children[index]
            }
            return nil
        }

        mutating func add(_ name: [UInt8], at index: Int) {
            names.append(name)
            children.append(index)
            table[name] = index
        }
    }

    private var nodes = [Node()]

    /// All lists of fields to keep.
    let allKept: UInt32

    /// - Parameters:
    ///   - inRecords: pointers that go through every record (`/*/…`) also name what stands within one.
    ///   - alike: the places of the fields in which rows must be alike; none is another's.
    init(_ duties: ResponseDuties, inRecords: Bool, alike: [[JSONPointer.Token]] = []) {
        allKept = duties.keptFields.isEmpty ? 0 : UInt32.max >> (32 - UInt32(duties.keptFields.count))
        let add = { (tree: inout FieldTree, pointer: JSONPointer, marks: Marks) in
            tree.insert(pointer.tokens[...], marks)
            if inRecords, pointer.tokens.count > 1, pointer.tokens[0] == .any {
                tree.insert(pointer.tokens.dropFirst(), marks)
            }
        }
        for pointer in duties.redactions { add(&self, pointer, Marks(isRemoved: true, sorts: .removed)) }
        for (pointer, coarsening) in duties.coarsenings {
            add(&self, pointer, Marks(coarsening: coarsening, sorts: .coarsened))
        }
        for (index, pointers) in duties.keptFields.enumerated() {
            for pointer in pointers { add(&self, pointer, Marks(kept: 1 << UInt32(index))) }
        }
        for (index, pointers) in Self.counted(duties).enumerated() {
            for pointer in pointers.fields { add(&self, pointer, Marks(counts: 1 << UInt32(index))) }
        }
        for (index, place) in alike.enumerated() { insert(place[...], Marks(alike: index)) }
    }

    /// Suppressions in the order of their bits.
    static func counted(_ duties: ResponseDuties) -> [(fields: [JSONPointer], least: Int)] {
        duties.suppressions.map { ($0.key, $0.value) }.sorted { $0.fields.lexicographicallyPrecedes($1.fields) }
    }

    private mutating func insert(_ tokens: ArraySlice<JSONPointer.Token>, _ marks: Marks) {
        var index = 0
        for token in tokens {
            nodes[index].keptBelow |= marks.kept
            index = child(of: index, token)
        }
        nodes[index].marks.formUnion(marks)
    }

    private mutating func child(of index: Int, _ token: JSONPointer.Token) -> Int {
        let new = nodes.count
        switch token {
        case .any:
            if let child = nodes[index].any { return child }
            nodes[index].any = new
        case .named(let name):
            if let child = nodes[index].child(name) { return child }
            nodes[index].add(name, at: new)
            if name.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { nodes[index].hasIndices = true }
        }
        nodes.append(Node())
        return new
    }

    // MARK: Places

    /// A place: where in the tree it is, which is in several branches where some go by `*` and others by name.
    struct Place {
        fileprivate(set) var branches: [Int] = []
        fileprivate(set) var marks = Marks()
    }

    /// The place of the document itself.
    static let root: [Int] = [0]

    /// The place of a member.
    func member(_ name: [UInt8], of branches: [Int]) -> Place {
        var place = Place()
        for branch in branches {
            if let any = nodes[branch].any { enter(any, &place) }
            if let named = nodes[branch].child(name) { enter(named, &place) }
        }
        return place
    }

    /// The place of an element.
    func element(_ index: Int, of branches: [Int]) -> Place {
        if branches.contains(where: { nodes[$0].hasIndices }) { return member(Array(String(index).utf8), of: branches) }
        var place = Place()
        for branch in branches {
            if let any = nodes[branch].any { enter(any, &place) }
        }
        return place
    }

    private func enter(_ node: Int, _ place: inout Place) {
        place.marks.formUnion(nodes[node].marks)
        if !nodes[node].names.isEmpty || nodes[node].any != nil { place.branches.append(node) }
    }

    /// The lists of fields to keep that name something below a place.
    func keptBelow(_ branches: [Int]) -> UInt32 { branches.reduce(0) { $0 | nodes[$1].keptBelow } }
}
