import CityIdentity
import GRDB
import TransparencyLog

/// The one who writes: owned by the store's own thread, made there and never handed out of it.
///
/// A commit is one SQLite transaction (WAL, `synchronous=FULL`), and what a crash leaves is what stood before it or
/// after it, nothing between:
///
/// 1. receipts, tiles, nonces and counts go to the WAL — a crash here: recovery drops them, nobody was told of them;
/// 2. the WAL is synced — from here on recovery finds them, though nobody was told yet;
/// 3. the edge in memory and the published log advance, completions run — a crash here costs nothing stored.
///
/// A failure at 1 or 2 rolls back, leaves the memory as it was, and is told to all that waited; the next commit starts
/// anew, so that room on the disk is all it takes to recover.
final class ReceiptWriter {
    /// Receipts in one commit at most.
    private static let batchLimit = 2048

    let pool: DatabasePool
    private let published: PublishedLog
    private let usage: UsageCounts
    private let clock: @Sendable () -> Timestamp
    private let metrics = ReceiptMetrics()
    private let random = RandomBuffer()
    private let checkpointer: WALCheckpointer
    private var edge: TileAppender
    private var openings: [ReceiptID: [UInt8]]

    init(
        pool: DatabasePool, published: PublishedLog, usage: UsageCounts, openings: [ReceiptID: [UInt8]],
        clock: @escaping @Sendable () -> Timestamp, checkpointer: WALCheckpointer
    ) {
        self.pool = pool
        self.published = published
        self.usage = usage
        self.clock = clock
        self.openings = openings
        self.checkpointer = checkpointer
        edge = published.edge
    }

    func write(_ items: [WriteQueue.Item]) {
        var batch: [PendingReceipt] = []
        for item in items {
            switch item {
            case .receipt(let receipt):
                batch.append(receipt)
                guard batch.count == Self.batchLimit else { continue }
                commit(batch)
                batch.removeAll()
            case .command(let command):
                commit(batch)
                batch.removeAll()
                command(self)
            }
        }
        commit(batch)
    }

    private func commit(_ receipts: [PendingReceipt]) {
        guard !receipts.isEmpty else { return }
        let start = ContinuousClock.now
        let time = clock()
        do {
            let outcome = try pool.writeWithoutTransaction { database in
                var batch = ReceiptBatch(edge: edge, openings: openings, random: random)
                try database.inTransaction(.immediate) {
                    for receipt in receipts { try batch.store(receipt, database) }
                    try batch.storeRest(database, at: time)
                    return .commit
                }
                return batch.outcome
            }
            edge = outcome.edge
            openings.merge(outcome.opened) { _, new in new }
            for id in outcome.closed { openings[id] = nil }
            published.advance(to: edge, at: time)
            metrics.committed(receipts, in: ContinuousClock.now - start)
            finish(receipts, outcome.results)
            checkpointer.committed()
            shortenCounts()
        } catch {
            let failure = ReceiptError(storage: error)
            metrics.failed(receipts.count)
            finish(receipts, receipts.map { _ in .failure(failure) })
        }
    }

    /// Stores counts anew that grew too long; where that fails they stay long until they have grown again as much.
    private func shortenCounts() {
        for usage in usage.takeShortened() { try? pool.write { try UsageCounts.shorten(usage, $0) } }
    }

    private func finish(_ receipts: [PendingReceipt], _ results: [Result<ReceiptPosition, ReceiptError>]) {
        for (receipt, result) in zip(receipts, results) {
            if case .failure = result { receipt.reservations.forEach(usage.cancel) }
            receipt.completion(result)
        }
    }
}

extension ReceiptError {
    /// Translates an error of SQLite.
    init(storage error: any Error) {
        if let error = error as? ReceiptError {
            self = error
            return
        }
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_FULL: self.init(.full, "the disk is full", cause: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.locked, "the store of receipts is locked", cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self.init(.damaged, "the store of receipts is damaged", cause: error)
        default: self.init(.storage, "the store of receipts cannot be used", cause: error)
        }
    }
}
