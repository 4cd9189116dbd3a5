/// Decides which block is the one of its height, once and for all.
package protocol Sequencer: Sendable {
    /// Puts a block forward; answers the block that stands at that height, which may be another's.
    ///
    /// A block that was answered once is answered for that height ever after. Throws where nothing is decided; the
    /// block may then be put forward again.
    func decide(_ block: Block) async throws(LedgerError) -> Block
}

/// Sequencing where one process alone makes blocks: the first block put forward is the one.
///
/// That it is alone is ensured by the lock on its directory; that the block stays decided, by the store's commit before
/// anyone hears of it.
package struct EmbeddedSequencer: Sequencer {
    package init() {}

    package func decide(_ block: Block) async throws(LedgerError) -> Block { block }
}
