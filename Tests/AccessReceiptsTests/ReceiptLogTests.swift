import Testing
import TransparencyLog

@testable import AccessReceipts

@Suite struct ReceiptLogTests {
    /// Reads a store as a stranger would: by its tiles alone.
    struct Tiles: TileReader {
        let reader: ReceiptReader

        func tile(_ path: TilePath) async throws -> [UInt8] {
            guard let bytes = try await reader.tile(path) else { throw CancellationError() }
            return bytes
        }
    }

    /// Sizes on both sides of whole tiles of the first two levels.
    @Test(arguments: [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_793])
    func theLogIsThatOfTheStandard(count: Int) async throws {
        try await Samples.withDirectory { directory in
            let size = UInt64(count)
            try await Samples.withStore(directory, limits: .init(receipts: .max, bytes: .max)) { store in
                try await Samples.fill(store, count)
                let checkpoint = try Self.verified(store.checkpoint())
                #expect(checkpoint.size == size)
                try await Self.rederive(checkpoint, store.reader)
            }
            // The same once more from what is on disk, with a reader that was not there when it was written.
            let reader = try ReceiptReader(directory: directory)
            let root = try await reader.root(size: size)
            try await Self.rederive(Checkpoint(origin: Samples.origin, size: size, root: root), reader)
            try await Samples.withStore(directory) { store in
                #expect(try Self.verified(store.checkpoint()).root == root)
                try await store.append(Samples.receipt())
                let next = try Self.verified(store.checkpoint())
                let proof = try await store.reader.consistencyProof(from: size, to: size + 1)
                #expect(
                    MerkleTree.verifyConsistency(
                        from: size, oldRoot: root, to: next.size, root: next.root, proof: proof))
            }
        }
    }

    private static func verified(_ note: [UInt8]) throws -> Checkpoint {
        let policy = CheckpointPolicy(origin: Samples.origin, logKeys: [Samples.signer().verifierKey])
        return try policy.verify(note).checkpoint
    }

    /// Derives every tile anew from the entries, and compares them with those that are served.
    private static func rederive(_ checkpoint: Checkpoint, _ reader: ReceiptReader) async throws {
        let log = TiledLog(size: checkpoint.size, root: checkpoint.root, reader: Tiles(reader: reader))
        var count: UInt64 = 0
        try await log.rederive { index, entry in
            if index % 97 == 0 { #expect(entry.count == 32) }
            count += 1
        }
        #expect(count == checkpoint.size)
    }

    @Test func tilesThatTheLogDoesNotHaveAreNotServed() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await Samples.fill(store, 300)
                for path in [
                    "tile/0/000", "tile/0/001.p/44", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/001.p/44",
                ] {
                    let bytes = try await store.tile(TilePath(parsing: path))
                    #expect(bytes != nil, "`\(path)`")
                }
                for path in [
                    "tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000.p/2", "tile/2/000.p/1",
                    "tile/63/000",
                ] {
                    let bytes = try await store.tile(TilePath(parsing: path))
                    #expect(bytes == nil, "`\(path)`")
                }
            }
        }
    }

    @Test func anEmptyLogHasACheckpoint() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let checkpoint = try Self.verified(store.checkpoint())
                #expect(checkpoint.size == 0 && checkpoint.root == MerkleTree.emptyRoot)
            }
        }
    }
}
