import CityIdentity
import Foundation
import GRDB
import TransparencyLog

/// Reads a store of receipts; from the process that writes it, or from another beside it.
package final class ReceiptReader: Sendable {
    /// Receipts on one page at most.
    package static let maximumPage = 1000
    /// Receipts that one call looks at on the way to a page.
    private static let maximumScan = 20_000

    /// The name of the log.
    package let origin: String

    let pool: DatabasePool
    /// The log in memory, where this reads for the store that writes.
    private let published: PublishedLog?

    init(pool: DatabasePool, origin: String, published: PublishedLog) {
        self.pool = pool
        self.origin = origin
        self.published = published
    }

    /// Opens the store in a directory for reading alone.
    package init(directory: String) throws(ReceiptError) {
        do {
            pool = try ReceiptFiles.openForReading(directory)
            guard let origin = try pool.read({ try String.fetchOne($0, sql: "SELECT origin FROM log") }) else {
                throw ReceiptError(.damaged, "the receipts in `\(directory)` name no log")
            }
            self.origin = origin
            published = nil
        } catch {
            throw ReceiptError(storage: error)
        }
    }

    /// How many receipts are stored.
    package func size() async throws(ReceiptError) -> UInt64 { try await edge().size }

    func edge() async throws(ReceiptError) -> TileAppender {
        if let published { return published.edge }
        return try await read { try StoredTiles($0).appender() }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ReceiptError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw ReceiptError(storage: error)
        }
    }

    /// The receipt of that id; `nil` where there is none.
    package func receipt(_ id: ReceiptID) async throws(ReceiptError) -> StoredReceipt? {
        try await read { database in
            let sql = "SELECT position, id, entry, salt, body FROM receipt WHERE id = ?"
            return try Row.fetchOne(database, sql: sql, arguments: [id.data]).map(StoredReceipt.init(row:))
        }
    }

    /// The receipt that closed an opening one; `nil` where none did.
    package func closing(of opening: Receipt) async throws(ReceiptError) -> StoredReceipt? {
        try await read { database in
            let sql = """
                SELECT position, receipt.id AS id, entry, salt, body FROM exchange JOIN receipt ON position = closing
                WHERE exchange.id = ?
                """
            return try Row.fetchOne(database, sql: sql, arguments: [opening.id.data]).map(StoredReceipt.init(row:))
        }
    }

    /// Opening receipts that have no closing one.
    func openReceipts() async throws(ReceiptError) -> [StoredReceipt] {
        try await read { database in
            let sql = """
                SELECT position, receipt.id AS id, entry, salt, body FROM exchange JOIN receipt ON position = opening
                WHERE closing IS NULL AND body IS NOT NULL ORDER BY opening
                """
            return try Row.fetchAll(database, sql: sql).map(StoredReceipt.init(row:))
        }
    }

    /// Receipts that a filter lets through, the latest first.
    package func list(
        _ filter: ReceiptFilter = ReceiptFilter(), after cursor: ReceiptCursor? = nil, limit: Int = 100
    ) async throws(ReceiptError) -> ReceiptPage {
        let limit = min(max(1, limit), Self.maximumPage)
        let plan = ReceiptScan(filter, after: cursor)
        return try await read { database in
            var page = ReceiptPage(receipts: [])
            var scanned = 0
            let rows = try Row.fetchCursor(database, sql: plan.sql, arguments: plan.arguments)
            while let row = try rows.next() {
                scanned += 1
                if plan.accepts(row) { page.receipts.append(try StoredReceipt(row: row)) }
                if page.receipts.count == limit || scanned == Self.maximumScan {
                    page.next = ReceiptCursor(row: row)
                    break
                }
            }
            return page
        }
    }
}

extension StoredReceipt {
    /// Reads a row with the columns `position`, `id`, `entry`, `salt` and `body`.
    init(row: Row) throws {
        guard let id = row.bytes("id").flatMap(ReceiptID.init(bytes:)), let entry = row.bytes("entry"),
            entry.count == SaltedLeaf.length
        else { throw ReceiptError(.damaged, "a stored receipt is damaged") }
        var content: Content?
        if let salt = row.bytes("salt"), let body = row.bytes("body") { content = Content(salt: salt, bytes: body) }
        self.init(position: UInt64(row["position"] as Int64), id: id, entry: entry, content: content)
    }
}

extension ReceiptID {
    /// The bytes as the tables hold them.
    var data: Data { Data(bytes) }
}

extension Hash {
    /// The bytes as the tables hold them.
    var data: Data { Data(bytes) }
}
