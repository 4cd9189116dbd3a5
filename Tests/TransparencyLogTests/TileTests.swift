import Testing

@testable import TransparencyLog

/// Tiles as they are made, laid out and read.
@Suite struct TileTests {
    private static let sizes: [UInt64] = [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_793]

    private static let tree = SampleTree(size: 65_793)

    @Test(arguments: sizes)
    func `an appender resumes from its tiles`(size: UInt64) throws {
        var resumed = try TileAppender(size: size, reading: Self.tree.resource)
        var fresh = TileAppender()
        _ = fresh.append(contentsOf: Self.tree.leafHashes.prefix(Int(size)))
        #expect(resumed.root == fresh.root)
        #expect(resumed.partialTiles == fresh.partialTiles)
        let more = (0..<700).map { MerkleTree.leafHash(SampleTree.entry(UInt64($0))) }
        #expect(resumed.append(contentsOf: more) == fresh.append(contentsOf: more))
        #expect(resumed.partialTiles == fresh.partialTiles)
        #expect(resumed.root == fresh.root)
    }

    @Test func `each tile holds the hashes of the definition`() throws {
        let slow = RecursiveTree(leafHashes: Self.tree.leafHashes)
        for path in TileLayout(size: 65_793).hashTiles() where path.level > 0 {
            let tile = try Tile(parsing: Self.tree.resource(path), at: path)
            let span = 1 << (8 * path.level)
            for (offset, hash) in tile.hashes.enumerated() where offset % 97 == 0 {
                let start = (Int(path.index) * 256 + offset) * span
                #expect(hash == slow.root(start..<start + span))
            }
        }
    }

    @Test(arguments: zip(sizes, sizes.dropFirst()))
    func `what is added is what was not there`(oldSize: UInt64, size: UInt64) {
        func all(_ size: UInt64) -> Set<TilePath> {
            Set(TileLayout(size: size).hashTiles()).union(TileLayout(size: size).entryBundles())
        }
        let layout = TileLayout(size: size)
        let added = Array(layout.hashTiles(addedSince: oldSize)) + layout.entryBundles(addedSince: oldSize)
        #expect(Set(added).count == added.count)
        #expect(Set(added) == all(size).subtracting(all(oldSize)))
        #expect(Array(layout.hashTiles(addedSince: size)).isEmpty)
        #expect(all(size).union(all(oldSize)).allSatisfy(layout.contains))
        #expect(!added.filter { !all(oldSize).contains($0) }.contains(where: TileLayout(size: oldSize).contains))
    }

    @Test func `a log contains what some size of it had`() throws {
        let layout = TileLayout(size: 300)
        #expect(layout.contains(try TilePath(.hashes(level: 0), index: 1, width: 44)))
        #expect(layout.contains(try TilePath(.hashes(level: 0), index: 1, width: 43)))
        #expect(layout.contains(try TilePath(.entries, index: 0, width: 7)))
        #expect(!layout.contains(try TilePath(.hashes(level: 0), index: 1, width: 45)))
        #expect(!layout.contains(try TilePath(.entries, index: 1)))
        #expect(!layout.contains(try TilePath(.hashes(level: 63), index: 0, width: 1)))
        #expect(!layout.contains(try TilePath(.hashes(level: 0), index: .max, width: 1)))
    }

    @Test func `the largest tree does not trap`() throws {
        let layout = TileLayout(size: .max)
        #expect(layout.levels.count == 8)
        #expect(layout.levels.allSatisfy { $0.partialWidth == 255 })
        #expect(layout.hashTile(level: 0, index: .max >> 8)?.width == 255)
        let reader = TileHashReader(size: .max) { path in Array(repeating: 7, count: path.width * Hash.byteCount) }
        #expect(try MerkleTree.inclusionProof(of: .max - 1, size: .max, reader: reader).count == 63)
        #expect(throws: TransparencyLogError.self) { try reader.hashes(of: [TreeNode(level: 64, index: 0)]) }
        #expect(throws: TransparencyLogError.self) { try reader.hashes(of: [TreeNode(level: 63, index: 1)]) }
    }

    @Test func `a tile has the length of its path`() throws {
        let path = try TilePath(.hashes(level: 0), index: 0, width: 2)
        #expect(throws: TransparencyLogError.self) { try Tile(parsing: Array(repeating: 0, count: 63), at: path) }
        #expect(throws: TransparencyLogError.self) { try Tile(parsing: Array(repeating: 0, count: 65), at: path) }
        #expect(try Tile(prefixOf: Array(repeating: 0, count: 65), at: path).bytes.count == 64)
        let entries = try TilePath(.entries, index: 0, width: 2)
        #expect(throws: TransparencyLogError.self) { try Tile(parsing: Array(repeating: 0, count: 64), at: entries) }
    }

    @Test(arguments: [
        "", "/tile/0/000", "tile/0/000/", "tile//000", "tile/0", "tile/0/", "tile/entries", "tile/0/000.p/",
        "tile/0/.p/1", "tile/0/x001.p/1", "tile/0/000.p/1/2", "tile/0/000.p/+1", "tile/0/٠٠٠", "tile/0/000 ",
        "tile/0/x018/x446/x744/x073/x709/x551/616", "tile/0/x001/x000/x000/x000/x000/x000/x000/000", "TILE/0/000",
    ])
    func `a path has one form`(text: String) {
        #expect(throws: TransparencyLogError.self) { try TilePath(parsing: text) }
    }

    @Test func `the largest index has a path`() throws {
        let path = try TilePath(.entries, index: .max)
        #expect(path.description == "tile/entries/x018/x446/x744/x073/x709/x551/615")
        #expect(try TilePath(parsing: path.description) == path)
        #expect(throws: TransparencyLogError.self) { try TilePath(.entries, index: 0, width: 257) }
        #expect(throws: TransparencyLogError.self) { try TilePath(.hashes(level: 64), index: 0) }
    }

    @Test func `a bundle has 1 to 256 entries of up to 65535 bytes`() throws {
        let long = [UInt8](repeating: 1, count: 65_535)
        #expect(try EntryBundle(parsing: EntryBundle([long]).bytes).entries == [long])
        #expect(throws: TransparencyLogError.self) { try EntryBundle([long + [1]]) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle([]) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle(Array(repeating: [], count: 257)) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle(parsing: []) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle(parsing: Array(repeating: 0, count: 514)) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle(parsing: [0, 0], width: 2) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle(parsing: [0, 0, 0, 0], width: 1) }
    }
}
