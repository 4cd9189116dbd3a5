package import TransparencyLog

/// A persistent binary Merkle trie: the hash that stands for the whole state, and proofs of single entries of it.
///
/// An entry's place is the SHA-256 of its key, read bit by bit from the most significant. A subtree of no entry has the
/// hash SHA-256(), of one entry SHA-256(00 ‖ place ‖ SHA-256(value)) whatever its depth, of more
/// SHA-256(01 ‖ left ‖ right). The same entries therefore give the same root, in whatever order they came.
package struct StateTree: Sendable {
    private let top: Node?

    package init() { top = nil }

    private init(top: Node?) { self.top = top }

    /// The hash that stands for all entries.
    package var root: Hash { top?.hash ?? StateTree.emptyHash }

    /// An entry to set, or with no value hash to remove.
    struct Change: Sendable {
        let place: Hash
        let value: Hash?

        init(key: String, value: [UInt8]?) {
            place = StateTree.place(of: key)
            self.value = value.map { StateTree.valueHash($0) }
        }
    }

    /// The tree after the changes; of two for one place none may be given.
    func applying(_ changes: [Change]) -> StateTree {
        let sorted = changes.sorted { $0.place.precedes($1.place) }
        return StateTree(top: Self.update(top, with: sorted[...], depth: 0))
    }

    static var emptyHash: Hash { MerkleTree.emptyRoot }

    static func place(of key: String) -> Hash { Hash(hashing: Array(key.utf8)) }

    static func valueHash(_ value: [UInt8]) -> Hash { Hash(hashing: value) }

    static func entryHash(place: Hash, value: Hash) -> Hash { MerkleTree.leafHash(place.bytes + value.bytes) }
}

// MARK: - Nodes

extension StateTree {
    fileprivate final class Node: Sendable {
        enum Kind {
            case entry(place: Hash, value: Hash)
            case branch(left: Node?, right: Node?)
        }
        let kind: Kind
        let hash: Hash

        init(place: Hash, value: Hash) {
            kind = .entry(place: place, value: value)
            hash = StateTree.entryHash(place: place, value: value)
        }

        init(left: Node?, right: Node?) {
            kind = .branch(left: left, right: right)
            hash = MerkleTree.nodeHash(left?.hash ?? StateTree.emptyHash, right?.hash ?? StateTree.emptyHash)
        }
    }

    /// Every node that changes is made, and hashed, once, however many changes lie below it.
    private static func update(_ node: Node?, with changes: ArraySlice<Change>, depth: Int) -> Node? {
        guard !changes.isEmpty else { return node }
        switch node?.kind {
        case nil:
            return build(changes.filter { $0.value != nil }[...], depth: depth)
        case .entry(let place, let value):
            var entries = changes.filter { $0.value != nil }
            if !changes.contains(where: { $0.place == place }) {
                let index = entries.firstIndex { place.precedes($0.place) } ?? entries.endIndex
                entries.insert(Change(place: place, value: value), at: index)
            }
            return build(entries[...], depth: depth)
        case .branch(let left, let right):
            let middle = boundary(in: changes, depth: depth)
            return join(
                update(left, with: changes[..<middle], depth: depth + 1),
                update(right, with: changes[middle...], depth: depth + 1))
        }
    }

    private static func build(_ entries: ArraySlice<Change>, depth: Int) -> Node? {
        guard let first = entries.first, let value = first.value else { return nil }
        if entries.count == 1 { return Node(place: first.place, value: value) }
        let middle = boundary(in: entries, depth: depth)
        return join(build(entries[..<middle], depth: depth + 1), build(entries[middle...], depth: depth + 1))
    }

    /// An entry alone rises to where it is the only one.
    private static func join(_ left: Node?, _ right: Node?) -> Node? {
        switch (left?.kind, right?.kind) {
        case (nil, nil): nil
        case (.entry, nil): left
        case (nil, .entry): right
        default: Node(left: left, right: right)
        }
    }

    /// Where in sorted changes those begin that go to the right at a depth.
    private static func boundary(in changes: ArraySlice<Change>, depth: Int) -> Int {
        var low = changes.startIndex
        var high = changes.endIndex
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].place.bit(depth) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension StateTree.Change {
    fileprivate init(place: Hash, value: Hash) {
        self.place = place
        self.value = value
    }
}

// MARK: - Proofs

extension StateTree {
    /// The proof of what stands, or does not stand, under a key.
    package func proof(of key: String) -> StateProof {
        let place = Self.place(of: key)
        var siblings: [Hash] = []
        var node = top
        while case .branch(let left, let right) = node?.kind {
            let goesRight = place.bit(siblings.count)
            siblings.append((goesRight ? left : right)?.hash ?? Self.emptyHash)
            node = goesRight ? right : left
        }
        if case .entry(let found, let value) = node?.kind, found != place {
            return StateProof(siblings: siblings, other: .init(place: found, value: value))
        }
        return StateProof(siblings: siblings, other: nil)
    }
}

extension Hash {
    /// A bit, counted from the most significant of the first byte.
    func bit(_ index: Int) -> Bool {
        withUnsafeBytes { $0[index >> 3] >> (7 - UInt8(index & 7)) & 1 == 1 }
    }

    fileprivate func precedes(_ other: Hash) -> Bool {
        withUnsafeBytes { own in
            other.withUnsafeBytes { theirs in
                for offset in stride(from: 0, to: Hash.byteCount, by: 8) {
                    let left = UInt64(bigEndian: own.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    let right = UInt64(bigEndian: theirs.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    if left != right { return left < right }
                }
                return false
            }
        }
    }
}
