import CityIdentity
import GRDB
import Synchronization
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct VerificationTests {
    /// A log in memory, as another machine would serve it, of which single resources can be replaced.
    struct Mirror: TileReader {
        var tiles: [String: [UInt8]] = [:]
        var checkpoint: [UInt8] = []

        init(_ network: TestNetwork) throws {
            var log = TileAppender()
            let leaves = network.blocks.flatMap(\.leaves)
            for leaf in leaves {
                for tile in log.append(MerkleTree.leafHash(leaf)) { tiles[tile.path.description] = tile.bytes }
            }
            for tile in log.partialTiles { tiles[tile.path.description] = tile.bytes }
            for path in TileLayout(size: log.size).entryBundles() {
                let start = Int(path.index) << 8
                tiles[path.description] = try EntryBundle(Array(leaves[start..<start + path.width])).bytes
            }
            checkpoint = try view(of: network).checkpoint
        }

        func tile(_ path: TilePath) async throws -> [UInt8] {
            guard let bytes = tiles[path.description] else { throw LedgerError(.notFound, "no `\(path)`") }
            return bytes
        }
    }

    private static let network = Result { try ExecutionTests.busy(3, steps: 300) }

    @Test("a ledger elsewhere is derived anew from its tiles")
    func remote() async throws {
        let network = try Self.network.get()
        let seen = Mutex<[VerificationProgress]>([])
        let mirror = try Mirror(network)
        let key = try network.validator().verifierKey
        let report = try await Ledger.verify(
            reading: mirror, checkpoint: mirror.checkpoint, trusting: .keys([key]),
            progress: { progress in seen.withLock { $0.append(progress) } })
        #expect(report.head.size == network.chain.log.size)
        #expect(report.blocks == network.chain.height)
        #expect(report.applied + report.noops == report.head.size - report.blocks)
        #expect(report.noops > 0)
        #expect(report.state.tree.root == network.state.tree.root)
        #expect(report.validatorKeys.contains(key))
        let progress = seen.withLock { $0 }
        #expect(
            progress.last
                == VerificationProgress(leaves: report.head.size, size: report.head.size, blocks: report.blocks))
        #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.leaves <= $1.leaves })
        #expect(network.chain.log.size > 256)
    }

    @Test("the genesis is trust enough, and another's is none")
    func genesis() async throws {
        let network = try Self.network.get()
        let mirror = try Mirror(network)
        let fingerprint = NetworkGenesis.fingerprint(of: network.blocks[0].transactions[0])
        let report = try await Ledger.verify(
            reading: mirror, checkpoint: mirror.checkpoint, trusting: .genesis(fingerprint))
        #expect(report.genesis == fingerprint)
        let other = await refusal {
            try await Ledger.verify(
                reading: mirror, checkpoint: mirror.checkpoint, trusting: .genesis(Hash(hashing: [1])))
        }
        #expect(other?.code == .untrusted)
        let stranger = try NoteSigner(name: TestNetwork.name, seed: Array(repeating: 1, count: 32))
        let signer = await refusal {
            try await Ledger.verify(
                reading: mirror, checkpoint: mirror.checkpoint, trusting: .keys([stranger.verifierKey]))
        }
        #expect(signer?.code == .untrusted)
    }

    @Test("one changed bit anywhere is found")
    func bits() async throws {
        let network = try Self.network.get()
        let mirror = try Mirror(network)
        let key = try network.validator().verifierKey
        var random = SplitMix(state: 11)
        for path in mirror.tiles.keys.sorted() {
            var changed = mirror
            let length = changed.tiles[path]?.count ?? 0
            changed.tiles[path]?[Int.random(in: 0..<length, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            let error = await refusal { [changed] in
                try await Ledger.verify(reading: changed, checkpoint: mirror.checkpoint, trusting: .keys([key]))
            }
            #expect(error != nil, "\(path)")
        }
    }

    @Test(
        "a validator that signs another state or an impossible history is found out",
        arguments: ["state", "block", "header"])
    func dishonest(_ lie: String) async throws {
        let network = try TestNetwork()
        let signer = try network.validator()
        var mirror = try Mirror(network)
        let head = try view(of: network).head
        if lie == "header" {
            // A second block that stands on nothing, under a checkpoint that fits the leaves.
            let header = BlockHeader(
                height: 1, previousRoot: Hash(hashing: [4]), time: head.time, stateRoot: head.stateRoot)
            var log = TileAppender()
            let leaves = network.blocks.flatMap(\.leaves) + [header.bytes]
            for leaf in leaves { _ = log.append(MerkleTree.leafHash(leaf)) }
            mirror.tiles = [:]
            for tile in log.partialTiles { mirror.tiles[tile.path.description] = tile.bytes }
            mirror.tiles["tile/entries/000.p/3"] = try EntryBundle(leaves).bytes
            mirror.checkpoint = try LedgerCheckpoint(
                network: head.network, height: 1, size: 3, root: log.root, stateRoot: head.stateRoot, time: head.time
            ).signed(by: signer).bytes
        } else {
            mirror.checkpoint = try LedgerCheckpoint(
                network: head.network, height: lie == "block" ? 5 : head.height, size: head.size, root: head.root,
                stateRoot: lie == "state" ? Hash(hashing: [4]) : head.stateRoot, time: head.time
            ).signed(by: signer).bytes
        }
        let error = await refusal { [mirror] in
            try await Ledger.verify(
                reading: mirror, checkpoint: mirror.checkpoint, trusting: .keys([signer.verifierKey]))
        }
        #expect(error?.code == .corrupted)
    }

    @Test("the ledger on disk is derived anew, and what is kept beside the leaves compared")
    func local() async throws {
        let network = try Self.network.get()
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        try await network.write(to: directory.path)
        let key = try network.validator().verifierKey
        let archive = try LedgerArchive(directory: directory.path)
        let report = try await Ledger.verify(archive, trusting: .keys([key]))
        #expect(report.state.tree.root == network.state.tree.root)
        let database = try DatabaseQueue(path: directory.path + "/ledger.sqlite")
        try await database.write { db in
            try db.execute(sql: "UPDATE leaf SET data = data || 'A' WHERE position = 4")
        }
        try database.close()
        let error = await refusal { try await Ledger.verify(archive, trusting: .keys([key])) }
        #expect(error?.code == .corrupted)
    }

    @Test("every tile that the log has is served, and none that it has not")
    func tiles() async throws {
        let network = try Self.network.get()
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        try await network.write(to: directory.path)
        let archive = try LedgerArchive(directory: directory.path)
        let mirror = try Mirror(network)
        #expect(mirror.tiles.count >= 5)
        for (text, bytes) in mirror.tiles {
            #expect(try await archive.tile(TilePath(parsing: text)) == bytes, "\(text)")
        }
        // A narrower partial tile is the beginning of what is there.
        let narrow = try await archive.tile(TilePath(parsing: "tile/0/000.p/3"))
        #expect(narrow == mirror.tiles["tile/0/000"].map { Array($0.prefix(96)) })
        #expect(
            try await EntryBundle(parsing: archive.tile(TilePath(parsing: "tile/entries/000.p/2")), width: 2).entries
                .count == 2)
        for text in [
            "tile/0/001", "tile/1/000", "tile/2/000.p/1", "tile/entries/001", "tile/entries/009.p/1", "tile/63/000",
            "tile/entries/x018/x446/x744/x073/x709/x551/615",
        ] {
            let path = try TilePath(parsing: text)
            #expect(await refusal { try await archive.tile(path) }?.code == .notFound, "\(text)")
        }
    }

    @Test("a leaf is proven to the last checkpoint")
    func proofs() async throws {
        let network = try Self.network.get()
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        try await network.write(to: directory.path)
        let archive = try LedgerArchive(directory: directory.path)
        let policy = CheckpointPolicy(origin: TestNetwork.name, logKeys: [try network.validator().verifierKey])
        let leaves = network.blocks.flatMap(\.leaves)
        for index in [0, 1, 2, 255, 256, leaves.count - 1] {
            let proof = try await archive.proof(of: UInt64(index))
            let again = try TransparencyProof(parsing: proof.bytes)
            let verified = try again.verify(leafHash: MerkleTree.leafHash(leaves[index]), policy: policy)
            #expect(verified.checkpoint.size == UInt64(leaves.count))
        }
        #expect(await refusal { try await archive.proof(of: UInt64(leaves.count)) }?.code == .notFound)
    }

    @Test("the first anchor that covers a size is found and proven")
    func anchors() async throws {
        var network = try TestNetwork()
        let gateway = network.registrars[0]
        let origin = ReceiptsAnchor.origin(network: TestNetwork.name, gateway: gateway)
        let receipts = LeafHashReader((0..<20).map { Hash(hashing: [$0]) })
        var old: UInt64 = 0
        for size in [3, 8, 20] as [UInt64] {
            let anchor = ReceiptsAnchor(
                origin: origin, size: size, root: try MerkleTree.root(size: size, reader: receipts),
                proof: try MerkleTree.consistencyProof(from: old, to: size, reader: receipts))
            try network.submit(.receiptsAnchor(anchor), by: "\(gateway)#receipts")
            old = size
        }
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        try await network.write(to: directory.path)
        let archive = try LedgerArchive(directory: directory.path)
        let policy = CheckpointPolicy(origin: TestNetwork.name, logKeys: [try network.validator().verifierKey])
        for (wanted, expected) in [(1, 3), (3, 3), (4, 8), (9, 20), (20, 20)] as [(UInt64, UInt64)] {
            let found = try #require(try await archive.anchorProof(origin: origin, covering: wanted))
            #expect(found.size == expected)
            _ = try found.proof.verify(leafHash: MerkleTree.leafHash(found.leaf), policy: policy)
            guard case .receiptsAnchor(let anchor) = try SignedTransaction(parsing: found.leaf).transaction.body else {
                Issue.record("the leaf is no anchor")
                continue
            }
            #expect(anchor.size == expected)
            #expect(anchor.origin == origin)
        }
        #expect(try await archive.anchorProof(origin: origin, covering: 21) == nil)
        #expect(try await archive.anchorProof(origin: "other", covering: 1) == nil)
    }
}
