extension LedgerArchive {
    /// The ledger as of the last block on disk, compared with its checkpoint by the validators' keys.
    ///
    /// Reads the whole state; whoever runs the ledger has ``Ledger/view`` for nothing.
    package func view() async throws(LedgerError) -> LedgerView {
        let (chain, note) = try await load()
        let head = try LedgerCheckpoint.verify(note, trusting: chain.state.validatorKeys)
        return LedgerView(state: chain.state, head: head, checkpoint: note, library: PolicyLibrary())
    }
}
