import Metrics

/// What an operator sees of the store; labels are few and fixed.
struct ReceiptMetrics {
    private let permitted = Counter(label: "hansa_receipts_stored_total", dimensions: [("decision", "permit")])
    private let denied = Counter(label: "hansa_receipts_stored_total", dimensions: [("decision", "deny")])
    private let failures = Counter(label: "hansa_receipts_failed_total")
    private let commit = Timer(label: "hansa_receipts_commit_seconds")
    private let batch = Recorder(label: "hansa_receipts_commit_receipts")

    func committed(_ receipts: [PendingReceipt], in duration: Duration) {
        let denials = receipts.count(where: \.denied)
        if denials > 0 { denied.increment(by: denials) }
        if denials < receipts.count { permitted.increment(by: receipts.count - denials) }
        commit.record(duration: duration)
        batch.record(receipts.count)
    }

    func failed(_ count: Int) { failures.increment(by: count) }
}
