package import CityIdentity
import GRDB
package import TransparencyLog

/// An anchor of this log that stands on the ledger, as the store remembers it.
package struct StoredAnchor: Sendable, Hashable {
    package let size: UInt64
    package let root: Hash
    package let place: AnchorPlace?
    /// When it was made, by the gateway's clock.
    package let time: Timestamp
    /// The checkpoint of that size, signed when the anchor was made.
    package let checkpoint: [UInt8]
}

extension StoredAnchor {
    init(row: Row) throws {
        guard let root = row.bytes("root").flatMap({ Hash($0) }) else {
            throw ReceiptError(.damaged, "a stored anchor is damaged")
        }
        self.init(
            size: UInt64(row["size"] as Int64), root: root, place: AnchorPlace(row: row),
            time: Timestamp(milliseconds: row["time"]), checkpoint: Array((row["checkpoint"] as String).utf8))
    }

    /// Writes the anchor down, once the ledger is known to have taken it; what it was asked for before is gone then.
    func store(_ database: Database) throws {
        let index: Int64? = place.map { Int64(clamping: $0.index) }
        let height: Int64? = place.map { Int64(clamping: $0.height) }
        try database.execute(
            sql: "INSERT OR REPLACE INTO anchor VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                Int64(clamping: size), root.data, index, height, time.milliseconds,
                String(decoding: checkpoint, as: UTF8.self),
            ])
        try database.execute(
            sql: "DELETE FROM anchor WHERE time IS NULL AND size < ?", arguments: [Int64(clamping: size)])
    }

    /// Writes down the checkpoint of an anchor that the ledger is about to be asked for.
    static func prepare(size: UInt64, root: Hash, checkpoint: [UInt8], _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO anchor (size, root, checkpoint) VALUES (?, ?, ?)",
            arguments: [Int64(clamping: size), root.data, String(decoding: checkpoint, as: UTF8.self)])
    }
}

extension AnchorPlace {
    fileprivate init?(row: Row) {
        guard let index = row["ledger_index"] as Int64?, let height = row["ledger_height"] as Int64? else { return nil }
        self.init(index: UInt64(index), height: UInt64(height))
    }
}
