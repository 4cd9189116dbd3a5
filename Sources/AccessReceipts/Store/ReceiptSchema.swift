import GRDB

/// The tables of a store of receipts, one SQLite file; what each holds and what it may lose.
///
/// - `receipt`: one row a receipt, its position the log's index. Erasing a receipt sets all but `position`, `id` and
///   `entry` to null; rows are never deleted, or the log would not hold together.
/// - `exchange`: streamed exchanges, by the id of the opening receipt, with the positions of both.
/// - `tile`: hashes of the log's tree in tiles of 256; level 0 whole tiles alone, the others as far as they go.
/// - `nonces`: what requests used up, a row a commit; gone once expired.
/// - `forgotten_nonces`: one row, the latest expiry of the nonces that are gone.
/// - `usage`: permitted exchanges by second, and what is long ago in larger steps, for rules that count.
/// - `volume`: bytes of their responses, in the same way.
/// - `anchor`: sizes of the log that stand on the ledger, with the checkpoint signed for each; and one that the ledger was
///   asked to take, without a time as long as it has not said that it did.
enum ReceiptSchema {
    static func migrate(_ writer: some DatabaseWriter) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: first) }
        migrator.registerMigration("2") { try $0.execute(sql: second) }
        migrator.registerMigration("3") { try $0.execute(sql: third) }
        try migrator.migrate(writer)
    }

    private static let third = """
        CREATE TABLE volume (
            rule TEXT NOT NULL,
            dataset TEXT NOT NULL,
            consumer TEXT NOT NULL,
            second INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (rule, dataset, consumer, second)
        ) STRICT, WITHOUT ROWID;
        """

    private static let second = """
        CREATE TABLE forgotten_nonces (
            place INTEGER PRIMARY KEY,
            expires INTEGER NOT NULL
        ) STRICT;
        """

    private static let first = """
        CREATE TABLE log (origin TEXT NOT NULL) STRICT;
        CREATE TABLE receipt (
            position INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            entry BLOB NOT NULL,
            time INTEGER,
            kind INTEGER,
            decision INTEGER,
            consumer TEXT,
            provider TEXT,
            dataset TEXT,
            salt BLOB,
            body BLOB
        ) STRICT;
        CREATE INDEX receipt_time ON receipt (time);
        CREATE INDEX receipt_consumer ON receipt (consumer, time);
        CREATE INDEX receipt_provider ON receipt (provider, time);
        CREATE INDEX receipt_dataset ON receipt (dataset, time);
        CREATE INDEX receipt_denied ON receipt (time) WHERE decision = 1;
        CREATE TABLE exchange (
            id BLOB PRIMARY KEY,
            opening INTEGER NOT NULL,
            closing INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX exchange_open ON exchange (opening) WHERE closing IS NULL;
        CREATE TABLE tile (
            key INTEGER PRIMARY KEY,
            hashes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE nonces (
            expires INTEGER NOT NULL,
            list BLOB NOT NULL
        ) STRICT;
        CREATE INDEX nonces_expires ON nonces (expires);
        CREATE TABLE usage (
            rule TEXT NOT NULL,
            dataset TEXT NOT NULL,
            consumer TEXT NOT NULL,
            second INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (rule, dataset, consumer, second)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE anchor (
            size INTEGER PRIMARY KEY,
            root BLOB NOT NULL,
            ledger_index INTEGER,
            ledger_height INTEGER,
            time INTEGER,
            checkpoint TEXT NOT NULL
        ) STRICT;
        """
}
