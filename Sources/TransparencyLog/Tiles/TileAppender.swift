/// Appends leaves to a tree and makes its tiles as they fill.
///
/// It holds the unfinished tile of each level, at most 255 hashes for every 8 bits of the size. A leaf costs one hash
/// on average. What a log keeps on disk is the tiles; ``init(size:reading:)`` resumes from them. A crash between
/// storing tiles and storing the new size leaves wider tiles than the size needs, which is harmless.
public struct TileAppender: Sendable {
    /// The right edge of the tree.
    public private(set) var frontier: TreeFrontier
    // The hashes of the unfinished tile of each level.
    private var edge: [[Hash]]

    /// Starts an empty tree.
    public init() {
        frontier = TreeFrontier()
        edge = []
    }

    /// Resumes a tree of `size` leaves from its partial tiles.
    ///
    /// `read` is called once a level at most; it may return a tile that is wider than the path says.
    public init(size: UInt64, reading read: (TilePath) throws -> [UInt8]) throws {
        var peaks: [Hash] = []
        edge = []
        for level in TileLayout(size: size).levels {
            guard level.partialWidth > 0 else {
                edge.append([])
                continue
            }
            let path = TilePath(
                kind: .hashes(level: level.level), index: level.fullTiles, checkedWidth: level.partialWidth)
            let tile = try Tile(prefixOf: read(path), at: path)
            edge.append(tile.hashes)
            peaks = TileAppender.peaks(of: tile.hashes) + peaks
        }
        frontier = try TreeFrontier(size: size, peaks: peaks)
    }

    /// The number of leaves.
    public var size: UInt64 { frontier.size }

    /// The root of the tree.
    public var root: Hash { frontier.root }

    /// Appends a leaf and returns the tiles it fills, from level 0 up: mostly none.
    public mutating func append(_ leafHash: Hash) -> [Tile] {
        var tileRoots: [Hash] = []
        frontier.append(leafHash) { height, root in
            if height % 8 == 0 { tileRoots.append(root) }
        }
        extend(level: 0, with: leafHash)
        return tileRoots.enumerated().map { level, root in
            let tile = Tile(level: level, index: size >> UInt64(8 * (level + 1)) - 1, hashes: edge[level])
            edge[level].removeAll(keepingCapacity: true)
            extend(level: level + 1, with: root)
            return tile
        }
    }

    /// Appends leaves and returns the tiles they fill.
    public mutating func append(contentsOf leafHashes: some Sequence<Hash>) -> [Tile] {
        var tiles: [Tile] = []
        for hash in leafHashes { tiles += append(hash) }
        return tiles
    }

    /// The partial tiles of the tree as it is now, from level 0 up.
    public var partialTiles: [Tile] {
        edge.enumerated().compactMap { level, hashes in
            guard !hashes.isEmpty else { return nil }
            return Tile(level: level, index: size >> UInt64(8 * (level + 1)), hashes: hashes)
        }
    }

    private mutating func extend(level: Int, with hash: Hash) {
        if level == edge.count { edge.append([]) }
        edge[level].append(hash)
    }

    /// The roots of the complete subtrees within an unfinished tile, the largest first.
    private static func peaks(of hashes: [Hash]) -> [Hash] {
        TreeNode.covering(0..<UInt64(hashes.count)).map { node in
            let start = Int(node.index) << node.level
            return MerkleTree.root(of: hashes[start..<start + 1 << node.level])
        }
    }
}
