import Testing

@testable import TransparencyLog

/// A log read through tiles that may be false or gone.
@Suite struct TiledLogTests {
    private static let size: UInt64 = 700
    private static let tree = SampleTree(size: 1024)
    private static let root = root(700)

    private static func root(_ size: Int) -> Hash { MerkleTree.root(of: tree.leafHashes.prefix(size)) }

    private static func log(altered: [String] = [], missing: [String] = []) throws -> TiledLog<SampleTileReader> {
        var reader = SampleTileReader(tree: tree)
        for path in try altered.map({ try TilePath(parsing: $0) }) {
            var bytes = try tree.resource(path)
            bytes[bytes.count - 1] ^= 1
            reader.altered[path] = bytes
        }
        reader.missing = try Set(missing.map { try TilePath(parsing: $0) })
        return TiledLog(size: size, root: root, reader: reader)
    }

    @Test func `entries and proofs are read and verified`() async throws {
        let log = try Self.log()
        for index in [0, 1, 255, 256, 512, 698, 699] as [UInt64] {
            let (entry, proof) = try await log.entry(at: index)
            #expect(entry == SampleTree.entry(index))
            let leafHash = MerkleTree.leafHash(entry)
            #expect(
                MerkleTree.verifyInclusion(of: leafHash, at: index, size: Self.size, root: Self.root, proof: proof))
        }
        #expect(try await MerkleTree.root(size: Self.size, reader: log) == Self.root)
        let plain = try await MerkleTree.inclusionProof(of: 3, size: Self.size, reader: log)
        #expect(try await log.inclusionProof(of: 3).proof == plain)
        await #expect(throws: TransparencyLogError.self) { try await log.entry(at: Self.size) }
        await #expect(throws: TransparencyLogError.self) { try await log.inclusionProof(of: .max) }
    }

    @Test func `an older root is joined or refused`() async throws {
        let log = try Self.log()
        for size in [0, 1, 256, 500, 700] {
            let proof = try await log.consistencyProof(from: UInt64(size), oldRoot: Self.root(size))
            #expect(
                MerkleTree.verifyConsistency(
                    from: UInt64(size), oldRoot: Self.root(size), to: Self.size, root: Self.root, proof: proof))
        }
        await #expect(throws: TransparencyLogError.self) {
            try await log.consistencyProof(from: 500, oldRoot: Self.root(499))
        }
        await #expect(throws: TransparencyLogError.self) {
            try await log.consistencyProof(from: 701, oldRoot: Self.root(701))
        }
    }

    @Test(arguments: ["tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/002.p/188"])
    func `an altered resource is found`(path: String) async throws {
        let log = try Self.log(altered: [path])
        await #expect(throws: TransparencyLogError.self) { try await log.entry(at: 699) }
        await #expect(throws: TransparencyLogError.self) { try await log.rederive { _, _ in } }
    }

    @Test func `a partial tile that is gone is cut from the full one`() async throws {
        let log = try Self.log(missing: ["tile/0/002.p/188", "tile/entries/002.p/188"])
        #expect(try await log.entry(at: 699).entry == SampleTree.entry(699))
        try await log.rederive { _, _ in }
        let worse = try Self.log(missing: ["tile/0/002.p/188", "tile/0/002"])
        await #expect(throws: TransparencyLogError.self) { try await worse.entry(at: 699) }
    }

    @Test(arguments: [0, 1, 255, 256, 257, 512, 700, 1024] as [UInt64])
    func `everything is derived from the entries`(size: UInt64) async throws {
        let reader = SampleTileReader(tree: Self.tree)
        let log = TiledLog(size: size, root: Self.root(Int(size)), reader: reader)
        var next: UInt64 = 0
        try await log.rederive { index, entry in
            #expect(index == next)
            #expect(entry == SampleTree.entry(index))
            next += 1
        }
        #expect(next == size)
        let other = TiledLog(size: size, root: Self.root(size == 3 ? 4 : 3), reader: reader)
        await #expect(throws: TransparencyLogError.self) { try await other.rederive { _, _ in } }
    }
}
