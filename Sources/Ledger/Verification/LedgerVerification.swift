package import TransparencyLog

/// What whoever verifies a ledger believes beforehand.
package enum LedgerTrust: Sendable {
    /// Keys of which one must have signed the checkpoint.
    case keys([NoteVerifierKey])
    /// The fingerprint of the genesis (``NetworkGenesis/fingerprint(of:)``); the validators it names sign.
    case genesis(Hash)
}

/// How far a verification is.
package struct VerificationProgress: Sendable, Hashable {
    /// Leaves executed.
    package let leaves: UInt64
    /// Leaves in all.
    package let size: UInt64
    /// Blocks executed.
    package let blocks: UInt64
}

/// What was found by deriving a ledger anew: everything in it holds.
package struct LedgerReport: Sendable {
    package let head: LedgerCheckpoint
    /// The fingerprint of the genesis.
    package let genesis: Hash
    package let blocks: UInt64
    /// Transactions that did what they ask.
    package let applied: UInt64
    /// Transactions that are recorded and did nothing.
    package let noops: UInt64
    /// The first of those, at most ``maximumRefusals``.
    package let refusals: [Refusal]
    /// The keys of the network's validators.
    package let validatorKeys: [NoteVerifierKey]
    /// The state that the leaves lead to.
    package let state: LedgerState
}

extension LedgerReport {
    /// A transaction that did nothing, and why.
    package struct Refusal: Sendable, Hashable {
        package let index: UInt64
        package let reason: String
    }

    /// How many refusals a report tells of.
    package static let maximumRefusals = 100
}

extension NetworkGenesis {
    /// What names a network beyond doubt: SHA-256 of the signed genesis transaction.
    package static func fingerprint(of genesis: [UInt8]) -> Hash { Hash(hashing: genesis) }
}

extension Ledger {
    /// Derives a ledger anew from its leaves, and compares all that is served of it with what comes out.
    ///
    /// Checked are: the checkpoint's signature; every tile; every header (height, root before it, state before it, time);
    /// every transaction by the rules; the roots of log and state that the checkpoint states. `checkpoint` is the signed
    /// note, and `reader` any source of the log's tiles, here or on another machine. Throws ``LedgerError``: `untrusted`,
    /// `corrupted` with the first thing that does not hold, `malformed`, `storage` where reading failed.
    package static func verify(
        reading reader: some TileReader, checkpoint bytes: [UInt8], trusting trust: LedgerTrust,
        progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> LedgerReport {
        let (note, claim) = try claim(bytes, trust)
        var execution = LedgerExecution(trust: trust, size: claim.size)
        do {
            let log = TiledLog(size: claim.size, root: claim.root, reader: reader)
            try await log.rederive { _, leaf in
                if try execution.take(leaf) { progress(execution.progress) }
            }
        } catch let error as LedgerError { throw error } catch let error as TransparencyLogError {
            throw LedgerError(.corrupted, "the log does not hold together", cause: error)
        } catch { throw LedgerError(.storage, "the log cannot be read", cause: error) }
        let report = try execution.finish(note)
        progress(execution.progress)
        return report
    }

    /// What a checkpoint says, as far as it can be believed before any leaf is read.
    static func claim(_ bytes: [UInt8], _ trust: LedgerTrust) throws(LedgerError) -> (SignedNote, Checkpoint) {
        let note: SignedNote
        let claim: Checkpoint
        do {
            note = try SignedNote(parsing: bytes)
            claim = try Checkpoint(parsing: note.text)
        } catch { throw LedgerError(.malformed, "the checkpoint is not one", cause: error) }
        if case .keys(let keys) = trust { _ = try LedgerCheckpoint.verify(note, trusting: keys) }
        return (note, claim)
    }

    /// Derives the ledger on disk anew, and compares with it the state that is kept beside the leaves.
    ///
    /// `checkpoint` is one that the archive had before; the newest where there is none.
    package static func verify(
        _ archive: LedgerArchive, checkpoint: [UInt8]? = nil, trusting trust: LedgerTrust,
        progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> LedgerReport {
        _ = try await archive.load()
        let bytes = if let checkpoint { checkpoint } else { try await archive.checkpoint() }
        return try await verify(reading: archive, checkpoint: bytes, trusting: trust, progress: progress)
    }
}
