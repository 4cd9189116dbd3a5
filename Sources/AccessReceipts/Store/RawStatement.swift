import GRDB
import GRDBSQLite

/// A prepared statement stepped through SQLite's own interface: what is written for every receipt goes this way,
/// without a value boxed for each column.
///
/// Valid only inside the database access that made it, on that access's thread.
struct RawStatement {
    enum Value {
        case null
        case integer(Int64)
        case bytes([UInt8])
        case text(String)
    }

    private let handle: OpaquePointer
    private let connection: OpaquePointer?

    /// Takes the statement from the connection's cache, which keeps it alive.
    init(_ database: Database, _ sql: String) throws {
        handle = try database.cachedStatement(sql: sql).sqliteStatement
        connection = database.sqliteConnection
    }

    /// Runs the statement for its effect; returns how many rows it changed.
    @discardableResult
    func run(_ values: Value...) throws -> Int {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            guard bind(value, Int32(index + 1)) == SQLITE_OK else { throw fault() }
        }
        guard sqlite3_step(handle) == SQLITE_DONE else { throw fault() }
        return Int(sqlite3_changes(connection))
    }

    private func bind(_ value: Value, _ index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let value): sqlite3_bind_int64(handle, index, value)
        case .text(let text): sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), Self.transient)
        case .bytes(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(handle, index, 0)
        case .bytes(let bytes): sqlite3_bind_blob(handle, index, bytes, Int32(bytes.count), Self.transient)
        }
    }

    private func fault() -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)))
    }

    /// `SQLITE_TRANSIENT`, which tells SQLite to copy what is bound.
    ///
    /// It is the number -1 in the place of a function's
    /// address, compared by SQLite and never called, so that no function has to stand behind the cast.
    private static var transient: sqlite3_destructor_type {
        unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
    }
}
