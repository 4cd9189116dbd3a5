import CityIdentity
import Synchronization
import Testing
import TransparencyLog

@testable import Ledger

/// Sequencing where another process may have been first.
@Suite struct SequencerTests {
    /// Answers the blocks it was given for their heights, and for others what is put forward.
    final class Rival: Sequencer {
        private let blocks: Mutex<[UInt64: Block]>

        init(_ blocks: [Block]) {
            self.blocks = Mutex(Dictionary(uniqueKeysWithValues: blocks.map { ($0.header.height, $0) }))
        }

        func decide(_ block: Block) async throws(LedgerError) -> Block {
            blocks.withLock { blocks in
                if let decided = blocks[block.header.height] { return decided }
                blocks[block.header.height] = block
                return block
            }
        }
    }

    private let city = "MA.156.1301"

    @Test("blocks of others are taken up, and what waits comes after them")
    func superseded() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        var network = try TestNetwork()
        try network.admit(city)
        try await network.write(to: directory.path)
        let setup = try network.setup(directory.path)
        let code = try IdentificationCode(city)
        let ours = try network.sign(
            .identityUpdate(IdentityUpdate(code: code, contact: "ours")), by: "\(city)#registry")
        var rival = network
        rival.time = TestNetwork.start.adding(seconds: 600)
        try rival.submit(.keyAdd(rival.declare("\(city)#tls-1")), by: "MA.156.1301.90#registry")
        _ = try rival.publish("\(city)/air", by: "\(city)#policy-1")
        let theirs = Array(rival.blocks.dropFirst(network.blocks.count))
        var settings = try setup.settings()
        settings.sequencer = Rival(theirs)
        let height = network.chain.height
        try await withRunningLedger(setup, settings: settings) { ledger in
            let submission = try await ledger.submit(ours)
            #expect(submission.outcome == .applied)
            #expect(submission.height == height + UInt64(theirs.count))
            #expect(ledger.view.datasets.count == 1)
            #expect(ledger.view.identity(code)?.profile.contact == "ours")
            #expect(try await ledger.archive.entry(at: submission.index).data == ours)
        }
    }

    @Test("a block that does not follow the last one stops the ledger before anything is stored")
    func unrelated() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        var network = try TestNetwork()
        try await network.write(to: directory.path)
        let setup = try network.setup(directory.path)
        let height = network.chain.height
        let stranger = BlockHeader(
            height: height, previousRoot: .init(hashing: [1]), time: network.time, stateRoot: network.state.tree.root)
        var settings = try setup.settings()
        settings.sequencer = Rival([Block(header: stranger, transactions: [])])
        let jws = try network.sign(.keyAdd(network.declare("MA.156.1301.90#tls-1")), by: "MA.156.1301.90#registry")
        let ledger = try await Ledger.open(directory: directory.path, settings: settings)
        let running = Task { try await ledger.run() }
        while !ledger.isRunning { await Task.yield() }
        let error = await refusal { try await ledger.submit(jws) }
        #expect(error?.code == .corrupted)
        let stop = await refusal { try await running.value }
        #expect(stop?.code == .corrupted)
        #expect(ledger.view.height == height - 1)
        try ledger.close()
    }
}
