package import CityIdentity
import Foundation
import GRDB
import StrictJSON
package import TransparencyLog

/// A gateway's receipts: takes them, makes them durable many at a time, and keeps their log.
///
/// One process writes a directory; others may read it with ``ReceiptReader``. Close the store before its process ends,
/// so that what waits is written; without it nothing acknowledged is lost.
package final class ReceiptStore: Sendable {
    /// How much may wait for the disk before receipts are refused.
    package struct Limits: Sendable, Hashable {
        package var receipts: Int
        package var bytes: Int

        package init(receipts: Int = 16_384, bytes: Int = 64 << 20) {
            self.receipts = receipts
            self.bytes = bytes
        }
    }

    /// Reads what is stored.
    package let reader: ReceiptReader
    /// Counts for rules with a count per window.
    package let usage: UsageCounts

    /// When the log is anchored, and what follows where it is not.
    package let anchoring: AnchorSettings

    let published: PublishedLog
    let checkpoints: CheckpointSigner
    let clock: @Sendable () -> Timestamp
    private let queue: WriteQueue
    private let lock: DirectoryLock
    private let writerEnded = DispatchSemaphore(value: 0)

    /// Opens the store in a directory, which is made where there is none.
    ///
    /// `origin` names the log, `<network>/receipts/<gateway>`; `signer` is the gateway's `receipts` key under that name.
    /// Throws ``ReceiptError``: `locked` where another process has the store, `damaged` where it is another log's.
    package init(
        directory: String, origin: String, signer: NoteSigner, anchoring: AnchorSettings = AnchorSettings(),
        limits: Limits = Limits(), clock: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) throws(ReceiptError) {
        self.clock = clock
        self.anchoring = anchoring
        checkpoints = CheckpointSigner(origin: origin, signer: signer)
        queue = WriteQueue(maximumReceipts: limits.receipts, maximumBytes: limits.bytes)
        let openings: [ReceiptID: [UInt8]]
        let checkpointer: WALCheckpointer
        do {
            try ReceiptFiles.keepPrivate(directory)
            lock = try DirectoryLock(directory + "/receipts.lock")
            let pool = try ReceiptFiles.openForWriting(directory, origin: origin)
            let stored = try pool.read { try StoredState($0) }
            usage = try pool.read { try UsageCounts(stored: $0) }
            published = PublishedLog(
                edge: stored.edge, anchored: stored.anchored, unanchoredSince: stored.unanchoredSince)
            reader = ReceiptReader(pool: pool, origin: origin, published: published)
            openings = stored.openings
            checkpointer = try WALCheckpointer(directory: directory)
        } catch {
            throw ReceiptError(storage: error)
        }
        startWriter(openings, checkpointer)
    }

    deinit { queue.close() }

    private func startWriter(_ openings: [ReceiptID: [UInt8]], _ checkpointer: WALCheckpointer) {
        let thread = Thread { [queue, reader, published, usage, clock, writerEnded] in
            let writer = ReceiptWriter(
                pool: reader.pool, published: published, usage: usage, openings: openings, clock: clock,
                checkpointer: checkpointer)
            while let items = queue.next() {
                let start = ContinuousClock.now
                writer.write(items)
                queue.gather(after: items.count, lasting: ContinuousClock.now - start)
            }
            checkpointer.close()
            writerEnded.signal()
        }
        thread.name = "receipts"
        thread.start()
    }

    /// Writes what waits, then ends; later receipts are refused.
    ///
    /// To be called once, by whoever opened the store.
    package func close() {
        queue.close()
        writerEnded.wait()
        writerEnded.signal()
        try? reader.pool.close()
        lock.release()
    }

    /// Receipts that wait for the disk.
    package var waiting: Int { queue.depth }

    /// Takes a receipt; `completion` hears of it once it is on stable storage, or why it is not.
    ///
    /// The completion runs on the store's thread and must not block; where the receipt is refused at once
    /// (`overloaded`, `closed`, `tooLarge`) it runs before this returns. The log's order is the order of calls. The
    /// reservations are the store's from here on: they stand with the receipt, and are given back with a failure.
    package func append(
        _ receipt: Receipt, nonce: NonceRecord? = nil, reservations: [UsageReservation] = [],
        completion: @escaping @Sendable (Result<ReceiptPosition, ReceiptError>) -> Void
    ) {
        let pending = PendingReceipt(
            id: receipt.id, kind: receipt.kind, time: receipt.time.milliseconds,
            denied: receipt.decision.outcome == .deny, consumer: receipt.consumer.description,
            provider: receipt.provider?.description, dataset: receipt.dataset, body: receipt.encoded, nonce: nonce,
            reservations: reservations, completion: completion)
        let refusal =
            pending.body.count > Receipt.maximumSize
            ? ReceiptError(.tooLarge, "a receipt of \(pending.body.count) bytes is over \(Receipt.maximumSize)")
            : queue.push(.receipt(pending))
        guard let refusal else { return }
        reservations.forEach(usage.cancel)
        completion(.failure(refusal))
    }

    /// Takes a receipt and returns once it is on stable storage.
    @discardableResult
    package func append(
        _ receipt: Receipt, nonce: NonceRecord? = nil, reservations: [UsageReservation] = []
    ) async throws(ReceiptError) -> ReceiptPosition {
        let result = await withCheckedContinuation { continuation in
            append(receipt, nonce: nonce, reservations: reservations) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Runs something on the writer's thread, after all that was appended before.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (ReceiptWriter) throws -> Value
    ) async throws(ReceiptError) -> Value {
        let result: Result<Value, ReceiptError> = await withCheckedContinuation { continuation in
            let refusal = queue.push(
                .command { writer in
                    continuation.resume(returning: Result { try work(writer) }.mapError { ReceiptError(storage: $0) })
                })
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }
}
