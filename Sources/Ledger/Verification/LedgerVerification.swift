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
        let note: SignedNote
        let claim: Checkpoint
        do {
            note = try SignedNote(parsing: bytes)
            claim = try Checkpoint(parsing: note.text)
        } catch { throw LedgerError(.malformed, "the checkpoint is not one", cause: error) }
        if case .keys(let keys) = trust { _ = try LedgerCheckpoint.verify(note, trusting: keys) }
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

/// Executes leaves as they come, block by block.
private struct LedgerExecution {
    private let trust: LedgerTrust
    private let size: UInt64
    private var chain = LedgerChain()
    private var header: BlockHeader?
    private var transactions: [[UInt8]] = []
    private var genesis: Hash?
    private var last: LedgerCheckpoint?
    private var leaves: UInt64 = 0
    private var applied: UInt64 = 0
    private var noops: UInt64 = 0
    private var refusals: [LedgerReport.Refusal] = []

    init(trust: LedgerTrust, size: UInt64) {
        self.trust = trust
        self.size = size
    }

    var progress: VerificationProgress { VerificationProgress(leaves: leaves, size: size, blocks: chain.height) }

    /// Takes the next leaf; says whether a block was completed by it.
    mutating func take(_ leaf: [UInt8]) throws(LedgerError) -> Bool {
        leaves += 1
        guard BlockHeader.isHeader(leaf) else {
            guard header != nil else { throw LedgerError(.corrupted, "the log does not begin with a header leaf") }
            if genesis == nil { try begin(with: leaf) }
            transactions.append(leaf)
            return false
        }
        try completeBlock()
        header = try BlockHeader(parsing: leaf)
        return chain.height > 0
    }

    private mutating func begin(with leaf: [UInt8]) throws(LedgerError) {
        let fingerprint = NetworkGenesis.fingerprint(of: leaf)
        if case .genesis(let trusted) = trust, trusted != fingerprint {
            throw LedgerError(.untrusted, "the genesis is \(fingerprint.hex), not the one that is trusted")
        }
        genesis = fingerprint
    }

    private mutating func completeBlock() throws(LedgerError) {
        guard let header else { return }
        let draft = try chain.executing(Block(header: header, transactions: transactions))
        let block = try chain.append(draft)
        for (offset, outcome) in block.outcomes.enumerated().dropFirst() {
            guard case .noop(let reason) = outcome else {
                applied += 1
                continue
            }
            noops += 1
            if refusals.count < LedgerReport.maximumRefusals {
                refusals.append(.init(index: block.firstIndex + UInt64(offset), reason: reason))
            }
        }
        last = block.head
        self.header = nil
        transactions = []
    }

    /// Compares what the leaves led to with what the checkpoint says.
    mutating func finish(_ note: SignedNote) throws(LedgerError) -> LedgerReport {
        try completeBlock()
        guard let last, let genesis else { throw LedgerError(.corrupted, "the log holds no block") }
        let validators = chain.state.validatorKeys
        let head = try LedgerCheckpoint.verify(note, trusting: validators)
        guard head.stateRoot == last.stateRoot else {
            throw LedgerError(.corrupted, "the leaves lead to another state than the checkpoint says")
        }
        guard head == last else {
            throw LedgerError(.corrupted, "the checkpoint is not the one of block \(last.height)")
        }
        return LedgerReport(
            head: head, genesis: genesis, blocks: chain.height, applied: applied, noops: noops, refusals: refusals,
            validatorKeys: validators, state: chain.state)
    }
}
