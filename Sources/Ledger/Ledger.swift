package import CityIdentity
package import Logging
internal import Synchronization
package import TransparencyLog

/// A ledger that this process keeps: it takes transactions, makes blocks of them and shows what they lead to.
///
/// Blocks are made while ``run()`` runs. Readers use ``view``, which never waits.
package final class Ledger: Sendable {
    let store: LedgerStore
    let signer: NoteSigner
    let sequencer: any Sequencer
    let queue: SubmissionQueue
    let views: ViewPublisher
    let library: PolicyLibrary
    /// Where the next block goes; only ``run()`` changes it.
    let chain: Mutex<LedgerChain>
    let clock: @Sendable () -> Timestamp
    let observer: CommitObserver?
    let logger: Logger

    private init(
        store: LedgerStore, chain: LedgerChain, checkpoint: SignedNote, head: LedgerCheckpoint, settings: Settings
    ) {
        self.store = store
        signer = settings.signer
        sequencer = settings.sequencer
        queue = SubmissionQueue(limits: settings.limits)
        let library = PolicyLibrary()
        self.library = library
        self.chain = Mutex(chain)
        views = ViewPublisher(LedgerView(chain: chain, head: head, checkpoint: checkpoint, library: library))
        clock = settings.clock
        observer = settings.observer
        logger = settings.logger
    }

    /// What a ledger is run with.
    package struct Settings: Sendable {
        /// Signs checkpoints: a validator of the network, named as the network is.
        package var signer: NoteSigner
        package var sequencer: any Sequencer = EmbeddedSequencer()
        package var limits = BatchLimits.default
        /// The blocks' time.
        package var clock: @Sendable () -> Timestamp = { Timestamp.now() }
        package var logger = Logger(label: "hansa.ledger")
        package var observer: CommitObserver?

        package init(signer: NoteSigner) { self.signer = signer }
    }

    /// The ledger as of the last block.
    package var view: LedgerView { views.view }

    /// Whether transactions are taken now.
    package var isRunning: Bool { queue.isOpen }

    /// How many transactions wait for a block.
    package var waiting: Int { queue.count }

    /// Reads what is on disk: tiles, leaves, proofs.
    package var archive: LedgerArchive { store.archive }

    /// The newest view and each later one; a listener that is slow gets the newest and not those between.
    package func updates() -> AsyncStream<LedgerView> { views.updates() }
}

// MARK: - Opening

extension Ledger {
    /// Begins a network in a directory: its first block holds the genesis and nothing else.
    ///
    /// `genesis` is the signed transaction. Throws ``LedgerError``: `storage` where a ledger is there already,
    /// `refused` where it is no genesis, `untrusted` where the signer is not among its validators.
    package static func create(directory: String, genesis: [UInt8], settings: Settings) async throws(LedgerError)
        -> Ledger
    {
        var chain = LedgerChain()
        let draft = chain.draft([try SignedTransaction(parsing: genesis)], at: settings.clock())
        if case .inadmissible(let error) = draft.executions.first { throw error }
        let block = try chain.append(draft)
        try settings.checkSigner(of: chain.state)
        let note = try block.head.signed(by: settings.signer)
        settings.observer?(.signed)
        // A crash from here to the commit leaves tables without a block, which the next attempt takes for its own.
        let store = try LedgerStore(directory: directory, creating: true)
        try await store.commit(block, checkpoint: note, observer: settings.observer)
        settings.observer?(.committed)
        return Ledger(store: store, chain: chain, checkpoint: note, head: block.head, settings: settings)
    }

    /// Opens the ledger in a directory.
    ///
    /// Throws ``LedgerError``: `notFound`, `locked` where another process has it, `corrupted` where what is stored does
    /// not fit its checkpoint, `untrusted` where the signer is not among its validators.
    package static func open(directory: String, settings: Settings) async throws(LedgerError) -> Ledger {
        let store = try LedgerStore(directory: directory, creating: false)
        let (chain, note) = try await store.archive.load()
        try settings.checkSigner(of: chain.state)
        let head = try LedgerCheckpoint.verify(note, trusting: chain.state.validatorKeys)
        return Ledger(store: store, chain: chain, checkpoint: note, head: head, settings: settings)
    }

    /// Gives the directory back; ``run()`` must have ended.
    package func close() throws(LedgerError) {
        views.finish()
        try store.close()
    }
}

extension Ledger.Settings {
    fileprivate func checkSigner(of state: LedgerState) throws(LedgerError) {
        guard state.validatorKeys.contains(signer.verifierKey) else {
            throw LedgerError(.untrusted, "`\(signer.verifierKey)` is not the key of a validator of the network")
        }
    }
}

// MARK: - Submitting

extension Ledger {
    /// Submits a signed transaction and waits until it stands in a final block.
    ///
    /// Returns also for a recorded no-op, whose reason the outcome has. Throws ``LedgerError`` where it is not recorded:
    /// `malformed`, `tooLarge`, `wrongNetwork`, `wrongTime`, `unknownKey`, `inactiveKey`, `invalidSignature`,
    /// `wrongSequence`, `refused`, `overloaded`, `stopped`; with `storage` it is unknown whether it counts, and the
    /// key's next sequence number will tell.
    ///
    /// With `isStrict` what can be foreseen to change nothing is `refused`, with the reason that would be recorded, and is
    /// not recorded; what others that come in between make of it is seen only then, and is.
    package func submit(_ jws: [UInt8], isStrict: Bool = false) async throws(LedgerError) -> Submission {
        let view = view
        let verified = try checked(jws, on: view)
        if let reason = isStrict ? foreseenRefusal(of: verified, by: view) : nil { throw LedgerError(.refused, reason) }
        return try await queue.submit(verified)
    }

    /// Tries a signed transaction on the ledger as it stands, and records nothing.
    ///
    /// Throws ``LedgerError`` as ``submit(_:isStrict:)`` does with `isStrict`.
    package func foresee(_ jws: [UInt8]) throws(LedgerError) {
        let view = view
        let verified = try checked(jws, on: view)
        if let reason = foreseenRefusal(of: verified, by: view) { throw LedgerError(.refused, reason) }
    }

    /// A transaction that may be waited for a block with.
    private func checked(_ jws: [UInt8], on view: LedgerView) throws(LedgerError) -> SignedTransaction {
        guard isRunning else { throw .notTaking }
        let signed = try SignedTransaction(parsing: jws)
        let state = view.state
        // Refuses here what can be refused without waiting, so that it takes nobody's place in the queue, and has the
        // signature checked on this thread. A higher sequence number may be right by the time the block is made.
        let key = try state.admittedKey(of: signed, at: max(clock(), view.time))
        try state.checkSequence(of: signed.transaction, ahead: queue.limits.waiting)
        let verified = signed.verified(with: key)
        guard verified.isSigned(by: key) else { throw .notSigned(by: signed.transaction.signer) }
        return verified
    }

    /// Why a transaction would change nothing if it came next, by the ledger's own rules; `nil` where it would, or where
    /// others of its key have to come before.
    private func foreseenRefusal(of signed: SignedTransaction, by view: LedgerView) -> String? {
        var state = view.state
        guard case .recorded(.noop(let reason)) = state.execute(signed, at: max(clock(), view.time)) else { return nil }
        return reason
    }
}
