import CityIdentity
import Foundation
import Testing
import TransparencyLog

@testable import Ledger

/// The process is killed at every step of a commit; what the next start finds is what ``CommitStep`` says beside it.
@Suite struct CrashTests {
    private static let city = "MA.156.1301"

    /// What a child process is told.
    struct Mission: Codable, Sendable {
        var setup: LedgerSetup
        var transactions: [[UInt8]]
        /// The ``CommitStep`` to die at, and at which block.
        var step: String
        var block: Int

        /// Submits one transaction after the other and dies on the way.
        func run() async throws {
            let seen = Counter()
            var settings = try setup.settings()
            settings.observer = { step in
                guard step.rawValue == self.step, seen.next() == self.block else { return }
                die()
            }
            try await withRunningLedger(setup, settings: settings) { ledger in
                for jws in transactions { _ = try await ledger.submit(jws) }
            }
        }
    }

    private func prepared() async throws -> (TestNetwork, LedgerSetup, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        var network = try TestNetwork()
        try network.admit(Self.city)
        try await network.write(to: directory.path)
        return (network, try network.setup(directory.path), directory)
    }

    /// Three transactions of one key that are made before any is submitted.
    private func transactions(_ network: TestNetwork) throws -> [[UInt8]] {
        let code = try IdentificationCode(Self.city)
        return try (0..<3).map { number in
            var transaction = try network.transaction(
                .identityUpdate(IdentityUpdate(code: code, contact: "contact \(number)")), by: "\(code)#registry")
            transaction.sequence += UInt64(number)
            return try network.sign(transaction)
        }
    }

    @Test(
        "killed at any step, what was committed is whole and what was not is gone", arguments: CommitStep.allCases,
        [1, 3])
    func killed(_ step: CommitStep, _ block: Int) async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let jws = try transactions(network)
        let mission = Mission(setup: setup, transactions: jws, step: step.rawValue, block: block)
        await #expect(processExitsWith: .signal(SIGKILL)) { [mission = mission as Mission] in try await mission.run() }

        let isDurable = CommitStep.allCases.firstIndex(of: step)! >= CommitStep.allCases.firstIndex(of: .committed)!
        let kept = isDurable ? block : block - 1
        let id = try network.id("\(Self.city)#registry")
        let report = try await Ledger.verify(
            LedgerArchive(directory: directory.path), trusting: .keys([network.validator().verifierKey]))
        #expect(report.head.height == network.chain.height - 1 + UInt64(kept))
        try await withRunningLedger(setup) { ledger in
            #expect(ledger.view.nextSequence(id) == network.state.nextSequence(of: id) + UInt64(kept))
            for transaction in jws[..<kept] {
                let error = await refusal { _ = try await ledger.submit(transaction) }
                #expect(error?.code == .wrongSequence)
            }
            for transaction in jws[kept...] {
                let submission = try await ledger.submit(transaction)
                #expect(submission.outcome == .applied)
            }
            #expect(ledger.view.identity(id.code)?.profile.contact == "contact 2")
        }
        _ = try await Ledger.verify(
            LedgerArchive(directory: directory.path), trusting: .keys([network.validator().verifierKey]))
    }

    @Test(
        "a write-ahead log cut anywhere leaves whole blocks",
        arguments: [0, 1, 31, 32, 33, 500, 4_000, 9_000, 20_000, 60_000])
    func cut(_ lost: Int) async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let mission = Mission(
            setup: setup, transactions: try transactions(network), step: CommitStep.answered.rawValue, block: 3)
        await #expect(processExitsWith: .signal(SIGKILL)) { [mission = mission as Mission] in try await mission.run() }
        let path = directory.path + "/ledger.sqlite-wal"
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        try #require(size > 60_000)
        try file.truncate(atOffset: size - UInt64(lost))
        try file.close()
        // The index of the write-ahead log does not survive a power failure.
        try FileManager.default.removeItem(atPath: directory.path + "/ledger.sqlite-shm")

        try await withRunningLedger(setup) { ledger in
            let blocks = Int(ledger.view.height) - Int(network.chain.height) + 1
            #expect((0...3).contains(blocks))
            #expect(lost == 0 ? blocks == 3 : blocks < 3)
        }
        _ = try await Ledger.verify(
            LedgerArchive(directory: directory.path), trusting: .keys([network.validator().verifierKey]))
    }

    @Test("a network killed while it begins is either there or can begin", arguments: CommitStep.allCases)
    func creation(_ step: CommitStep) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        let network = try TestNetwork()
        let setup = try network.setup(directory.path)
        let genesis = network.blocks[0].transactions[0]
        let happens: Set<CommitStep> = [
            .signed, .began, .leavesWritten, .tilesWritten, .stateWritten, .blockWritten, .committed,
        ]
        try #require(happens.isSubset(of: CommitStep.allCases))
        guard happens.contains(step) else { return }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [setup = setup as LedgerSetup, genesis = genesis as [UInt8], name = step.rawValue as String] in
            var settings = try setup.settings()
            settings.observer = { if $0.rawValue == name { die() } }
            _ = try await Ledger.create(directory: setup.directory, genesis: genesis, settings: settings)
        }
        let ledger: Ledger
        if step == .committed {
            ledger = try await Ledger.open(directory: directory.path, settings: setup.settings())
        } else {
            let error = await refusal {
                _ = try await Ledger.open(directory: directory.path, settings: setup.settings())
            }
            #expect(error?.code == .notFound)
            ledger = try await Ledger.create(directory: directory.path, genesis: genesis, settings: setup.settings())
        }
        #expect(ledger.view.height == 0)
        try ledger.close()
    }
}

/// Ends the process as a power failure does, but for what the kernel has in memory.
private func die() -> Never {
    _ = kill(getpid(), SIGKILL)
    // The signal ends the process before this thread goes on.
    while true { pause() }
}

private final class Counter: Sendable {
    private let lock = NSLock()
    // Unsafe holds because every access is made while `lock` is held.
    nonisolated(unsafe) private var count = 0

    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }
}
