package import CityIdentity

/// What a gateway does once receipts have waited for their anchor longer than it allows.
package struct AnchorSettings: Sendable, Hashable {
    package enum BeyondAllowedLag: String, Sendable, Hashable, CaseIterable {
        /// Refuse exchanges until the ledger takes anchors again.
        case refuse
        /// Go on; the lag stands in the metrics.
        case proceed
    }

    /// How often the log is anchored while anything is new.
    package var interval: Duration
    package var allowedLag: Duration
    package var beyondAllowedLag: BeyondAllowedLag

    package init(
        interval: Duration = .seconds(1), allowedLag: Duration = .seconds(60),
        beyondAllowedLag: BeyondAllowedLag = .refuse
    ) {
        self.interval = interval
        self.allowedLag = allowedLag
        self.beyondAllowedLag = beyondAllowedLag
    }
}

/// How far the log's anchors are behind, at one moment.
package struct AnchorState: Sendable, Hashable {
    /// Receipts that no anchor on the ledger covers.
    package let pending: UInt64
    /// How long the earliest of them has waited; zero where there is none.
    package let lag: Duration
    /// Why no anchor can be made ever, unless somebody steps in: the ledger holds one that this log does not lead to.
    package let divergence: String?
    /// Why exchanges are to be refused; `nil` while they are not.
    package let refusal: String?
}

extension ReceiptStore {
    /// How far anchors are behind, and whether exchanges are to be refused for it.
    ///
    /// Cheap enough to ask for each exchange.
    package func anchorState(at time: Timestamp) -> AnchorState {
        let log = published.pending
        let waited = log.since.map { max(0, time.milliseconds(since: $0)) } ?? 0
        let lag = Duration.milliseconds(waited)
        var refusal = log.divergence
        if refusal == nil, lag > anchoring.allowedLag, anchoring.beyondAllowedLag == .refuse {
            refusal = "the ledger has taken no anchor of the receipts for \(waited / 1000) s"
        }
        return AnchorState(pending: log.count, lag: lag, divergence: log.divergence, refusal: refusal)
    }
}
