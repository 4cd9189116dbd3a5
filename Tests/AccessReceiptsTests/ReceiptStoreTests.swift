import CityIdentity
import Foundation
import GRDB
import Testing
import TransparencyLog

@testable import AccessReceipts

@Suite struct ReceiptStoreTests {
    @Test func whatIsAppendedIsFoundAgainAfterARestart() async throws {
        try await Samples.withDirectory { directory in
            let receipts = (0..<5).map { Samples.receipt($0) }
            let positions = try await Samples.withStore(directory) { store in
                var positions: [ReceiptPosition] = []
                for receipt in receipts { positions.append(try await store.append(receipt)) }
                return positions
            }
            #expect(positions.map(\.index) == [0, 1, 2, 3, 4])
            #expect(positions.map(\.id) == receipts.map(\.id))
            try await Samples.withStore(directory) { store in
                for (receipt, position) in zip(receipts, positions) {
                    let stored = try #require(try await store.reader.receipt(receipt.id))
                    let content = try #require(stored.content)
                    #expect(try stored.receipt() == receipt)
                    #expect(content.bytes == receipt.encoded)
                    #expect(stored.entry == position.entry)
                    #expect(stored.entry == SaltedLeaf.entry(salt: content.salt, receipt: content.bytes))
                }
                #expect(try await store.reader.receipt(Samples.receipt().id) == nil)
            }
        }
    }

    @Test func theOrderOfTheLogIsThatOfTheCallsAndEveryoneIsToldOnce() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let count = 5000
                let told = AsyncStream<(Int, UInt64)>.makeStream()
                for number in 0..<count {
                    store.append(Samples.receipt(number)) { result in
                        told.continuation.yield((number, (try? result.get().index) ?? .max))
                    }
                }
                var seen = 0
                for await (number, index) in told.stream {
                    #expect(UInt64(number) == index && number == seen)
                    seen += 1
                    if seen == count { break }
                }
                let size = try await store.reader.size()
                #expect(size == UInt64(count))
            }
        }
    }

    @Test func aReceiptIsStoredOnce() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let receipt = Samples.receipt()
                async let first = store.result(of: receipt)
                async let second = store.result(of: receipt)
                let failures = await [first, second].compactMap(\.failure)
                #expect(failures.map(\.code) == [.duplicate])
                let size = try await store.reader.size()
                #expect(size == 1)
                #expect(try await store.append(Samples.receipt(1)).index == 1)
            }
        }
    }

    @Test func saltsDiffer() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                for number in 0..<20 { try await store.append(Samples.receipt(number)) }
                let page = try await store.reader.list()
                #expect(Set(page.receipts.compactMap(\.content?.salt)).count == 20)
                #expect(page.receipts.allSatisfy { $0.content?.salt.count == 32 })
            }
        }
    }

    @Test func tooMuchAtOnceIsRefusedAndTheRestIsTaken() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory, limits: .init(receipts: 10)) { store in
                let results = AsyncStream<Result<ReceiptPosition, ReceiptError>>.makeStream()
                let held = AsyncStream<Void>.makeStream()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // Holds the writer's thread until all have been appended.
                    let release = DispatchGate()
                    group.addTask {
                        try await store.perform { _ in
                            held.continuation.finish()
                            release.wait()
                        }
                    }
                    for await _ in held.stream {}
                    for number in 0..<15 {
                        store.append(Samples.receipt(number)) { results.continuation.yield($0) }
                    }
                    release.open()
                    try await group.waitForAll()
                }
                var codes: [ReceiptError.Code?] = []
                for await result in results.stream {
                    codes.append(result.failure?.code)
                    if codes.count == 15 { break }
                }
                #expect(codes.count { $0 == .overloaded } == 5)
                #expect(codes.count { $0 == nil } == 10)
                let size = try await store.reader.size()
                #expect(size == 10)
                #expect(try await store.append(Samples.receipt(20)).index == 10)
            }
        }
    }

    @Test func anOversizedReceiptIsRefused() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                var receipt = Samples.receipt()
                receipt.target = String(repeating: "x", count: Receipt.maximumSize)
                let error = await #expect(throws: ReceiptError.self) { try await store.append(receipt) }
                #expect(error?.code == .tooLarge)
            }
        }
    }

    @Test func oneProcessWrites() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let error = #expect(throws: ReceiptError.self) {
                    try ReceiptStore(directory: directory, origin: Samples.origin, signer: Samples.signer())
                }
                #expect(error?.code == .locked)
                try await store.append(Samples.receipt())
                #expect(try await ReceiptReader(directory: directory).size() == 1)
            }
            let reader = try ReceiptReader(directory: directory)
            #expect(try await reader.size() == 1)
            #expect(reader.origin == Samples.origin)
        }
    }

    @Test func anotherLogsDirectoryIsRefused() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { _ in }
            let other = try NoteSigner(name: "other", seed: Array(repeating: 1, count: 32))
            let error = #expect(throws: ReceiptError.self) {
                try ReceiptStore(directory: directory, origin: "other", signer: other)
            }
            #expect(error?.code == .damaged)
        }
    }

    @Test func aClosedStoreRefuses() async throws {
        try await Samples.withDirectory { directory in
            let store = try ReceiptStore(directory: directory, origin: Samples.origin, signer: Samples.signer())
            store.close()
            let error = await #expect(throws: ReceiptError.self) { try await store.append(Samples.receipt()) }
            #expect(error?.code == .closed)
        }
    }

    @Test func everyCommitIsSynced() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let settings = try await store.perform { writer in
                    try writer.pool.writeWithoutTransaction { database in
                        try ["synchronous", "journal_mode"].map {
                            try String.fetchOne(database, sql: "PRAGMA \($0)")
                        }
                    }
                }
                #expect(settings == ["2", "wal"])
            }
        }
    }

    /// So few commits do not fill the WAL: the writer itself moves nothing to the file.
    @Test(.timeLimit(.minutes(1))) func pagesLeaveTheWALBesideTheWriter() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                func size() throws -> Int {
                    let path = directory + "/" + ReceiptFiles.name
                    return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
                }
                let before = try size()
                for minute in 0..<192 { try await store.append(Samples.receipt(minute)) }
                while try size() < before + 64 << 10 { try await Task.sleep(for: .milliseconds(5)) }
                #expect(try await store.reader.list(limit: 1000).receipts.count == 192)
            }
        }
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

extension ReceiptStore {
    fileprivate func result(of receipt: Receipt) async -> Result<ReceiptPosition, ReceiptError> {
        await withCheckedContinuation { continuation in append(receipt) { continuation.resume(returning: $0) } }
    }
}
