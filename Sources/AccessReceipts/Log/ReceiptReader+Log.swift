import GRDB
package import TransparencyLog

extension ReceiptReader {
    /// A tile of hashes or a bundle of entries, as tlog-tiles has them; `nil` for one that the log does not have.
    ///
    /// Entries are the salted leaves, 32 bytes each, and tell nothing of the receipts.
    package func tile(_ path: TilePath) async throws(ReceiptError) -> [UInt8]? {
        let size = try await size()
        guard TileLayout(size: size).contains(path) else { return nil }
        let bytes = try await read { try StoredTiles($0).bytes(at: path) }
        let tile = path.kind == .entries ? bytes : Array(bytes.prefix(path.width * Hash.byteCount))
        guard path.kind == .entries || tile.count == path.width * Hash.byteCount else {
            throw ReceiptError(.damaged, "`\(path)` is not stored whole")
        }
        return tile
    }

    /// The root of the log when it had that many entries.
    func root(size: UInt64) async throws(ReceiptError) -> Hash {
        try await read { try MerkleTree.root(size: size, reader: StoredTiles($0).hashes(size: size)) }
    }

    /// The proof that the log of one size begins with the log of another (RFC 6962 section 2.1.2).
    func consistencyProof(from old: UInt64, to size: UInt64) async throws(ReceiptError) -> [Hash] {
        try await read {
            try MerkleTree.consistencyProof(from: old, to: size, reader: StoredTiles($0).hashes(size: size))
        }
    }

    /// The proof that an entry is in the log of a size (RFC 6962 section 2.1.1).
    func inclusionProof(of index: UInt64, size: UInt64) async throws(ReceiptError) -> [Hash] {
        try await read {
            try MerkleTree.inclusionProof(of: index, size: size, reader: StoredTiles($0).hashes(size: size))
        }
    }

    /// The latest anchor that this store knows to stand on the ledger.
    package func latestAnchor() async throws(ReceiptError) -> StoredAnchor? {
        try await read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM anchor WHERE time IS NOT NULL ORDER BY size DESC LIMIT 1")
                .map(StoredAnchor.init(row:))
        }
    }

    /// The checkpoint that was signed for an anchor of that size; `nil` where none was.
    func anchoredCheckpoint(size: UInt64) async throws(ReceiptError) -> SignedNote? {
        try await read { database in
            let sql = "SELECT checkpoint FROM anchor WHERE size = ?"
            let text = try String.fetchOne(database, sql: sql, arguments: [Int64(clamping: size)])
            return try text.map { text in
                do { return try SignedNote(parsing: Array(text.utf8)) } catch {
                    throw ReceiptError(.damaged, "a stored checkpoint is damaged", cause: error)
                }
            }
        }
    }
}

extension ReceiptStore {
    /// The signed checkpoint of all that is on stable storage.
    package func checkpoint() throws(ReceiptError) -> [UInt8] {
        let edge = published.edge
        return try checkpoints.checkpoint(size: edge.size, root: edge.root)
    }

    /// A tile of hashes or a bundle of entries; `nil` for one that the log does not have.
    package func tile(_ path: TilePath) async throws(ReceiptError) -> [UInt8]? {
        try await reader.tile(path)
    }
}
