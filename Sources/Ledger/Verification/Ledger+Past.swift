internal import CityIdentity
package import TransparencyLog

extension Ledger {
    /// The ledger as it was at the end of a block, derived anew from the leaves up to there.
    ///
    /// Nothing is believed of the leaves but what follows from them: each block is executed by the rules, and the log they
    /// make must be part of the one that the checkpoint signs. `reader` is any source of the log's tiles, and reads no
    /// further than the block. The view's ``LedgerView/checkpoint`` is the one given. Throws ``LedgerError``: `notFound`
    /// where the checkpoint's log has no block of that height yet, `untrusted`, `corrupted`, `malformed`, `storage` where
    /// reading failed.
    package static func view(
        at height: UInt64, reading reader: some TileReader, checkpoint bytes: [UInt8], trusting trust: LedgerTrust,
        progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> LedgerView {
        let (note, claim) = try claim(bytes, trust)
        let newest = try LedgerCheckpoint(claim).height
        guard height <= newest else {
            throw LedgerError(.notFound, "the ledger has no block \(height) yet: the newest is \(newest)")
        }
        var execution = LedgerExecution(trust: trust, size: claim.size)
        do {
            try await execute(&execution, to: height, reading: reader, progress)
            let log = TiledLog(size: claim.size, root: claim.root, reader: reader)
            let head = try execution.head(of: height)
            _ = try LedgerCheckpoint.verify(note, trusting: execution.chain.state.validatorKeys)
            _ = try await log.consistencyProof(from: head.size, oldRoot: head.root)
            return LedgerView(
                state: execution.chain.state, head: head, checkpoint: note, library: PolicyLibrary())
        } catch let error as LedgerError { throw error } catch let error as TransparencyLogError {
            throw LedgerError(.corrupted, "the log does not hold together", cause: error)
        } catch { throw LedgerError(.storage, "the log cannot be read", cause: error) }
    }

    private static func execute(
        _ execution: inout LedgerExecution, to height: UInt64, reading reader: some TileReader,
        _ progress: @Sendable (VerificationProgress) -> Void
    ) async throws {
        for path in TileLayout(size: execution.progress.size).entryBundles() {
            for leaf in try EntryBundle(parsing: await reader.tile(path), width: path.width).entries {
                guard try execution.take(leaf) else { continue }
                progress(execution.progress)
                if execution.chain.height > height { return }
            }
        }
        try execution.completeBlock()
        progress(execution.progress)
    }
}

extension LedgerArchive {
    /// The ledger on disk as it was at the end of a block, derived anew from its leaves.
    ///
    /// The genesis on disk is believed, as everywhere in a node's own directory. Throws as
    /// ``Ledger/view(at:reading:checkpoint:trusting:progress:)`` does.
    package func view(
        at height: UInt64, progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> LedgerView {
        let genesis = try await entry(at: 1).data
        return try await Ledger.view(
            at: height, reading: self, checkpoint: checkpoint(),
            trusting: .genesis(NetworkGenesis.fingerprint(of: genesis)), progress: progress)
    }
}

extension LedgerExecution {
    /// The head of the block of that height, which must be the last one executed.
    fileprivate func head(of height: UInt64) throws(LedgerError) -> LedgerCheckpoint {
        guard let last, last.height == height else {
            throw LedgerError(.corrupted, "the log ends before block \(height), which its checkpoint says it holds")
        }
        return last
    }
}
