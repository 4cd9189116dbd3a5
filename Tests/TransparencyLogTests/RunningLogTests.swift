import Synchronization
import Testing

@testable import TransparencyLog

/// A log that is run and read as the documentation shows, with crashes at every step of a batch.
@Suite struct RunningLogTests {
    /// Resources by path, as a file system has them.
    private final class Store: TileReader {
        private let resources = Mutex<[String: [UInt8]]>([:])

        func write(_ bytes: [UInt8], at path: TilePath) {
            resources.withLock { $0[path.description] = bytes }
        }

        func read(_ path: TilePath) throws -> [UInt8] {
            let bytes = resources.withLock { $0[path.description] }
            guard let bytes else { throw TransparencyLogError(.notInTree, "no `\(path)`") }
            return bytes
        }

        func tile(_ path: TilePath) async throws -> [UInt8] { try read(path) }
    }

    private struct Log {
        let store = Store()
        let signer: NoteSigner
        var size: UInt64 = 0
        var checkpoint: [UInt8] = []

        init() throws {
            signer = try NoteSigner(name: "log.example/a", seed: Array(repeating: 1, count: 32))
        }

        /// Appends a batch; stops before the new size is stored if `crashing`, after some or all tiles.
        mutating func append(_ entries: [[UInt8]], crashing tilesWritten: Int? = nil) throws {
            var appender = try TileAppender(size: size, reading: store.read)
            let start = appender.size
            let full = appender.append(contentsOf: entries.map { MerkleTree.leafHash($0) })
            let tiles = full + appender.partialTiles
            for tile in tiles.prefix(tilesWritten ?? tiles.count) { store.write(tile.bytes, at: tile.path) }
            guard tilesWritten == nil else { return }
            try writeBundles(entries, from: start)
            let head = try Checkpoint(origin: "log.example/a", size: appender.size, root: appender.root)
            checkpoint = try head.signed(by: signer).bytes
            size = appender.size
        }

        private func writeBundles(_ entries: [[UInt8]], from start: UInt64) throws {
            let layout = TileLayout(size: start + UInt64(entries.count))
            for path in layout.entryBundles(addedSince: start) {
                let first = path.index << 8
                var bundle: [[UInt8]] = []
                if first < start {
                    let old = try TilePath(.entries, index: path.index, width: Int(start - first))
                    bundle = try EntryBundle(parsing: store.read(old), width: old.width).entries
                }
                let next = Int(first + UInt64(bundle.count) - start)
                bundle += entries[next..<next + path.width - bundle.count]
                store.write(try EntryBundle(bundle).bytes, at: path)
            }
        }
    }

    private static func entries(_ range: Range<UInt64>) -> [[UInt8]] { range.map(SampleTree.entry) }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a log grows, crashes and stays whole`(seed: UInt64) async throws {
        var random = SampleRandom(seed: seed)
        var log = try Log()
        var heads: [Checkpoint] = []
        let policy = CheckpointPolicy(origin: "log.example/a", logKeys: [log.signer.verifierKey])
        for _ in 0..<8 {
            let batch = Self.entries(log.size..<log.size + UInt64.random(in: 1...400, using: &random))
            let lost = [[UInt8]](repeating: [0], count: .random(in: 1...600, using: &random))
            try log.append(Bool.random(using: &random) ? lost : batch, crashing: .random(in: 0...4, using: &random))
            try log.append(batch)
            heads.append(try policy.verify(log.checkpoint).checkpoint)
        }
        let head = try #require(heads.last)
        let tiled = TiledLog(size: head.size, root: head.root, reader: log.store)
        for old in heads { _ = try await tiled.consistencyProof(from: old.size, oldRoot: old.root) }
        let (entry, proof) = try await tiled.entry(at: 17)
        #expect(entry == SampleTree.entry(17))
        #expect(!proof.isEmpty)
        var count: UInt64 = 0
        try await tiled.rederive { index, entry in
            #expect(entry == SampleTree.entry(index))
            count += 1
        }
        #expect(count == log.size)
    }
}
