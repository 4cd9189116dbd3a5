import CityIdentity
import GRDB
import Logging
import Synchronization
import Testing
import TransparencyLog

@testable import AccessReceipts

@Suite struct AnchoringTests {
    /// A clock that a test moves.
    final class Clock: Sendable {
        private let time = Mutex(Samples.start)
        var now: Timestamp { time.withLock { $0 } }
        func move(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    private static func anchorer(_ store: ReceiptStore, _ ledger: TestLedger) -> ReceiptAnchorer {
        ReceiptAnchorer(store: store, ledger: ledger.anchoring, logger: Logger(label: "test"))
    }

    @Test func onlyWhatIsNewIsAnchored() async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let anchorer = Self.anchorer(store, ledger)
                #expect(try await !anchorer.anchor())
                for count in [1, 2, 300, 4] {
                    try await Samples.fill(store, count)
                    #expect(try await anchorer.anchor())
                    #expect(try await !anchorer.anchor())
                }
            }
            // The test's ledger checks every consistency proof, as the real one does.
            #expect(ledger.anchors.map(\.size) == [1, 3, 303, 307])
            #expect(ledger.anchors.map(\.previousSize) == [0, 1, 3, 303])
            try await Samples.withStore(directory) { store in
                try await Samples.fill(store, 1)
                #expect(try await Self.anchorer(store, ledger).anchor())
            }
            #expect(ledger.anchors.last?.previousSize == 307)
        }
    }

    @Test func theLagGrowsUntilTheLedgerTakesAnAnchor() async throws {
        let ledger = try TestLedger()
        let clock = Clock()
        let settings = AnchorSettings(allowedLag: .seconds(60))
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory, anchoring: settings, clock: { clock.now }) { store in
                let anchorer = Self.anchorer(store, ledger)
                #expect(store.anchorState(at: clock.now).lag == .zero)
                try await Samples.fill(store, 3)
                ledger.fail(with: CancellationError())
                clock.move(seconds: 60)
                let error = await #expect(throws: ReceiptError.self) { try await anchorer.anchor() }
                #expect(error?.code == .anchoring)
                let allowed = store.anchorState(at: clock.now)
                #expect(allowed.lag == .seconds(60) && allowed.pending == 3 && allowed.refusal == nil)
                clock.move(seconds: 1)
                #expect(store.anchorState(at: clock.now).refusal != nil)
                ledger.fail(with: nil)
                #expect(try await anchorer.anchor())
                let state = store.anchorState(at: clock.now)
                #expect(state.lag == .zero && state.pending == 0 && state.refusal == nil)
            }
        }
    }

    @Test func theLagSurvivesARestart() async throws {
        let ledger = try TestLedger()
        let late = Samples.start.adding(seconds: 3600)
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await store.append(Samples.receipt(0))
                try await Self.anchorer(store, ledger).anchor()
                try await store.append(Samples.receipt(1))
            }
            try await Samples.withStore(directory, clock: { late }) { store in
                let state = store.anchorState(at: late)
                #expect(state.pending == 1 && state.lag == .seconds(3540) && state.refusal != nil)
            }
            let settings = AnchorSettings(beyondAllowedLag: .proceed)
            try await Samples.withStore(directory, anchoring: settings, clock: { late }) { store in
                #expect(store.anchorState(at: late).refusal == nil)
            }
        }
    }

    @Test func evidenceIsMadeOfAnAnchorThatACrashKeptFromBeingNoted() async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await Samples.fill(store, 5)
                try await Self.anchorer(store, ledger).anchor()
                try await store.perform { writer in
                    try writer.pool.write { try $0.execute(sql: "UPDATE anchor SET time = NULL") }
                }
            }
            let reader = try ReceiptReader(directory: directory)
            #expect(try await reader.latestAnchor() == nil)
            let id = try #require(try await reader.list().receipts.last).id
            #expect(try await reader.evidence(for: id, ledger: ledger.evidence).items.count == 1)
        }
    }

    @Test func whatTheLedgerWasAskedForInVainIsForgotten() async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let refusing = AnchorLedger(latest: { _ in nil }, submit: { _ in throw CancellationError() })
                for _ in 0..<3 {
                    try await Samples.fill(store, 2)
                    _ = try? await ReceiptAnchorer(
                        store: store, ledger: refusing, logger: Logger(label: "test")
                    ).anchor()
                }
                #expect(store.anchorState(at: Samples.start).pending == 6)
                try await Self.anchorer(store, ledger).anchor()
                let sizes = try await store.reader.read { try Int.fetchAll($0, sql: "SELECT size FROM anchor") }
                #expect(sizes == [6])
            }
        }
    }

    @Test func anAnchorThatACrashKeptFromBeingNotedIsTakenUp() async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await Samples.fill(store, 5)
                try await Self.anchorer(store, ledger).anchor()
                try await store.perform { writer in
                    try writer.pool.write { try $0.execute(sql: "DELETE FROM anchor") }
                }
            }
            try await Samples.withStore(directory) { store in
                #expect(store.anchorState(at: Samples.start).pending == 5)
                #expect(try await !Self.anchorer(store, ledger).anchor())
                #expect(store.anchorState(at: Samples.start).pending == 0)
                let id = try #require(try await store.reader.list().receipts.last).id
                _ = try await store.reader.evidence(for: id, ledger: ledger.evidence)
            }
            #expect(ledger.anchors.count == 1)
        }
    }

    @Test(arguments: [0, 5, 10])
    func aLogThatTheLedgerDoesNotLeadToIsNotAnchored(receipts: Int) async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await Samples.fill(store, 7)
                try await Self.anchorer(store, ledger).anchor()
            }
        }
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory, anchoring: .init(interval: .milliseconds(1))) { store in
                for _ in 0..<receipts { try await store.append(Samples.receipt()) }
                let running = Task { await Self.anchorer(store, ledger).run() }
                while store.anchorState(at: Samples.start).divergence == nil { await Task.yield() }
                running.cancel()
                await running.value
                #expect(store.anchorState(at: Samples.start).refusal != nil)
            }
        }
        #expect(ledger.anchors.count == 1)
    }

    @Test func whileItRunsWhatIsNewIsAnchored() async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory, anchoring: .init(interval: .milliseconds(5))) { store in
                let running = Task { await Self.anchorer(store, ledger).run() }
                for count in 1...3 {
                    try await store.append(Samples.receipt())
                    while ledger.anchors.last?.size != UInt64(count) { await Task.yield() }
                }
                running.cancel()
                await running.value
            }
        }
    }
}
