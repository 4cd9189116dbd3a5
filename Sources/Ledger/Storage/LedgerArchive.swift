internal import Foundation
internal import GRDB
package import TransparencyLog

/// What stands on disk of a ledger, for reading: also beside the process that writes it.
///
/// Every answer is of whole blocks: a reader never sees part of one.
package final class LedgerArchive: Sendable, TileReader {
    let database: any DatabaseReader

    static let fileName = "ledger.sqlite"

    init(database: any DatabaseReader) { self.database = database }

    /// Opens the ledger in a directory for reading only.
    ///
    /// Throws ``LedgerError`` of code `notFound` where there is none, or `storage`.
    package convenience init(directory: String) throws(LedgerError) {
        let path = Self.path(in: directory)
        guard FileManager.default.fileExists(atPath: path) else {
            throw LedgerError(.notFound, "there is no ledger in `\(directory)`")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let database = try DatabasePool(path: path, configuration: configuration)
            try database.read(LedgerSchema.check)
            self.init(database: database)
        } catch let error as LedgerError { throw error } catch {
            throw LedgerError(.storage, "the ledger in `\(directory)` cannot be opened", cause: error)
        }
    }

    static func path(in directory: String) -> String { directory + "/" + fileName }

    /// Reads in one snapshot.
    func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws(LedgerError)
        -> Value
    {
        do { return try await database.read(body) } catch let error as LedgerError { throw error } catch {
            throw LedgerError(.storage, "the ledger cannot be read", cause: error)
        }
    }

    /// The last block's checkpoint as a signed note.
    package func checkpoint() async throws(LedgerError) -> [UInt8] {
        let bytes = try await read { db in
            try Data.fetchOne(db, sql: "SELECT checkpoint FROM block ORDER BY height DESC LIMIT 1")
        }
        guard let bytes else { throw LedgerError(.notFound, "the ledger has no block") }
        return [UInt8](bytes)
    }

    /// A hash tile or entry bundle as tlog-tiles lays it out.
    ///
    /// Throws ``LedgerError`` of code `notFound` for one that the log of the last block does not have.
    package func tile(_ path: TilePath) async throws -> [UInt8] {
        try await read { db in
            guard let bytes = try Self.bytes(of: path, in: db) else {
                throw LedgerError(.notFound, "the log has no `\(path)`")
            }
            return bytes
        }
    }

    static func bytes(of path: TilePath, in db: Database) throws -> [UInt8]? {
        guard let position = Int64(exactly: path.index) else { return nil }
        switch path.kind {
        case .hashes(let level):
            let hashes = try Data.fetchOne(
                db, sql: "SELECT hashes FROM tile WHERE level = ? AND position = ?", arguments: [level, position])
            guard let hashes, hashes.count >= path.width * Hash.byteCount else { return nil }
            return [UInt8](hashes.prefix(path.width * Hash.byteCount))
        case .entries:
            guard position < Int64.max >> 8 else { return nil }
            let entries = try leaves(from: position << 8, count: path.width, in: db).map(\.data)
            return entries.count == path.width ? try EntryBundle(entries).bytes : nil
        }
    }

    static func leaves(from position: Int64, count: Int, in db: Database) throws -> [(data: [UInt8], outcome: String?)]
    {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT data, outcome FROM leaf WHERE position >= ? ORDER BY position LIMIT ?",
            arguments: [position, count])
        var leaves: [(data: [UInt8], outcome: String?)] = []
        while let row = try rows.next() {
            let data: Data = row[0]
            leaves.append(([UInt8](data), row[1]))
        }
        return leaves
    }
}
