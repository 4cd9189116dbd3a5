/// What happens to a block between the queue and the answer, in this order.
///
/// A crash may come after any step; beside each stands what is on disk then and what the next start makes of it.
package enum CommitStep: String, Sendable, CaseIterable {
    /// The batch was taken from the queue. Nothing is on disk; the transactions are lost, their submitters unanswered.
    case taken
    /// The batch was executed on a copy of the state. As before.
    case executed
    /// The sequencer decided on the block. As before with the embedded one; a clustered one gives the block back.
    case sequenced
    /// The checkpoint was signed. As before: it has not left the process, and the block that the next start makes at
    /// this height may be another.
    case signed
    /// The store's transaction began. As before.
    case began
    /// Leaves stand in the store's transaction, perhaps in its write-ahead log without a commit record: the next start
    /// passes them over.
    case leavesWritten
    /// So do tiles. As before.
    case tilesWritten
    /// So do entries of the state and anchors. As before.
    case stateWritten
    /// So does the block with its checkpoint. As before.
    case blockWritten
    /// The commit record is on stable storage. The next start finds the whole block; its submitters are unanswered and
    /// learn from their key's next sequence number that it counts.
    case committed
    /// Readers see the block. As before.
    case published
    /// The submitters have their answers.
    case answered
}

/// Is told of each step of a commit as it is done, for tests that end the process there.
package typealias CommitObserver = @Sendable (CommitStep) -> Void
