import Dispatch
import GRDB
import Synchronization

/// What waits for the writer: bounded, so that a slow disk is felt as refusals and not as memory.
final class WriteQueue: Sendable {
    enum Item: Sendable {
        case receipt(PendingReceipt)
        /// Something rarer, run in a transaction of its own; it answers for itself.
        case command(@Sendable (ReceiptWriter) -> Void)
    }

    private struct State {
        var items: [Item] = []
        var receipts = 0
        var bytes = 0
        var closed = false
        /// How many receipts have to wait for the writer to be woken; `nil` while it is not asleep.
        var wakeAt: Int?

        /// Whether the writer is to be woken now, which is asked once.
        mutating func wakesWriter(for item: Item) -> Bool {
            guard let wakeAt else { return false }
            if case .receipt = item, receipts < wakeAt { return false }
            self.wakeAt = nil
            return true
        }
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let maximumReceipts: Int
    private let maximumBytes: Int

    init(maximumReceipts: Int, maximumBytes: Int) {
        self.maximumReceipts = maximumReceipts
        self.maximumBytes = maximumBytes
    }

    /// Receipts that wait.
    var depth: Int { state.withLock { $0.receipts } }

    /// Adds an item; says why not where the queue is full or closed.
    ///
    /// Commands are few and always find room.
    func push(_ item: Item) -> ReceiptError? {
        let (refusal, sleeper): (ReceiptError?, Bool) = state.withLock { state in
            if state.closed { return (ReceiptError(.closed, "the store of receipts is closed"), false) }
            if case .receipt(let receipt) = item {
                guard state.receipts < maximumReceipts, state.bytes < maximumBytes else {
                    return (ReceiptError(.overloaded, "\(state.receipts) receipts wait for the disk already"), false)
                }
                state.receipts += 1
                state.bytes += receipt.body.count
            }
            state.items.append(item)
            return (nil, state.wakesWriter(for: item))
        }
        if sleeper { wake.signal() }
        return refusal
    }

    /// Takes all that waits, waiting for something if need be; `nil` once the queue is closed and empty.
    func next() -> [Item]? {
        while true {
            let (items, ended): ([Item], Bool) = state.withLock { state in
                state.wakeAt = state.items.isEmpty && !state.closed ? 1 : nil
                defer {
                    state.items = []
                    state.receipts = 0
                    state.bytes = 0
                }
                return (state.items, state.closed)
            }
            if !items.isEmpty { return items }
            if ended { return nil }
            wake.wait()
        }
    }

    /// Waits a moment for company where receipts come several at a time, so that they share a commit: a commit costs
    /// much the same for one as for many.
    ///
    /// It ends as soon as as many wait as the commit before held, at the latest after as long as that took: where commits
    /// are quick little is gained by sharing, where they are slow much. After a commit of one nothing is waited for, so that
    /// a lone exchange is not held up.
    func gather(after last: Int, lasting duration: Duration) {
        let wanted = min(last, Self.company)
        guard wanted > 1 else { return }
        let waits = state.withLock { state in
            guard state.receipts < wanted, !state.closed else { return false }
            state.wakeAt = wanted
            return true
        }
        let patience = min(duration, Self.gathering).components.attoseconds / 1_000_000_000
        guard waits, wake.wait(timeout: .now() + .nanoseconds(Int(patience))) == .timedOut else { return }
        // Someone may wake the writer all the same just now; it then looks for nothing once.
        state.withLock { $0.wakeAt = nil }
    }

    /// Receipts that are worth a commit by themselves.
    private static let company = 64
    /// How long receipts wait for others at most; less than a second.
    private static let gathering = Duration.milliseconds(4)

    /// Takes nothing more; what waits is still written.
    func close() {
        let sleeper = state.withLock { state in
            defer {
                state.closed = true
                state.wakeAt = nil
            }
            return state.wakeAt != nil
        }
        if sleeper { wake.signal() }
    }
}

/// A receipt that waits to be stored, encoded already.
struct PendingReceipt: Sendable {
    let id: ReceiptID
    let kind: Receipt.Kind
    let time: Int64
    let denied: Bool
    let consumer: String
    let provider: String?
    let dataset: String?
    let body: [UInt8]
    let nonce: NonceRecord?
    let reservations: [UsageReservation]
    let completion: @Sendable (Result<ReceiptPosition, ReceiptError>) -> Void
}

/// Where a stored receipt stands in the log.
package struct ReceiptPosition: Sendable, Hashable {
    package let id: ReceiptID
    /// The index of its entry.
    package let index: UInt64
    /// The entry, which a closing receipt repeats.
    package let entry: [UInt8]
}
