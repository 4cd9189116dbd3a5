@testable import TransparencyLog

/// The tree of the case files' leaves: leaf i is the text `leaf-<i>`.
struct SampleTree: Sendable {
    let leafHashes: [Hash]
    private let tiles: [TilePath: [UInt8]]

    static func entry(_ index: UInt64) -> [UInt8] { [UInt8]("leaf-\(index)".utf8) }

    init(size: UInt64) {
        var appender = TileAppender()
        var tiles: [TilePath: [UInt8]] = [:]
        leafHashes = (0..<size).map { MerkleTree.leafHash(SampleTree.entry($0)) }
        let full = appender.append(contentsOf: leafHashes)
        for tile in full + appender.partialTiles { tiles[tile.path.full] = tile.bytes }
        self.tiles = tiles
    }

    /// What a log of this tree serves, also for smaller sizes.
    func resource(_ path: TilePath) throws -> [UInt8] {
        switch path.kind {
        case .hashes:
            guard let bytes = tiles[path.full], bytes.count >= path.width * Hash.byteCount else {
                throw TransparencyLogError(.notInTree, "no `\(path)`")
            }
            return [UInt8](bytes.prefix(path.width * Hash.byteCount))
        case .entries:
            let start = path.index << 8
            guard start + UInt64(path.width) <= UInt64(leafHashes.count) else {
                throw TransparencyLogError(.notInTree, "no `\(path)`")
            }
            return try EntryBundle((start..<start + UInt64(path.width)).map(SampleTree.entry)).bytes
        }
    }

    func reader(size: UInt64) -> TileHashReader {
        TileHashReader(size: size, reading: resource)
    }
}

/// Serves a sample tree as over HTTP, with the resources in `altered` other than they should be.
struct SampleTileReader: TileReader {
    let tree: SampleTree
    var altered: [TilePath: [UInt8]] = [:]
    var missing: Set<TilePath> = []

    func tile(_ path: TilePath) async throws -> [UInt8] {
        guard !missing.contains(path) else { throw TransparencyLogError(.notInTree, "no `\(path)`") }
        return try altered[path] ?? tree.resource(path)
    }
}
