/// A tile of hashes: what is behind a hash tile's path (tlog-tiles, Merkle Tree).
public struct Tile: Sendable, Hashable {
    /// Where the tile stands.
    public let path: TilePath
    /// Its hashes; as many as the path's width says.
    public let hashes: [Hash]

    init(level: Int, index: UInt64, hashes: [Hash]) {
        self.path = TilePath(kind: .hashes(level: level), index: index, checkedWidth: hashes.count)
        self.hashes = hashes
    }

    /// Reads a tile; throws `malformedTile` unless `bytes` is exactly the path's width in hashes.
    public init(parsing bytes: [UInt8], at path: TilePath) throws(TransparencyLogError) {
        guard bytes.count == path.width * Hash.byteCount else {
            throw TransparencyLogError(
                .malformedTile, "`\(path)` has \(bytes.count) bytes, not \(path.width * Hash.byteCount)")
        }
        try self.init(prefixOf: bytes, at: path)
    }

    /// Reads a tile from the beginning of a wider one, of which a partial tile is always a prefix.
    public init(prefixOf bytes: [UInt8], at path: TilePath) throws(TransparencyLogError) {
        guard case .hashes = path.kind else {
            throw TransparencyLogError(.invalidArgument, "`\(path)` is not a hash tile")
        }
        guard bytes.count >= path.width * Hash.byteCount else {
            throw TransparencyLogError(
                .malformedTile, "`\(path)` has \(bytes.count) bytes, not \(path.width * Hash.byteCount)")
        }
        self.path = path
        // Each read is of 32 bytes within the length that was just checked.
        self.hashes = bytes.withUnsafeBytes { buffer in
            (0..<path.width).map { position in
                Hash(unchecked: UnsafeRawBufferPointer(rebasing: buffer[(position * Hash.byteCount)...]))
            }
        }
    }

    /// The tile as it is stored and served: its hashes one after another.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * Hash.byteCount)
        for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// The hash of the subtree of `2 ** height` hashes, the `position`-th of that height in the tile.
    func subtree(height: Int, position: Int) -> Hash {
        MerkleTree.root(of: hashes[position << height..<(position + 1) << height])
    }
}
