internal import Foundation
internal import GRDB
package import TransparencyLog

extension LedgerArchive {
    /// A leaf and what it came to.
    package struct Entry: Sendable {
        /// Its place in the log.
        package let index: UInt64
        /// The leaf: a header leaf or a signed transaction.
        package let data: [UInt8]
        package let outcome: Outcome
    }

    /// The leaves from an index on, at most that many.
    package func entries(from index: UInt64, count: Int) async throws(LedgerError) -> [Entry] {
        guard let position = Int64(exactly: index), count > 0 else { return [] }
        return try await read { db in
            try Self.leaves(from: position, count: count, in: db).enumerated().map { offset, leaf in
                let outcome = leaf.outcome.map(Outcome.noop) ?? .applied
                return Entry(index: index + UInt64(offset), data: leaf.data, outcome: outcome)
            }
        }
    }

    /// One leaf.
    ///
    /// Throws ``LedgerError`` of code `notFound` past the end of the log.
    package func entry(at index: UInt64) async throws(LedgerError) -> Entry {
        guard let entry = try await entries(from: index, count: 1).first, entry.index == index else {
            throw LedgerError(.notFound, "the log has no leaf \(index)")
        }
        return entry
    }

    /// The heights of the blocks that leaves stand in; a leaf that the log does not have is left out.
    package func heights(of leaves: [UInt64]) async throws(LedgerError) -> [UInt64: UInt64] {
        try await read { db in
            var heights: [UInt64: UInt64] = [:]
            for leaf in Set(leaves) {
                guard let position = Int64(exactly: leaf) else { continue }
                let height = try Int64.fetchOne(
                    db, sql: "SELECT height FROM block WHERE size > ? ORDER BY size LIMIT 1", arguments: [position])
                heights[leaf] = height.map(UInt64.init)
            }
            return heights
        }
    }

    /// A leaf with its proof of inclusion, as c2sp.org/tlog-proof@v1, to the last checkpoint.
    package func proof(of index: UInt64) async throws(LedgerError) -> TransparencyProof {
        try await read { db in try Self.proof(of: index, in: db) }
    }

    private static func proof(of index: UInt64, in db: Database) throws -> TransparencyProof {
        let bytes = try Data.fetchOne(db, sql: "SELECT checkpoint FROM block ORDER BY height DESC LIMIT 1")
        guard let bytes else { throw LedgerError(.notFound, "the ledger has no block") }
        let note = try SignedNote(parsing: [UInt8](bytes))
        let size = try Checkpoint(parsing: note.text).size
        guard index < size else { throw LedgerError(.notFound, "the log has no leaf \(index)") }
        let tiles = TileHashReader(size: size) { path in
            guard let bytes = try Self.bytes(of: path, in: db) else {
                throw LedgerError(.corrupted, "the store lacks `\(path)`")
            }
            return bytes
        }
        let hashes = try MerkleTree.inclusionProof(of: index, size: size, reader: tiles)
        return try TransparencyProof(index: index, hashes: hashes, checkpoint: note)
    }

    /// The first anchor of a receipt log that covers a size, proven to stand on the ledger.
    package struct AnchorProof: Sendable {
        /// How many receipts the anchored log holds.
        package let size: UInt64
        /// The anchoring transaction, which is the leaf.
        package let leaf: [UInt8]
        /// The leaf's inclusion to the last checkpoint.
        package let proof: TransparencyProof
    }

    /// The first anchor that covers a size of a receipt log; `nil` where none does yet.
    package func anchorProof(origin: String, covering size: UInt64) async throws(LedgerError) -> AnchorProof? {
        guard let wanted = Int64(exactly: size) else { return nil }
        return try await read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT size, leaf FROM anchor WHERE origin = ? AND size >= ? ORDER BY size LIMIT 1",
                arguments: [origin, wanted])
            guard let row else { return nil }
            let (anchored, position): (Int64, Int64) = (row[0], row[1])
            guard let leaf = try Self.leaves(from: position, count: 1, in: db).first?.data else {
                throw LedgerError(.corrupted, "the anchor of `\(origin)` names a leaf that is not there")
            }
            let proof = try Self.proof(of: UInt64(position), in: db)
            return AnchorProof(size: UInt64(anchored), leaf: leaf, proof: proof)
        }
    }
}
