import CityIdentity
import Synchronization
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct PastViewTests {
    private static let network = Result { try ExecutionTests.busy(5, steps: 200) }

    /// The chain as it was after each block, by height.
    private static func heads(_ network: TestNetwork) throws -> [(head: LedgerCheckpoint, state: LedgerState)] {
        var chain = LedgerChain()
        return try network.blocks.map { block in
            let head = try chain.append(chain.executing(block)).head
            return (head, chain.state)
        }
    }

    @Test("the state after any block comes out of the leaves up to it, from tiles as from disk")
    func anyHeight() async throws {
        let network = try Self.network.get()
        let heads = try Self.heads(network)
        let mirror = try VerificationTests.Mirror(network)
        let directory = try TemporaryDirectory()
        try await network.write(to: directory.path)
        let archive = try LedgerArchive(directory: directory.path)
        let key = try network.validator().verifierKey
        for height in [0, 1, heads.count / 2, heads.count - 2, heads.count - 1] {
            let expected = heads[height]
            let seen = Mutex<[VerificationProgress]>([])
            let served = try await Ledger.view(
                at: UInt64(height), reading: mirror, checkpoint: mirror.checkpoint, trusting: .keys([key]),
                progress: { progress in seen.withLock { $0.append(progress) } })
            let stored = try await archive.view(at: UInt64(height))
            for view in [served, stored] {
                #expect(view.head == expected.head)
                #expect(view.state.tree.root == expected.state.tree.root)
                #expect(view.state.policies == expected.state.policies)
                #expect(view.state.identities == expected.state.identities)
            }
            #expect(seen.withLock { $0.last?.blocks } == UInt64(height) + 1)
        }
        directory.keep()
    }

    @Test("a block that is not there yet, a stranger's checkpoint and a changed leaf are refused")
    func refusals() async throws {
        let network = try Self.network.get()
        var mirror = try VerificationTests.Mirror(network)
        let key = try network.validator().verifierKey
        let height = network.chain.height
        let early = await refusal {
            try await Ledger.view(
                at: height, reading: mirror, checkpoint: mirror.checkpoint, trusting: .keys([key]))
        }
        #expect(early?.code == .notFound)
        let stranger = await refusal {
            try await Ledger.view(
                at: 2, reading: mirror, checkpoint: mirror.checkpoint, trusting: .genesis(Hash(hashing: [1])))
        }
        #expect(stranger?.code == .untrusted)
        // A transaction of block 2 is another's, so that the log up to there is not the one that was signed.
        let path = try #require(TileLayout(size: network.chain.log.size).entryBundle(index: 0))
        var entries = try EntryBundle(parsing: mirror.tiles[path.description] ?? []).entries
        entries[3].append(0x20)
        mirror.tiles[path.description] = try EntryBundle(entries).bytes
        let changed = mirror
        let corrupted = await refusal {
            try await Ledger.view(
                at: 2, reading: changed, checkpoint: changed.checkpoint, trusting: .keys([key]))
        }
        #expect(corrupted?.code == .corrupted)
    }
}
