internal import CityIdentity
internal import Foundation
internal import GRDB
internal import TransparencyLog

extension LedgerArchive {
    /// The chain as of the last block, from the stored state rather than from all leaves, and its checkpoint.
    ///
    /// The state's root and the log's root, computed from what was read, must be those that the checkpoint states.
    func load() async throws(LedgerError) -> (chain: LedgerChain, checkpoint: SignedNote) {
        let stored = try await read { db in try StoredChain(db) }
        let head = try LedgerCheckpoint(stored.checkpoint)
        let state = try await LedgerState.reading(stored.entries)
        guard state.tree.root == head.stateRoot else {
            throw LedgerError(.corrupted, "the stored state is not the one of block \(head.height)")
        }
        guard stored.log.size == head.size, stored.log.root == head.root else {
            throw LedgerError(.corrupted, "the stored tiles are not those of block \(head.height)")
        }
        let chain = LedgerChain(state: state, log: stored.log, height: head.height + 1, time: head.time)
        return (chain, stored.note)
    }
}

/// What the store holds of the last block.
private struct StoredChain: Sendable {
    let note: SignedNote
    let checkpoint: Checkpoint
    let log: TileAppender
    let entries: [(key: String, value: [UInt8])]

    init(_ db: Database) throws {
        let row = try Row.fetchOne(db, sql: "SELECT size, checkpoint FROM block ORDER BY height DESC LIMIT 1")
        guard let row else { throw LedgerError(.notFound, "the ledger has no block") }
        let size: Int64 = row[0]
        let bytes: Data = row[1]
        note = try SignedNote(parsing: [UInt8](bytes))
        checkpoint = try Checkpoint(parsing: note.text)
        log = try TileAppender(size: UInt64(size)) { path in
            guard let bytes = try LedgerArchive.bytes(of: path, in: db) else {
                throw LedgerError(.corrupted, "the store lacks `\(path)`")
            }
            return bytes
        }
        entries = try Self.entries(db)
    }

    private static func entries(_ db: Database) throws -> [(key: String, value: [UInt8])] {
        let rows = try Row.fetchCursor(db, sql: "SELECT key, value FROM state")
        var entries: [(key: String, value: [UInt8])] = []
        while let row = try rows.next() {
            let value: Data = row[1]
            entries.append((row[0], [UInt8](value)))
        }
        return entries
    }
}
