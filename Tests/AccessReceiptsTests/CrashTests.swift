import CityIdentity
import Foundation
import GRDB
import Synchronization
import Testing
import TransparencyLog

@testable import AccessReceipts

/// What a crash leaves at every step that goes to the disk, and what a step that fails leaves.
@Suite(.serialized) struct CrashTests {
    static let rounds = 3
    static let perRound = 4

    /// Commits of all kinds of receipts, with the WAL moved to the file in between; hears of every acknowledgement.
    static func work(
        _ directory: String, _ receipts: [Receipt], opened: @escaping @Sendable () -> Void = {},
        acknowledged: @escaping @Sendable (Int) -> Void
    ) async throws {
        try await Samples.withStore(directory) { store in
            opened()
            for round in 0..<rounds {
                await commit(Array(round * perRound..<(round + 1) * perRound), receipts, store, acknowledged)
                guard round > 0 else { continue }
                _ = try? await store.perform { writer in
                    try writer.pool.writeWithoutTransaction { _ = try $0.checkpoint(round == 1 ? .passive : .truncate) }
                }
            }
        }
    }

    /// Appends receipts together and waits until all have an answer.
    private static func commit(
        _ numbers: [Int], _ receipts: [Receipt], _ store: ReceiptStore,
        _ acknowledged: @escaping @Sendable (Int) -> Void
    ) async {
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            let left = Mutex(numbers.count)
            for number in numbers {
                let use = store.usage.reserve(RestartTests.usage, at: Samples.start)
                store.append(
                    receipts[number], nonce: RestartTests.nonce("\(number)", 60), reservations: [use]
                ) { result in
                    if case .success = result { acknowledged(number) }
                    let isLast = left.withLock { left in
                        left -= 1
                        return left == 0
                    }
                    if isLast { done.resume() }
                }
            }
        }
    }

    static func receipts() -> [Receipt] {
        (0..<rounds * perRound).map { Samples.receipt($0, kind: $0 % 5 == 0 ? .opening : .single) }
    }

    /// What is found afterwards: every acknowledged receipt once, in a log that holds together and goes on.
    static func expectWhole(_ directory: String, _ receipts: [Receipt], _ acknowledged: Set<Int>, _ place: Comment)
        async throws
    {
        try await Samples.withStore(directory) { store in
            let stored = try await store.reader.list(limit: 1000).receipts
            let ids = stored.map(\.id)
            #expect(Set(ids).count == ids.count, place)
            #expect(Set(stored.map(\.position)) == Set(0..<UInt64(stored.count)), place)
            for number in acknowledged { #expect(ids.contains(receipts[number].id), place) }
            let edge = store.published.edge
            #expect(edge.size == UInt64(stored.count), place)
            for receipt in stored {
                let content = try #require(receipt.content)
                let entry = SaltedLeaf.entry(salt: content.salt, receipt: content.bytes)
                let proof = try await store.reader.inclusionProof(of: receipt.position, size: edge.size)
                let isIncluded = MerkleTree.verifyInclusion(
                    of: MerkleTree.leafHash(entry), at: receipt.position, size: edge.size, root: edge.root, proof: proof
                )
                #expect(isIncluded && entry == receipt.entry, place)
            }
            let nonces = Set(try await store.usedNonces(since: Samples.start).living.map(\.nonce))
            #expect(nonces.count == stored.count, place)
            let uses = store.usage.count(
                rule: "urn:rule:1", dataset: RestartTests.usage.dataset, consumer: nil, since: Samples.start)
            #expect(uses == stored.count, place)
            let openings = try stored.count { try $0.receipt().kind == .opening }
            let closed = try await store.reconcile().count
            #expect(closed == openings, place)
        }
    }

    @Test func whateverTheCrashLeavesEveryAcknowledgedReceiptIsThereOnce() async throws {
        let receipts = Self.receipts()
        let events = try await Samples.withDirectory { directory in
            TracingVFS.follow(directory)
            try await Self.work(directory, receipts) { TracingVFS.note($0, directory) }
            return TracingVFS.end(directory)
        }
        #expect(events.count { $0.isStep } > 30)
        var disk = CrashedDisk()
        var acknowledged: Set<Int> = []
        var generator = SystemRandomNumberGenerator()
        var seen: Set<[String: [UInt8]]> = []
        for (number, event) in events.enumerated() {
            if case .note(let receipt) = event {
                acknowledged.insert(receipt)
                seen = []
                continue
            }
            // Killed before this step; half-way through it; the power gone with what was not synced, all or some.
            for state in disk.states(before: event, using: &generator) where seen.insert(state.files).inserted {
                try await Samples.withDirectory { directory in
                    try state.write(to: directory)
                    try await Self.expectWhole(directory, receipts, acknowledged, "step \(number), \(state.name)")
                }
            }
            disk.apply(event)
        }
        #expect(acknowledged.count == receipts.count)
    }

    /// Every step of the same work fails once, done or not, as a full disk, a bad one, or one that does not sync.
    @Test(arguments: [(TracingVFS.full, false), (TracingVFS.unwritable, true)])
    func aStepThatFailsIsToldToThoseThatWaitAndTheStoreRecovers(code: Int32, isDone: Bool) async throws {
        let receipts = Self.receipts()
        for step in 1... {
            let acknowledged = Mutex<Set<Int>>([])
            let steps = try await Samples.withDirectory { directory in
                let fault = TracingVFS.Fault(step: step, code: code, isDone: isDone)
                try await Self.work(directory, receipts) {
                    TracingVFS.follow(directory, fault: fault)
                } acknowledged: { number in
                    acknowledged.withLock { _ = $0.insert(number) }
                }
                let steps = TracingVFS.end(directory).count
                let told = acknowledged.withLock { $0 }
                // One commit at most fails; those before and after it are taken.
                #expect(told.count >= receipts.count - Self.perRound, "step \(step)")
                try await Self.expectWhole(directory, receipts, told, "step \(step)")
                return steps
            }
            if steps < step - 1 { break }
        }
    }
}
