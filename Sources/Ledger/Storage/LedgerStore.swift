internal import CityIdentity
internal import Dispatch
internal import Foundation
internal import GRDB
internal import TransparencyLog

/// The one writer of a ledger's file.
final class LedgerStore: Sendable {
    private let database: DatabasePool
    private let lock: DirectoryLock
    private let queue = DispatchQueue(label: "hansa.ledger.store")
    let archive: LedgerArchive

    /// Takes the directory for this process and opens, or creates, the file in it.
    init(directory: String, creating: Bool) throws(LedgerError) {
        let path = LedgerArchive.path(in: directory)
        do {
            if creating {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
            let exists = FileManager.default.fileExists(atPath: path)
            guard creating || exists else { throw LedgerError(.notFound, "there is no ledger in `\(directory)`") }
            lock = try DirectoryLock(directory: directory)
            try Self.keepToOwner(path)
            database = try Self.open(path)
            try database.write { db in
                if creating {
                    try LedgerSchema.createUnlessBegun(db)
                } else {
                    try LedgerSchema.check(db)
                }
            }
            archive = LedgerArchive(database: database)
        } catch let error as LedgerError { throw error } catch {
            throw LedgerError(.storage, "the ledger in `\(directory)` cannot be opened", cause: error)
        }
    }

    /// Makes the file the owner's alone; SQLite gives the files beside it the same mode.
    private static func keepToOwner(_ path: String) throws {
        let files = FileManager.default
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard files.fileExists(atPath: path) || files.createFile(atPath: path, contents: nil, attributes: attributes)
        else { throw LedgerError(.storage, "`\(path)` cannot be created") }
        for file in [path, path + "-wal", path + "-shm"] where files.fileExists(atPath: file) {
            try files.setAttributes(attributes, ofItemAtPath: file)
        }
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        let database = try DatabasePool(path: path, configuration: configuration)
        // A pool sets NORMAL when it opens, with which a commit could be lost in a power failure.
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        return database
    }

    /// SQLite's number for how a commit reaches the disk; 2 is FULL.
    func synchronous() throws -> Int? {
        try database.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
    }

    /// Stores a block with all that follows from it, whole or not at all; when this returns it is on stable storage.
    ///
    /// It runs to its end even where the task is cancelled, on a thread that may wait for the disk.
    func commit(_ block: ExecutedBlock, checkpoint: SignedNote, observer: CommitObserver?) async throws(LedgerError) {
        let result = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result { try self.write(block, checkpoint, observer) })
            }
        }
        do { try result.get() } catch {
            throw LedgerError(.storage, "block \(block.head.height) could not be stored", cause: error)
        }
    }

    private func write(_ block: ExecutedBlock, _ checkpoint: SignedNote, _ observer: CommitObserver?) throws {
        try database.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                observer?(.began)
                try Self.insertLeaves(of: block, in: db)
                observer?(.leavesWritten)
                try Self.insertTiles(of: block, in: db)
                observer?(.tilesWritten)
                try Self.insertState(of: block, in: db)
                observer?(.stateWritten)
                try Self.insertBlock(block, checkpoint, in: db)
                observer?(.blockWritten)
                return .commit
            }
        }
    }

    private static func insertLeaves(of block: ExecutedBlock, in db: Database) throws {
        let statement = try db.cachedStatement(sql: "INSERT INTO leaf (position, data, outcome) VALUES (?, ?, ?)")
        for (offset, leaf) in block.leaves.enumerated() {
            var reason: String?
            if case .noop(let text) = block.outcomes[offset] { reason = text }
            let position = Int64(block.firstIndex) + Int64(offset)
            try statement.execute(arguments: [position, Data(leaf), reason])
        }
    }

    private static func insertTiles(of block: ExecutedBlock, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO tile (level, position, hashes) VALUES (?, ?, ?)")
        for tile in block.tiles {
            try statement.execute(arguments: [tile.path.level, Int64(tile.path.index), Data(tile.bytes)])
        }
    }

    private static func insertState(of block: ExecutedBlock, in db: Database) throws {
        let set = try db.cachedStatement(sql: "INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)")
        let remove = try db.cachedStatement(sql: "DELETE FROM state WHERE key = ?")
        for change in block.changes {
            if let value = change.value {
                try set.execute(arguments: [change.key, Data(value)])
            } else {
                try remove.execute(arguments: [change.key])
            }
        }
        let anchor = try db.cachedStatement(sql: "INSERT INTO anchor (origin, size, leaf) VALUES (?, ?, ?)")
        for anchored in block.anchors {
            try anchor.execute(arguments: [anchored.origin, Int64(anchored.size), Int64(anchored.index)])
        }
    }

    private static func insertBlock(_ block: ExecutedBlock, _ checkpoint: SignedNote, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO block (height, size, time, checkpoint) VALUES (?, ?, ?, ?)")
        let head = block.head
        try statement.execute(
            arguments: [
                Int64(head.height), Int64(head.size), head.time.milliseconds, Data(checkpoint.bytes),
            ])
    }

    /// Gives the directory back and closes the file.
    func close() throws(LedgerError) {
        do { try database.close() } catch { throw LedgerError(.storage, "the ledger cannot be closed", cause: error) }
        lock.release()
    }
}
