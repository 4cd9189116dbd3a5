internal import Synchronization

/// Transactions on their way into a block, oldest first, with someone waiting for each.
final class SubmissionQueue: Sendable {
    typealias Answer = Result<Submission, LedgerError>

    struct Entry: Sendable {
        let transaction: SignedTransaction
        let answer: CheckedContinuation<Answer, Never>
    }

    private struct State {
        var entries: [Entry] = []
        /// Whether somebody takes batches.
        var isOpen = false
        /// Who waits for the first entry.
        var taker: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    let limits: BatchLimits

    init(limits: BatchLimits) { self.limits = limits }

    /// Waits until the transaction stands in a final block, or cannot.
    func submit(_ transaction: SignedTransaction) async throws(LedgerError) -> Submission {
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
            let refusal = enter(Entry(transaction: transaction, answer: continuation))
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try answer.get()
    }

    private func enter(_ entry: Entry) -> LedgerError? {
        let (refusal, taker) = state.withLock { state -> (LedgerError?, CheckedContinuation<Void, Never>?) in
            guard state.isOpen else { return (.notTaking, nil) }
            guard state.entries.count < limits.waiting else {
                return (LedgerError(.overloaded, "\(limits.waiting) transactions wait already"), nil)
            }
            state.entries.append(entry)
            defer { state.taker = nil }
            return (nil, state.taker)
        }
        taker?.resume()
        return refusal
    }

    /// Begins to accept; answers `false` where somebody takes batches already.
    func open() -> Bool {
        state.withLock { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
    }

    /// Waits for transactions and, after the first, for the window to pass; empty once the queue was closed.
    func next() async -> [Entry] {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                guard state.isOpen, state.entries.isEmpty else { return true }
                state.taker = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        let isShort = state.withLock { $0.isOpen && $0.entries.count < limits.block }
        // Cancellation ends the wait early, which is all that it should do here.
        if isShort, limits.window > .zero { try? await Task.sleep(for: limits.window) }
        return state.withLock { state in
            let batch = Array(state.entries.prefix(limits.block))
            state.entries.removeFirst(batch.count)
            return batch
        }
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    var count: Int { state.withLock { $0.entries.count } }

    /// Takes all that waits.
    func drain() -> [Entry] {
        state.withLock { state in
            defer { state.entries = [] }
            return state.entries
        }
    }

    /// Accepts no more; what waits is still handed out by ``next()``.
    func close() {
        let taker = state.withLock { state in
            state.isOpen = false
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume()
    }
}
