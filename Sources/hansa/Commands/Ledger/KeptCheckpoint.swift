import CityIdentity
import Foundation
import Ledger
import TransparencyLog

/// The newest checkpoint of the ledger that a home has checked, kept so that a history that is changed later is noticed.
///
/// Whoever signs checkpoints could sign two histories and show each to others; who keeps what was shown holds the proof.
struct KeptCheckpoint {
    let path: String

    /// Where a checkpoint goes that the kept one contradicts.
    var conflictPath: String { path + ".conflict" }

    init(home: Home) { path = home.directory + "/ledger.checkpoint" }

    /// What the checkpoint that was kept says of the newer one.
    enum Comparison {
        /// There was none before.
        case first
        /// The newer ledger begins with all that the kept one had; equal where nothing is new.
        case extends(LedgerCheckpoint)
    }

    /// Compares a checkpoint, checked already, with the kept one, and keeps it in its place.
    ///
    /// - Throws: `CommandError` with the status `no` where the ledger does not begin with what was there before; the
    ///   checkpoint is then kept beside the other.
    func follow(_ note: [UInt8], in source: LedgerSource, trusting keys: [NoteVerifierKey]) async throws -> Comparison {
        let newer: LedgerCheckpoint
        do { newer = try LedgerCheckpoint.verify(SignedNote(parsing: note), trusting: keys) } catch {
            throw CommandError(.no, "the ledger's checkpoint does not hold", cause: error)
        }
        guard FileManager.default.fileExists(atPath: path) else {
            try OutputFile.write(note, to: path)
            return .first
        }
        let older = try read(trusting: keys)
        try await check(older, newer, note, in: source)
        if newer.size > older.size { try OutputFile.write(note, to: path) }
        return .extends(older)
    }

    private func read(trusting keys: [NoteVerifierKey]) throws -> LedgerCheckpoint {
        do {
            return try LedgerCheckpoint.verify(SignedNote(parsing: InputFile.bytes(path)), trusting: keys)
        } catch let error as CommandError { throw error } catch {
            throw CommandError(
                .input, "the checkpoint in `\(path)` is not one of this ledger",
                advice: "move it away if this home has joined another network", cause: error)
        }
    }

    private func check(_ older: LedgerCheckpoint, _ newer: LedgerCheckpoint, _ note: [UInt8], in source: LedgerSource)
        async throws
    {
        guard newer.size >= older.size else {
            throw try conflict(
                note, "the ledger has \(newer.size) entries; \(older.size) were there at \(older.time)")
        }
        if newer.size == older.size {
            guard newer.root == older.root else {
                throw try conflict(note, "two checkpoints of \(newer.size) entries have different roots")
            }
            return
        }
        do {
            _ = try await TiledLog(size: newer.size, root: newer.root, reader: source)
                .consistencyProof(from: older.size, oldRoot: older.root)
        } catch let error as TransparencyLogError where error.code == .consistencyNotProven {
            throw try conflict(note, "the ledger does not begin with the \(older.size) entries of \(older.time)")
        }
    }

    private func conflict(_ note: [UInt8], _ words: String) throws -> CommandError {
        try OutputFile.write(note, to: conflictPath)
        return CommandError(
            .no, words,
            advice: "`\(path)` and `\(conflictPath)` are both signed: show them to the other members of the network")
    }
}

extension LedgerSource {
    /// The checkpoint, signed by one of these keys.
    func checkpoint(signedBy keys: [NoteVerifierKey]) async throws -> LedgerCheckpoint {
        let bytes = try await checkpoint()
        do {
            return try LedgerCheckpoint.verify(SignedNote(parsing: bytes), trusting: keys)
        } catch {
            throw CommandError(.no, "the ledger's checkpoint does not hold", cause: error)
        }
    }

    /// The fingerprint of the genesis, proven to stand under a checkpoint.
    func genesis(under checkpoint: LedgerCheckpoint) async throws -> Hash {
        do {
            let log = TiledLog(size: checkpoint.size, root: checkpoint.root, reader: self)
            return NetworkGenesis.fingerprint(of: try await log.entry(at: 1).entry)
        } catch let error as TransparencyLogError {
            throw CommandError(.no, "the genesis is not proven by the ledger's checkpoint", cause: error)
        }
    }
}
