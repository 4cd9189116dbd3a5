internal import GRDB

/// The tables of a ledger's file.
///
/// Everything but `leaf` and `block.checkpoint` could be computed from the leaves; it is kept so that a start need not.
enum LedgerSchema {
    static let version = 2

    /// Makes the tables, unless a creation that was cut short before its first block has made them.
    static func createUnlessBegun(_ db: Database) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA user_version") != 0 else { return try create(db) }
        try check(db)
        guard try Int.fetchOne(db, sql: "SELECT count(*) FROM block") == 0 else {
            throw LedgerError(.storage, "the directory holds a ledger already")
        }
    }

    private static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                -- The log: header leaves and transactions. `outcome` is the reason of a no-op, else null.
                CREATE TABLE leaf (position INTEGER PRIMARY KEY, data BLOB NOT NULL, outcome TEXT);
                -- The ends of blocks. `size` and `root` are the log's after the block.
                CREATE TABLE block (
                    height INTEGER PRIMARY KEY, size INTEGER NOT NULL UNIQUE, time INTEGER NOT NULL,
                    checkpoint BLOB NOT NULL);
                -- Hash tiles by level and index; of the last one of each level as many hashes as there are.
                CREATE TABLE tile (
                    level INTEGER NOT NULL, position INTEGER NOT NULL, hashes BLOB NOT NULL,
                    UNIQUE (level, position));
                -- The state after the last block.
                CREATE TABLE state (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL);
                -- Where each size of a receipt log was anchored.
                CREATE TABLE anchor (
                    origin TEXT NOT NULL, size INTEGER NOT NULL, leaf INTEGER NOT NULL,
                    PRIMARY KEY (origin, size)) WITHOUT ROWID;
                """)
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    static func check(_ db: Database) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found == version else {
            let words = found == 0 ? "holds no ledger" : "is of format \(found), and this program reads \(version)"
            throw LedgerError(found == 0 ? .notFound : .storage, "the ledger's file \(words)")
        }
    }
}
