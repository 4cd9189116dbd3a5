internal import CityIdentity
internal import Logging
internal import Metrics
internal import Synchronization
internal import TransparencyLog

extension Ledger {
    /// Makes blocks of what is submitted until it is cancelled; what was accepted before is still recorded.
    ///
    /// Throws ``LedgerError`` of code `stopped` where it runs already, or of code `corrupted` where a block that the
    /// sequencer decided on does not follow the last one.
    package func run() async throws(LedgerError) {
        guard queue.open() else { throw LedgerError(.stopped, "the ledger runs already") }
        let result: Result<Void, LedgerError> = await withTaskCancellationHandler {
            do throws(LedgerError) {
                try await makeBlocks()
                return .success(())
            } catch { return .failure(error) }
        } onCancel: {
            queue.close()
        }
        queue.close()
        for entry in queue.drain() { entry.answer.resume(returning: .failure(.stoppedWaiting)) }
        try result.get()
    }

    private func makeBlocks() async throws(LedgerError) {
        var chain = chain.withLock { $0 }
        while true {
            let batch = await queue.next()
            if batch.isEmpty { return }
            observer?(.taken)
            do throws(LedgerError) {
                try await record(batch, on: &chain)
            } catch {
                for entry in batch { entry.answer.resume(returning: .failure(error)) }
                logger.error("block not recorded", metadata: ["error": "\(error)", "code": "\(error.code)"])
                Counter(label: "hansa_ledger_blocks_failed").increment()
                guard error.code == .storage || error.code == .overloaded else { throw error }
            }
        }
    }

    /// Makes one block of a batch, or where the sequencer prefers others, takes theirs and tries again.
    private func record(_ batch: [SubmissionQueue.Entry], on chain: inout LedgerChain) async throws(LedgerError) {
        while true {
            let draft = chain.draft(batch.map(\.transaction), at: clock())
            observer?(.executed)
            if draft.transactions.isEmpty { return answer(batch, draft.executions, in: nil) }
            let decided = try await sequencer.decide(draft.block)
            observer?(.sequenced)
            if decided == draft.block {
                let executions = draft.executions
                let block = try await store(draft, on: &chain)
                answer(batch, executions, in: block)
                observer?(.answered)
                return
            }
            _ = try await store(chain.executing(decided), on: &chain)
        }
    }

    /// Stores a block and shows it; the chain is as before where that fails.
    private func store(_ draft: BlockDraft, on chain: inout LedgerChain) async throws(LedgerError) -> ExecutedBlock {
        var next = chain
        let block = try next.append(draft)
        let note = try block.head.signed(by: signer)
        observer?(.signed)
        let start = ContinuousClock.now
        try await store.commit(block, checkpoint: note, observer: observer)
        observer?(.committed)
        measure(block, took: start.duration(to: .now))
        chain = next
        self.chain.withLock { $0 = next }
        library.take(up: block.changes, of: chain.state)
        views.publish(LedgerView(chain: chain, head: block.head, checkpoint: note, library: library))
        observer?(.published)
        return block
    }

    private func answer(_ batch: [SubmissionQueue.Entry], _ executions: [Execution], in block: ExecutedBlock?) {
        var index = (block?.firstIndex ?? 0) + 1
        for (entry, execution) in zip(batch, executions) {
            switch execution {
            case .inadmissible(let error): entry.answer.resume(returning: .failure(error))
            case .recorded(let outcome):
                let height = block?.head.height ?? 0
                entry.answer.resume(returning: .success(Submission(index: index, height: height, outcome: outcome)))
                index += 1
            }
        }
    }

    private func measure(_ block: ExecutedBlock, took duration: Duration) {
        let noops = block.outcomes.count { $0 != .applied }
        Counter(label: "hansa_ledger_transactions", dimensions: [("outcome", "applied")])
            .increment(by: block.outcomes.count - 1 - noops)
        Counter(label: "hansa_ledger_transactions", dimensions: [("outcome", "noop")]).increment(by: noops)
        Gauge(label: "hansa_ledger_height").record(block.head.height)
        Metrics.Timer(label: "hansa_ledger_commit").record(duration: duration)
        logger.debug(
            "block recorded",
            metadata: [
                "height": "\(block.head.height)", "size": "\(block.head.size)",
                "transactions": "\(block.outcomes.count - 1)", "noops": "\(noops)",
            ])
    }
}

extension LedgerError {
    static let notTaking = LedgerError(.stopped, "the ledger does not take transactions now")
    static let stoppedWaiting = LedgerError(.stopped, "the ledger stopped before the transaction was recorded")
}

extension LedgerView {
    convenience init(chain: LedgerChain, head: LedgerCheckpoint, checkpoint: SignedNote, library: PolicyLibrary) {
        self.init(state: chain.state, head: head, checkpoint: checkpoint, library: library)
    }
}
