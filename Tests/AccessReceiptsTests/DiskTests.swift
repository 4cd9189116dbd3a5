import CityIdentity
import Foundation
import GRDB
import Testing
import TransparencyLog

@testable import AccessReceipts

/// A disk that is full, and a file that another process has locked.
@Suite(.serialized) struct DiskTests {
    @Test(.enabled(if: SmallDisk.path == nil && SmallDisk.isPossible, "no small file system can be mounted here"))
    func aFullDiskRefusesUntilThereIsRoom() throws {
        #expect(try SmallDisk.run("DiskTests/onASmallDisk", kibibytes: 8192) == 0)
    }

    /// What the test above runs in a process of its own.
    @Test(.enabled(if: SmallDisk.path != nil, "runs as part of aFullDiskRefusesUntilThereIsRoom"))
    func onASmallDisk() async throws {
        let disk = try #require(SmallDisk.path)
        var stored: [ReceiptID] = []
        try await Samples.withStore(disk + "/receipts") { store in
            for _ in 1...2 {
                try SmallDisk.fill(disk, leaving: 1 << 20)
                let codes = await Self.appendUntilRefused(store, &stored)
                #expect(codes.contains(.full) && codes.allSatisfy { $0 == .full || $0 == .storage })
                try await Self.expect(stored, in: store)
                try SmallDisk.clear(disk)
                stored.append(try await store.append(Samples.receipt(), reservations: [Self.use(store)]).id)
                try await Self.expect(stored, in: store)
            }
            #expect(stored.count > 20)
            try SmallDisk.fill(disk, leaving: 0)
        }
        try SmallDisk.clear(disk)
        try await Samples.withStore(disk + "/receipts") { store in try await Self.expect(stored, in: store) }
    }

    /// Appends until ten in a row were refused; returns why they were.
    private static func appendUntilRefused(_ store: ReceiptStore, _ stored: inout [ReceiptID]) async
        -> [ReceiptError.Code]
    {
        var codes: [ReceiptError.Code] = []
        while codes.count < 10 {
            do throws(ReceiptError) {
                stored.append(try await store.append(Samples.receipt(), reservations: [use(store)]).id)
                codes = []
            } catch { codes.append(error.code) }
        }
        return codes
    }

    /// Another process holds SQLite's lock, as `sqlite3` in the hands of an operator would.
    @Test func aLockedFileRefusesUntilItIsFree() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                var stored = [try await store.append(Samples.receipt(), reservations: [Self.use(store)]).id]
                try await Self.whileLocked(directory) {
                    for _ in 0..<3 {
                        let error = await #expect(throws: ReceiptError.self) {
                            try await store.append(Samples.receipt(), reservations: [Self.use(store)])
                        }
                        #expect(error?.code == .locked)
                    }
                    try await Self.expect(stored, in: store)
                }
                stored.append(try await store.append(Samples.receipt(), reservations: [Self.use(store)]).id)
                try await Self.expect(stored, in: store)
            }
        }
    }

    /// What was acknowledged is there, nothing else is, and nothing else counts.
    private static func expect(_ stored: [ReceiptID], in store: ReceiptStore) async throws {
        let edge = store.published.edge
        #expect(edge.size == UInt64(stored.count))
        let root = try await store.reader.root(size: edge.size)
        #expect(root == edge.root)
        for (index, id) in stored.enumerated() {
            let found = try await store.reader.receipt(id)
            #expect(found?.position == UInt64(index))
        }
        let uses = store.usage.count(
            rule: RestartTests.usage.rule, dataset: RestartTests.usage.dataset, consumer: nil, since: Samples.start)
        #expect(uses == stored.count)
    }

    private static func use(_ store: ReceiptStore) -> UsageReservation {
        store.usage.reserve(RestartTests.usage, at: Samples.start)
    }

    /// Runs a body while another process has the file locked.
    private static func whileLocked(_ directory: String, _ body: () async throws -> Void) async throws {
        let (held, release) = (directory + "/held", directory + "/release")
        async let holder = #expect(processExitsWith: .success) { [directory = directory as String] in
            try await DiskTests.lock(directory)
        }
        try await wait(for: held)
        try await body()
        _ = FileManager.default.createFile(atPath: release, contents: nil)
        _ = await holder
    }

    /// Locks the file until another one appears beside it, or whoever asked for it is gone.
    static func lock(_ directory: String) async throws {
        let queue = try DatabaseQueue(path: directory + "/" + ReceiptFiles.name)
        try await queue.writeWithoutTransaction { database in
            try database.inTransaction(.exclusive) {
                _ = FileManager.default.createFile(atPath: directory + "/held", contents: nil)
                let parent = getppid()
                while getppid() == parent, !FileManager.default.fileExists(atPath: directory + "/release") {
                    usleep(10_000)
                }
                return .rollback
            }
        }
    }

    private static func wait(for path: String) async throws {
        for _ in 0..<3000 where !FileManager.default.fileExists(atPath: path) {
            try await Task.sleep(for: .milliseconds(10))
        }
        try #require(FileManager.default.fileExists(atPath: path))
    }
}
