import CityIdentity
import GRDB
package import Logging
import Metrics
import TransparencyLog

/// Anchors the log of receipts on the ledger, again and again while anything is new.
///
/// What a crash leaves: before the ledger took the anchor, a signed checkpoint that means nothing; after that and before the
/// store noted it, an anchor that the next attempt finds on the ledger and notes, and that evidence can be made of
/// meanwhile, since its checkpoint is there. The ledger's word counts, not the store's.
package struct ReceiptAnchorer: Sendable {
    private let store: ReceiptStore
    private let ledger: AnchorLedger
    private let logger: Logger

    package init(store: ReceiptStore, ledger: AnchorLedger, logger: Logger) {
        self.store = store
        self.ledger = ledger
        self.logger = logger
    }

    /// Anchors at the store's interval until the task is cancelled; first of all asks whether the ledger holds more than
    /// the store has.
    package func run() async {
        let lag = Gauge(label: "hansa_receipts_anchor_lag_seconds")
        let pending = Gauge(label: "hansa_receipts_unanchored")
        var failing = false
        var checked = false
        while !Task.isCancelled {
            do {
                if !checked { _ = try await takeUpLatest(upTo: store.published.edge) }
                checked = true
                try await anchor()
                if failing { logger.notice("the ledger takes anchors again") }
                failing = false
            } catch {
                if !failing { logger.error("receipts are not anchored", metadata: ["error": "\(error)"]) }
                failing = true
            }
            let state = store.anchorState(at: store.clock())
            lag.record(state.lag / .seconds(1))
            pending.record(Double(state.pending))
            try? await Task.sleep(for: store.anchoring.interval)
        }
    }

    /// Anchors what is new, if anything; returns whether anything was.
    ///
    /// Throws ``ReceiptError``: `diverged` where the ledger holds an anchor that this log does not lead to, `anchoring`
    /// where the ledger did not take the new one.
    @discardableResult
    package func anchor() async throws(ReceiptError) -> Bool {
        let edge = store.published.edge
        guard edge.size > store.published.anchored else { return false }
        let last = try await takeUpLatest(upTo: edge)
        guard edge.size > last else { return false }
        let time = store.clock()
        let proof = try await store.reader.consistencyProof(from: last, to: edge.size)
        let request = AnchorRequest(
            origin: store.reader.origin, size: edge.size, root: edge.root, previousSize: last, proof: proof)
        let checkpoint = try store.checkpoints.checkpoint(size: edge.size, root: edge.root)
        try await store.perform { writer in
            try writer.pool.write {
                try StoredAnchor.prepare(size: edge.size, root: edge.root, checkpoint: checkpoint, $0)
            }
        }
        let place: AnchorPlace
        do {
            place = try await ledger.submit(request)
        } catch {
            throw ReceiptError(.anchoring, "the ledger did not take an anchor of size \(edge.size)", cause: error)
        }
        try await note(LedgerAnchor(size: edge.size, root: edge.root, place: place))
        store.published.anchor(edge.size, madeAt: time)
        return true
    }

    /// Asks the ledger what it holds and notes that, where it is more than the store knew; returns its size.
    private func takeUpLatest(upTo edge: TileAppender) async throws(ReceiptError) -> UInt64 {
        let latest: LedgerAnchor?
        do {
            latest = try await ledger.latest(store.reader.origin)
        } catch {
            throw ReceiptError(.anchoring, "the ledger does not say what it holds of the log", cause: error)
        }
        guard let latest else { return 0 }
        guard latest.size <= edge.size else {
            throw diverged("the ledger holds an anchor of \(latest.size) receipts, the store has \(edge.size)")
        }
        guard try await store.reader.root(size: latest.size) == latest.root else {
            throw diverged("the ledger's anchor of \(latest.size) receipts is not of these receipts")
        }
        if latest.size > store.published.anchored {
            try await note(latest)
            store.published.anchor(latest.size, madeAt: store.clock())
        }
        return latest.size
    }

    private func diverged(_ reason: String) -> ReceiptError {
        store.published.diverge(reason)
        return ReceiptError(.diverged, reason)
    }

    private func note(_ anchor: LedgerAnchor) async throws(ReceiptError) {
        let stored = StoredAnchor(
            size: anchor.size, root: anchor.root, place: anchor.place, time: store.clock(),
            checkpoint: try store.checkpoints.checkpoint(size: anchor.size, root: anchor.root))
        try await store.perform { try $0.pool.write(stored.store) }
    }
}
