import TransparencyLog

/// A checkpoint that parses is written again byte by byte, and its lines can be put together again.
enum FuzzCheckpoint {
    static func run(_ bytes: [UInt8]) {
        guard let checkpoint = try? Checkpoint(parsing: bytes) else { return }
        precondition(checkpoint.text == bytes, "the checkpoint was written again otherwise")
        let again = try? Checkpoint(
            origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root,
            extensionLines: checkpoint.extensionLines)
        precondition(again == checkpoint, "the lines make another checkpoint")
    }
}
