import Dispatch
import Foundation
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
        var writerSleeps = false
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
            defer { state.writerSleeps = false }
            return (nil, state.writerSleeps)
        }
        if sleeper { wake.signal() }
        return refusal
    }

    /// Takes all that waits, waiting for something if need be; `nil` once the queue is closed and empty.
    func next() -> [Item]? {
        while true {
            let (items, ended): ([Item], Bool) = state.withLock { state in
                state.writerSleeps = state.items.isEmpty && !state.closed
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
    /// After a commit of one receipt nothing is waited for, so that a lone exchange is not held up, nor is anything once
    /// enough wait.
    /// - Parameter last: how many receipts the commit before held.
    func gather(after last: Int) {
        guard last > 1, depth < Self.company else { return }
        Thread.sleep(forTimeInterval: Self.gathering)
    }

    /// Receipts that are worth a commit by themselves.
    private static let company = 64
    /// How long receipts wait for others, in seconds.
    private static let gathering = 0.001

    /// Takes nothing more; what waits is still written.
    func close() {
        let sleeper = state.withLock { state in
            defer {
                state.closed = true
                state.writerSleeps = false
            }
            return state.writerSleeps
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
    let reservation: UsageReservation?
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
