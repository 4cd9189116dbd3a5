/// How much a verifier takes in (signed-note, Format: at least 16 signatures).
public struct NoteLimits: Sendable, Hashable {
    /// The most bytes of a note.
    public var maximumLength: Int
    /// The most signature lines of a note.
    public var maximumSignatures: Int

    /// Makes limits.
    public init(maximumLength: Int, maximumSignatures: Int) {
        self.maximumLength = maximumLength
        self.maximumSignatures = maximumSignatures
    }

    /// 1 MiB and 128 signatures: room for post-quantum ones of every witness.
    public static let standard = NoteLimits(maximumLength: 1 << 20, maximumSignatures: 128)
}
