internal import TransparencyLog

/// Executes leaves as they come, block by block.
struct LedgerExecution {
    private let trust: LedgerTrust
    private let size: UInt64
    private(set) var chain = LedgerChain()
    private var header: BlockHeader?
    private var transactions: [[UInt8]] = []
    private var genesis: Hash?
    /// The head of the last block that is complete.
    private(set) var last: LedgerCheckpoint?
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

    /// Executes the block whose leaves were taken; none follows that belongs to it.
    mutating func completeBlock() throws(LedgerError) {
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
