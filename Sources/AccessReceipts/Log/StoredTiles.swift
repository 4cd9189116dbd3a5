import Foundation
import GRDB
import TransparencyLog

/// The log's tree as it is stored, read within one access to the database.
///
/// The table of tiles has whole tiles of every level and, above level 0, the partial one as far as it goes. The partial
/// tile of level 0 is made from the receipts' own rows.
struct StoredTiles {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// How many entries the log has: positions are dense, so that the last one tells.
    func size() throws -> UInt64 {
        let last = try Int64.fetchOne(database, sql: "SELECT max(position) FROM receipt")
        return last.map { UInt64($0) + 1 } ?? 0
    }

    /// The hashes of a tile, or of a wider one; fewer than the path says where they are not stored.
    func bytes(at path: TilePath) throws -> [UInt8] {
        if path.kind == .entries { return try EntryBundle(entries(path)).bytes }
        if path.level == 0, path.isPartial {
            return try entries(path).flatMap { MerkleTree.leafHash($0).bytes }
        }
        let sql = "SELECT hashes FROM tile WHERE key = ?"
        return try Row.fetchOne(database, sql: sql, arguments: [Self.key(path)])?.bytes("hashes") ?? []
    }

    private func entries(_ path: TilePath) throws -> [[UInt8]] {
        let (start, overflow) = path.index.multipliedReportingOverflow(by: UInt64(TilePath.fullWidth))
        guard !overflow, let position = Int64(exactly: start) else { return [] }
        let sql = "SELECT entry FROM receipt WHERE position >= ? ORDER BY position LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: [position, path.width]).compactMap { $0.bytes("entry") }
    }

    /// The edge to append to.
    func appender() throws -> TileAppender {
        try TileAppender(size: try size()) { try bytes(at: $0) }
    }

    /// Reads the subtrees of a log that had `size` entries.
    func hashes(size: UInt64) -> TileHashReader {
        TileHashReader(size: size) { try bytes(at: $0) }
    }

    /// The key of a tile in its table: a level is below 8, and an index below 2⁵⁶ in a log of 2⁶³ entries.
    static func key(_ path: TilePath) -> Int64 {
        Int64(path.level & 7) << 56 | Int64(bitPattern: path.index & 0xFF_FFFF_FFFF_FFFF)
    }
}

extension Row {
    /// The bytes of a blob; `nil` for null.
    func bytes(_ column: String) -> [UInt8]? {
        (self[column] as Data?).map(Array.init)
    }
}
