/// What became of a transaction that was submitted and now stands on the ledger, final.
package struct Submission: Sendable, Hashable {
    /// Its place in the log.
    package let index: UInt64
    /// The block it is in.
    package let height: UInt64
    package let outcome: Outcome
}

/// How many transactions wait, and how long, before they are written together.
package struct BatchLimits: Sendable, Hashable {
    /// How long the first transaction of a block waits for others.
    package var window: Duration
    /// The most transactions in a block.
    package var block: Int
    /// The most transactions that wait; more are refused as overload.
    package var waiting: Int

    package init(window: Duration = .milliseconds(2), block: Int = 1_024, waiting: Int = 8_192) {
        self.window = window
        self.block = block
        self.waiting = waiting
    }

    package static let `default` = BatchLimits()
}
