import CityIdentity
import Foundation
import GRDB
import Testing
import TransparencyLog

@testable import AccessReceipts

@Suite struct RestartTests {
    static let usage = Usage(rule: "urn:rule:1", dataset: "MA.156.1301/air-quality", consumer: Samples.consumer)
    static let start = Samples.start

    static func nonce(_ text: String, _ seconds: Int64) -> NonceRecord {
        NonceRecord(key: "MA.840.5363000#exchange-1", nonce: text, expires: start.adding(seconds: seconds))
    }

    @Test func noncesComeBackUntilTheyExpire() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                for (text, seconds) in [("a", 10), ("b", 60), ("c", 30)] as [(String, Int64)] {
                    try await store.append(Samples.receipt(), nonce: Self.nonce(text, seconds))
                }
                // A receipt that is refused takes its nonce with it.
                let receipt = Samples.receipt()
                try await store.append(receipt)
                _ = try? await store.append(receipt, nonce: Self.nonce("refused", 60))
            }
            try await Samples.withStore(directory) { store in
                for (seconds, expected) in [(0, "abc"), (10, "abc"), (11, "bc"), (31, "b"), (61, "")] {
                    let time = Self.start.adding(seconds: Int64(seconds))
                    let nonces = try await store.usedNonces(since: time).living.map(\.nonce).sorted().joined()
                    #expect(nonces == expected, "after \(seconds) s")
                }
                let marks = [(10, nil), (11, 10), (31, 30), (61, 60)] as [(Int64, Int64?)]
                for (seconds, mark) in marks {
                    let used = try await store.usedNonces(since: Self.start.adding(seconds: seconds))
                    #expect(used.forgotten == mark.map { Self.start.adding(seconds: $0) }, "after \(seconds) s")
                }
            }
            let later = Self.start.adding(seconds: 61)
            try await Samples.withStore(directory, clock: { later }) { store in
                try await store.append(Samples.receipt(), nonce: Self.nonce("d", 100))
                let rows = try await store.reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM nonces") }
                #expect(rows == 1)
            }
            // What was deleted is known of for good, also where the clock is then set back.
            try await Samples.withStore(directory) { store in
                let used = try await store.usedNonces(since: Self.start)
                #expect(used.living.map(\.nonce) == ["d"])
                #expect(used.forgotten == Self.start.adding(seconds: 60))
            }
        }
    }

    @Test func countsComeBack() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                for second in [0, 0, 1, 30] as [Int64] {
                    let use = store.usage.reserve(Self.usage, at: Self.start.adding(seconds: second))
                    try await store.append(Samples.receipt(), reservations: [use])
                }
                _ = store.usage.reserve(Self.usage, at: Self.start)
                #expect(Self.count(store, since: 0) == 5)
            }
            try await Samples.withStore(directory) { store in
                // The reservation that had no receipt is gone.
                #expect([0, 1, 2, 30, 31].map { Self.count(store, since: $0) } == [4, 2, 1, 1, 0])
            }
        }
    }

    @Test func forgottenRulesStayForgotten() async throws {
        let other = Usage(rule: "urn:rule:2", dataset: Self.usage.dataset, consumer: Samples.consumer, measure: .bytes)
        func counts(_ store: ReceiptStore) -> [Int] {
            [Self.count(store, since: 0)]
                + [Usage.Measure.uses, .bytes].map { measure in
                    store.usage.count(
                        rule: other.rule, dataset: other.dataset, consumer: nil, since: Self.start, measure: measure)
                }
        }
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let reservations = [
                    store.usage.reserve(Self.usage, at: Self.start),
                    store.usage.reserve(other, amount: 700, at: Self.start),
                    store.usage.reserve(
                        Usage(rule: other.rule, dataset: "d", consumer: Samples.consumer), at: Self.start),
                ]
                try await store.append(Samples.receipt(), reservations: reservations)
                #expect(store.usage.rules == [Self.usage.rule, other.rule])
                #expect(counts(store) == [1, 0, 700])
                try await store.forgetUsage(of: [other.rule, "urn:rule:none"])
                #expect(store.usage.rules == [Self.usage.rule])
                #expect(counts(store) == [1, 0, 0])
            }
            try await Samples.withStore(directory) { store in
                #expect(store.usage.rules == [Self.usage.rule])
                #expect(counts(store) == [1, 0, 0])
                let rows = try await store.reader.read { database in
                    try Usage.Measure.allCases.map {
                        try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0.table)")
                    }
                }
                #expect(rows == [1, 0])
                // A rule that is in force anew counts anew.
                try await store.append(
                    Samples.receipt(1), reservations: [store.usage.reserve(other, amount: 5, at: Self.start)])
            }
            try await Samples.withStore(directory) { store in #expect(counts(store) == [1, 0, 5]) }
        }
    }

    private static func count(_ store: ReceiptStore, since second: Int64) -> Int {
        store.usage.count(
            rule: usage.rule, dataset: usage.dataset, consumer: usage.consumer, since: start.adding(seconds: second))
    }

    @Test func aFailedReceiptGivesItsUseBack() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let receipt = Samples.receipt()
                try await store.append(receipt, reservations: [store.usage.reserve(Self.usage, at: Self.start)])
                _ = try? await store.append(receipt, reservations: [store.usage.reserve(Self.usage, at: Self.start)])
                #expect(Self.count(store, since: 0) == 1)
                var long = Samples.receipt()
                long.target = String(repeating: "x", count: Receipt.maximumSize)
                _ = try? await store.append(long, reservations: [store.usage.reserve(Self.usage, at: Self.start)])
                #expect(Self.count(store, since: 0) == 1)
            }
        }
    }

    @Test func whatACrashLeftOpenIsClosedOnce() async throws {
        try await Samples.withDirectory { directory in
            let opening = Samples.receipt(1, kind: .opening)
            let closed = Samples.receipt(2, kind: .opening)
            try await Samples.withStore(directory) { store in
                try await store.append(opening)
                let position = try await store.append(closed)
                try await store.append(
                    closed.closing(
                        id: ReceiptID(at: Self.start), at: Self.start, leaf: position.entry, end: .complete))
            }
            let later = Self.start.adding(seconds: 600)
            try await Samples.withStore(directory, clock: { later }) { store in
                let closings = try await store.reconcile()
                let position = try #require(try await store.reader.receipt(opening.id))
                #expect(closings.count == 1)
                #expect(
                    closings.first?.kind
                        == .closing(.init(opening: opening.id, openingLeaf: position.entry, end: .interrupted)))
                #expect(closings.first?.time == later)
                #expect(closings.first?.speaks(ofSameExchangeAs: opening) == true)
                let stored = try #require(try await store.reader.closing(of: opening))
                #expect(try stored.receipt() == closings.first)
                #expect(try await store.reconcile().isEmpty)
            }
            try await Samples.withStore(directory) { store in
                let closings = try await store.reconcile()
                #expect(closings.isEmpty)
            }
        }
    }

    @Test func onlyAnOpenExchangeIsClosed() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let opening = Samples.receipt(kind: .opening)
                func closing(_ leaf: [UInt8]) -> Receipt {
                    opening.closing(id: ReceiptID(at: Self.start), at: Self.start, leaf: leaf, end: .failed)
                }
                let wrong = [UInt8](repeating: 0, count: 32)
                await Self.expectNotOpen(store, closing(wrong))
                let entry = try await store.append(opening).entry
                await Self.expectNotOpen(store, closing(wrong))
                try await store.append(closing(entry))
                await Self.expectNotOpen(store, closing(entry))
                let size = try await store.reader.size()
                #expect(size == 2)
            }
        }
    }

    private static func expectNotOpen(_ store: ReceiptStore, _ closing: Receipt) async {
        let error = await #expect(throws: ReceiptError.self) { try await store.append(closing) }
        #expect(error?.code == .notOpen)
    }

    @Test func anErasedReceiptLeavesTheLogAsItWas() async throws {
        try await Samples.withDirectory { directory in
            let marker = "a purpose that must be gone from the disk"
            try await Samples.withStore(directory) { store in
                var receipt = Samples.receipt()
                receipt.purpose = marker
                try await Samples.fill(store, 3)
                try await store.append(receipt)
                try await Samples.fill(store, 3)
                #expect(try Self.contains(marker, directory))
                let before = try store.checkpoint()
                try await store.erase(receipt.id)
                #expect(try store.checkpoint() == before)
                let stored = try #require(try await store.reader.receipt(receipt.id))
                #expect(stored.content == nil && stored.position == 3)
                #expect(throws: ReceiptError.self) { try stored.receipt() }
                let listed = try await store.reader.list().receipts
                #expect(listed.count == 6 && !listed.contains { $0.id == receipt.id })
                let unknown = await #expect(throws: ReceiptError.self) {
                    try await store.erase(ReceiptID(at: Self.start))
                }
                #expect(unknown?.code == .unknownReceipt)
                #expect(try !Self.contains(marker, directory))
            }
            #expect(try !Self.contains(marker, directory))
            try await Samples.withStore(directory) { store in
                let index = try await store.append(Samples.receipt()).index
                #expect(index == 7)
            }
        }
    }

    private static func contains(_ text: String, _ directory: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: directory).contains { name in
            try Data(contentsOf: URL(filePath: directory).appending(path: name)).range(of: Data(text.utf8)) != nil
        }
    }
}
