extension MerkleTree {
    /// Whether `proof` shows that leaf `index` of the tree with this size and root has the hash `leafHash`.
    ///
    /// The checks are those of RFC 9162, section 2.1.3.2; the proof must have exactly the hashes it needs.
    public static func verifyInclusion(
        of leafHash: Hash, at index: UInt64, size: UInt64, root: Hash, proof: [Hash]
    ) -> Bool {
        guard index < size, proof.count <= maximumProofLength else { return false }
        var walk = RootWalk(index: index, last: size - 1)
        var hash = leafHash
        for sibling in proof {
            guard let side = walk.step() else { return false }
            hash = side == .left ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
        }
        return walk.isAtRoot && hash == root
    }

    /// Whether `proof` shows that the tree of `oldSize` is a prefix of the tree of `size`.
    ///
    /// The checks are those of RFC 9162, section 2.1.4.2. From size 0 and to the same size the proof is empty, and the
    /// root of size 0 is the hash of nothing.
    public static func verifyConsistency(
        from oldSize: UInt64, oldRoot: Hash, to size: UInt64, root: Hash, proof: [Hash]
    ) -> Bool {
        guard oldSize <= size, proof.count <= maximumProofLength else { return false }
        guard oldSize != 0 || oldRoot == emptyRoot else { return false }
        if oldSize == size { return proof.isEmpty && oldRoot == root }
        if oldSize == 0 { return proof.isEmpty }
        var walk = RootWalk(index: oldSize - 1, last: size - 1)
        walk.skipRightEdge()
        var siblings = proof[...]
        // A power of two is one complete subtree, whose root the verifier already has.
        guard let start = oldSize.nonzeroBitCount == 1 ? oldRoot : siblings.popFirst() else { return false }
        var oldHash = start
        var hash = start
        for sibling in siblings {
            guard let side = walk.step() else { return false }
            if side == .left {
                oldHash = nodeHash(sibling, oldHash)
                hash = nodeHash(sibling, hash)
            } else {
                hash = nodeHash(hash, sibling)
            }
        }
        return walk.isAtRoot && oldHash == oldRoot && hash == root
    }
}

/// The way from a node up to the root, beside the way of the tree's last node.
private struct RootWalk {
    enum Side { case left, right }

    private var index: UInt64
    private var last: UInt64

    init(index: UInt64, last: UInt64) {
        self.index = index
        self.last = last
    }

    var isAtRoot: Bool { last == 0 }

    /// Leaves out the levels where the node is a right child: they are inside the complete subtree it closes.
    mutating func skipRightEdge() {
        while index & 1 == 1 { up() }
    }

    /// Goes up past one sibling and says on which side it stands; nil above the root.
    mutating func step() -> Side? {
        guard last != 0 else { return nil }
        defer { up() }
        guard index & 1 == 1 || index == last else { return .right }
        // A last node without right sibling is carried up unhashed until it is a right child.
        while index & 1 == 0, index != 0 { up() }
        return .left
    }

    private mutating func up() {
        index >>= 1
        last >>= 1
    }
}
