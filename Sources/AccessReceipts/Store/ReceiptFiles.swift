import CityIdentity
import Foundation
import GRDB
import TransparencyLog

/// The file of a store of receipts, opened one way or the other.
enum ReceiptFiles {
    static let name = "receipts.sqlite"
    /// Pages of the WAL after which a commit also moves them to the file: 32 MiB.
    private static let checkpointPages = 4096

    /// Makes the directory and the file for their owner alone, and takes what others may read of them away.
    ///
    /// SQLite gives its other files the mode that this one has.
    static func keepPrivate(_ directory: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
        let path = directory + "/" + name
        if !files.fileExists(atPath: path) { _ = files.createFile(atPath: path, contents: nil) }
        for file in [path, path + "-wal", path + "-shm"] where files.fileExists(atPath: file) {
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
    }

    /// Opens or makes the file for the one process that writes it.
    static func openForWriting(_ directory: String, origin: String) throws -> DatabasePool {
        var configuration = configuration()
        configuration.prepareDatabase { database in
            // Takes effect where the file is new; afterwards it is what it is.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA page_size = 8192") }
        }
        let pool = try DatabasePool(path: directory + "/" + name, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // An acknowledged receipt is one that a power cut leaves: every commit syncs the WAL.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
            try database.execute(sql: "PRAGMA cache_size = -65536")
        }
        try ReceiptSchema.migrate(pool)
        try pool.write { database in
            let stored = try String.fetchOne(database, sql: "SELECT origin FROM log")
            if stored == nil { try database.execute(sql: "INSERT INTO log VALUES (?)", arguments: [origin]) }
            guard (stored ?? origin).utf8.elementsEqual(origin.utf8) else {
                throw ReceiptError(.damaged, "the receipts in `\(directory)` are those of `\(stored ?? "")`")
            }
        }
        return pool
    }

    /// Opens the file once more beside the one that writes it, to move pages from the WAL to it.
    static func openForCheckpoints(_ directory: String) throws -> DatabaseQueue {
        var configuration = configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return try DatabaseQueue(path: directory + "/" + name, configuration: configuration)
    }

    /// Opens the file for reading, beside a process that writes it or alone.
    static func openForReading(_ directory: String) throws -> DatabasePool {
        let path = directory + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            throw ReceiptError(.storage, "there are no receipts in `\(directory)`")
        }
        var configuration = configuration()
        configuration.readonly = true
        return try DatabasePool(path: path, configuration: configuration)
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(1)
        configuration.maximumReaderCount = 4
        configuration.label = "receipts"
        return configuration
    }
}

/// What a store holds that a gateway must know before it serves.
struct StoredState {
    var edge: TileAppender
    var openings: [ReceiptID: [UInt8]]
    var anchored: UInt64
    var unanchoredSince: Timestamp?

    init(_ database: Database) throws {
        edge = try StoredTiles(database).appender()
        openings = [:]
        let sql = """
            SELECT receipt.id AS id, entry FROM exchange JOIN receipt ON position = opening WHERE closing IS NULL
            """
        for row in try Row.fetchAll(database, sql: sql) {
            guard let id = row.bytes("id").flatMap(ReceiptID.init(bytes:)), let entry = row.bytes("entry") else {
                throw ReceiptError(.damaged, "the list of open exchanges is damaged")
            }
            openings[id] = entry
        }
        let size = try Int64.fetchOne(database, sql: "SELECT max(size) FROM anchor WHERE time IS NOT NULL") ?? 0
        anchored = UInt64(max(0, size))
        guard anchored < edge.size else { return }
        let sinceSQL = "SELECT time FROM receipt WHERE position >= ? AND time IS NOT NULL ORDER BY position LIMIT 1"
        let since = try Int64.fetchOne(database, sql: sinceSQL, arguments: [size])
        unanchoredSince = Timestamp(milliseconds: since ?? 0)
    }
}
