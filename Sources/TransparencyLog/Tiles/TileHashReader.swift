/// Reads subtree hashes from tiles that are at hand, such as those of a local store.
///
/// What it returns is as trustworthy as the store; proofs made from it can be verified against a checkpoint.
public struct TileHashReader: HashReader {
    /// The size of the tree the tiles are of.
    public let size: UInt64
    private let read: (TilePath) throws -> [UInt8]

    /// Makes a reader of a tree of `size` leaves; `read` may return a tile that is wider than the path says.
    public init(size: UInt64, reading read: @escaping (TilePath) throws -> [UInt8]) {
        self.size = size
        self.read = read
    }

    /// The hashes of `nodes`; throws `notInTree` for a node that is not complete in the tree.
    ///
    /// Each tile is read once.
    public func hashes(of nodes: [TreeNode]) throws -> [Hash] {
        let lookup = try TileLookup(nodes, size: size)
        var contents: [TilePath: Tile] = [:]
        for path in lookup.tiles { contents[path] = try Tile(prefixOf: read(path), at: path) }
        return try lookup.hashes(in: contents)
    }
}
