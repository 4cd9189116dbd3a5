package import CityIdentity
package import TransparencyLog

/// A log and the state it leads to, at the end of a block: all that the next block stands on.
///
/// A value without clock and I/O, like the state itself; sequencing, replication, recovery and verification from
/// scratch all go through it.
package struct LedgerChain: Sendable {
    package private(set) var state: LedgerState
    package private(set) var log: TileAppender
    /// How many blocks there are.
    package private(set) var height: UInt64
    /// The last block's time.
    package private(set) var time: Timestamp

    /// Nothing yet.
    package init() {
        self.init(state: LedgerState(), log: TileAppender(), height: 0, time: .earliest)
    }

    init(state: LedgerState, log: TileAppender, height: UInt64, time: Timestamp) {
        self.state = state
        self.log = log
        self.height = height
        self.time = time
    }

    /// The header of the block that comes next, if it is made at that time.
    package func nextHeader(at now: Timestamp) -> BlockHeader {
        BlockHeader(height: height, previousRoot: log.root, time: max(now, time), stateRoot: state.tree.root)
    }

    /// Makes the next block of transactions, and executes it.
    ///
    /// Those that are inadmissible are left out; `executions` has an answer for each. Where nothing is left there is
    /// no block.
    func draft(_ transactions: [SignedTransaction], at now: Timestamp) -> BlockDraft {
        let header = nextHeader(at: now)
        var draft = BlockDraft(header: header, state: state, firstIndex: log.size)
        for signed in transactions { draft.add(signed) }
        return draft
    }

    /// Executes a block that was made elsewhere.
    ///
    /// Throws ``LedgerError`` of code `corrupted` where its header does not stand on this chain.
    func executing(_ block: Block) throws(LedgerError) -> BlockDraft {
        let expected = nextHeader(at: block.header.time)
        guard block.header == expected else {
            throw LedgerError(.corrupted, "the header of block \(height) is not one that follows the block before")
        }
        var draft = BlockDraft(header: block.header, state: state, firstIndex: log.size)
        for leaf in block.transactions { draft.add(leaf: leaf) }
        return draft
    }

    /// Takes a block up.
    mutating func append(_ draft: consuming BlockDraft) throws(LedgerError) -> ExecutedBlock {
        let firstIndex = log.size
        var tiles: [Tile] = []
        for leaf in draft.block.leaves { tiles += log.append(MerkleTree.leafHash(leaf)) }
        tiles += log.partialTiles
        state = draft.state
        let changes = state.seal()
        guard let network = state.network else {
            throw LedgerError(.refused, "the first block holds no genesis that can be executed")
        }
        let head = LedgerCheckpoint(
            network: network.name, height: height, size: log.size, root: log.root, stateRoot: state.tree.root,
            time: draft.header.time)
        height += 1
        time = draft.header.time
        let anchors = draft.anchors.map {
            AnchoredSize(origin: $0.origin, size: $0.size, index: firstIndex + $0.offset)
        }
        return ExecutedBlock(
            block: draft.block, firstIndex: firstIndex, outcomes: [.applied] + draft.outcomes, tiles: tiles,
            changes: changes, anchors: anchors, head: head)
    }
}

/// Where a receipt log's size was anchored.
struct AnchoredSize: Sendable {
    let origin: String
    let size: UInt64
    let index: UInt64
}

/// A block in the making: its transactions so far and the state after them.
struct BlockDraft: Sendable {
    let header: BlockHeader
    private(set) var state: LedgerState
    private(set) var transactions: [[UInt8]] = []
    /// What each of ``transactions`` came to.
    private(set) var outcomes: [Outcome] = []
    /// What became of each transaction that was added, recorded or not.
    private(set) var executions: [Execution] = []
    /// Anchors with the place of their leaf in the block.
    private(set) var anchors: [(origin: String, size: UInt64, offset: UInt64)] = []

    /// The place of the header leaf in the log.
    private let firstIndex: UInt64

    init(header: BlockHeader, state: LedgerState, firstIndex: UInt64) {
        self.header = header
        self.state = state
        self.firstIndex = firstIndex
    }

    var block: Block { Block(header: header, transactions: transactions) }

    /// Adds a transaction if it is admissible.
    mutating func add(_ signed: SignedTransaction) {
        state.leaf = firstIndex + 1 + UInt64(transactions.count)
        let execution = state.execute(signed, at: header.time)
        executions.append(execution)
        guard case .recorded(let outcome) = execution else { return }
        record(signed.bytes, outcome)
        if case .receiptsAnchor(let anchor) = signed.transaction.body, outcome == .applied {
            anchors.append((anchor.origin, anchor.size, UInt64(transactions.count)))
        }
    }

    /// Adds a leaf that stands in a block already, whatever it is.
    mutating func add(leaf: [UInt8]) {
        do throws(LedgerError) {
            let before = transactions.count
            add(try SignedTransaction(parsing: leaf))
            if transactions.count == before, case .inadmissible(let error) = executions.last {
                record(leaf, .noop(error.message))
            }
        } catch { record(leaf, .noop(error.message)) }
    }

    private mutating func record(_ leaf: [UInt8], _ outcome: Outcome) {
        transactions.append(leaf)
        outcomes.append(outcome)
    }
}

/// A block with all that follows from it, ready to be signed and stored.
struct ExecutedBlock: Sendable {
    let block: Block
    /// The place of its header leaf in the log.
    let firstIndex: UInt64
    /// What each leaf came to, the header first.
    let outcomes: [Outcome]
    /// The hash tiles that it fills or leaves unfinished.
    let tiles: [Tile]
    /// The entries of the state that it changes.
    let changes: [StateChange]
    let anchors: [AnchoredSize]
    let head: LedgerCheckpoint

    var leaves: [[UInt8]] { block.leaves }
}
