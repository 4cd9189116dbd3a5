package import CityIdentity
import GRDB

extension ReceiptStore {
    /// Nonces that requests used up, for a gateway that starts to refuse as replays.
    package func usedNonces(since time: Timestamp) async throws(ReceiptError) -> UsedNonces {
        try await reader.read { database in
            var living: [NonceRecord] = []
            var forgotten = try Int64.fetchOne(database, sql: "SELECT max(expires) FROM forgotten_nonces")
                .map { Timestamp(milliseconds: $0) }
            let rows = try Row.fetchCursor(database, sql: "SELECT list FROM nonces")
            while let row = try rows.next() {
                guard let list = row.bytes("list").flatMap(NonceRecord.decode) else {
                    throw ReceiptError(.damaged, "the list of nonces is damaged")
                }
                for record in list {
                    if record.expires >= time {
                        living.append(record)
                    } else {
                        forgotten = max(forgotten ?? record.expires, record.expires)
                    }
                }
            }
            return UsedNonces(living: living, forgotten: forgotten)
        }
    }

    /// Closes exchanges that a crash left open: each gets a closing receipt that says `interrupted`.
    ///
    /// To be called when the gateway starts, before it takes exchanges. Returns the closing receipts. Stopped half-way,
    /// the next call does the rest: an opening is closed once.
    @discardableResult
    package func reconcile() async throws(ReceiptError) -> [Receipt] {
        let openings = try await reader.openReceipts()
        var closings: [Receipt] = []
        for stored in openings {
            let time = clock()
            let closing = try stored.receipt().closing(
                id: ReceiptID(at: time), at: time, leaf: stored.entry, end: .interrupted)
            try await append(closing)
            closings.append(closing)
        }
        return closings
    }

    /// Erases a receipt's salt and content, overwriting them on the disk.
    ///
    /// The log's entry stays, so that all proofs hold. Throws ``ReceiptError`` of code `unknownReceipt` where there is none of that id.
    package func erase(_ id: ReceiptID) async throws(ReceiptError) {
        try await perform { writer in
            try writer.pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA secure_delete = ON")
                defer { try? database.execute(sql: "PRAGMA secure_delete = OFF") }
                try database.execute(
                    sql: """
                        UPDATE receipt SET time = NULL, kind = NULL, decision = NULL, consumer = NULL, provider = NULL,
                        dataset = NULL, salt = NULL, body = NULL WHERE id = ?
                        """, arguments: [id.data])
                guard database.changesCount == 1 else {
                    throw ReceiptError(.unknownReceipt, "there is no receipt `\(id)`")
                }
                // The WAL still has what was erased until it is emptied. Where a reader prevents that now, the next
                // checkpoint that finds none does it.
                _ = try? database.checkpoint(.truncate)
            }
        }
    }
}
