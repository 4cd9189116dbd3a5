/// A log read through its tiles and trusted for nothing but its size and root.
///
/// Everything it returns has been verified against the root; take size and root from a ``VerifiedCheckpoint``.
public struct TiledLog<Reader: TileReader>: AsyncHashReader {
    /// The number of leaves.
    public let size: UInt64
    /// The root all that is read must lead to.
    public let root: Hash
    private let reader: Reader

    /// Makes a view of the log behind `reader` at this size and root.
    public init(size: UInt64, root: Hash, reader: Reader) {
        self.size = size
        self.root = root
        self.reader = reader
    }

    /// The hashes of `nodes` as the tiles have them, not yet verified.
    public func hashes(of nodes: [TreeNode]) async throws -> [Hash] {
        let lookup = try TileLookup(nodes, size: size)
        let reader = reader
        let contents = try await withThrowingTaskGroup(of: Tile.self) { group in
            for path in lookup.tiles { group.addTask { try await reader.hashTile(path) } }
            return try await group.reduce(into: [TilePath: Tile]()) { $0[$1.path] = $1 }
        }
        return try lookup.hashes(in: contents)
    }

    /// The hash of leaf `index` with its inclusion proof, verified (RFC 6962, section 2.1.1).
    public func inclusionProof(of index: UInt64) async throws -> (leafHash: Hash, proof: [Hash]) {
        let plan = try ProofPlan.inclusion(of: index, size: size)
        let hashes = try await hashes(of: [TreeNode(level: 0, index: index)] + plan.nodes)
        let proof = try plan.proof(from: [Hash](hashes.dropFirst()))
        let leafHash = hashes[0]
        guard MerkleTree.verifyInclusion(of: leafHash, at: index, size: size, root: root, proof: proof) else {
            throw TransparencyLogError(.inclusionNotProven, "the tiles do not lead from leaf \(index) to the root")
        }
        return (leafHash, proof)
    }

    /// The consistency proof from an older size and root, verified (RFC 6962, section 2.1.2).
    public func consistencyProof(from oldSize: UInt64, oldRoot: Hash) async throws -> [Hash] {
        let proof = try await MerkleTree.consistencyProof(from: oldSize, to: size, reader: self)
        guard MerkleTree.verifyConsistency(from: oldSize, oldRoot: oldRoot, to: size, root: root, proof: proof) else {
            throw TransparencyLogError(.consistencyNotProven, "the tree of size \(size) does not extend \(oldSize)")
        }
        return proof
    }

    /// The entry at `index` with its inclusion proof, verified.
    public func entry(at index: UInt64) async throws -> (entry: [UInt8], proof: [Hash]) {
        guard let path = TileLayout(size: size).entryBundle(index: index >> 8), index < size else {
            throw TransparencyLogError(.notInTree, "no leaf \(index) in a tree of size \(size)")
        }
        let entry = try await reader.entries(path)[Int(index & 255)]
        let (leafHash, proof) = try await inclusionProof(of: index)
        guard MerkleTree.leafHash(entry) == leafHash else {
            throw TransparencyLogError(.contentMismatch, "entry \(index) is not what the tree commits to")
        }
        return (entry, proof)
    }

    /// Reads every entry and every tile and derives the tree anew.
    ///
    /// Each entry is handed to `visit` in order once its bundle agrees with the tile beside it; that the whole leads to
    /// the root is known only when the call returns. Throws `contentMismatch` at the first difference.
    public func rederive(visiting visit: (_ index: UInt64, _ entry: [UInt8]) async throws -> Void) async throws {
        var appender = TileAppender()
        for path in TileLayout(size: size).entryBundles() {
            let entries = try await reader.entries(path)
            for entry in entries {
                try await compare(appender.append(MerkleTree.leafHash(entry)))
            }
            if appender.size == size { try await compare(appender.partialTiles) }
            let start = path.index << 8
            for (offset, entry) in entries.enumerated() { try await visit(start + UInt64(offset), entry) }
        }
        guard appender.root == root else {
            throw TransparencyLogError(.contentMismatch, "the entries lead to the root \(appender.root), not \(root)")
        }
    }

    private func compare(_ tiles: [Tile]) async throws {
        for tile in tiles {
            let found = try await reader.hashTile(tile.path)
            guard found != tile else { continue }
            let place = zip(found.hashes, tile.hashes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
            let entry = (tile.path.index << 8) + UInt64(place)
            throw TransparencyLogError(
                .contentMismatch,
                tile.path.kind == .hashes(level: 0)
                    ? "entry \(entry) is not the one that `\(tile.path)` commits to"
                    : "`\(tile.path)` is not made of the entries below it")
        }
    }
}
