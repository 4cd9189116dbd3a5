/// The body of an add-checkpoint request (tlog-witness, add-checkpoint), nothing in it checked.
public struct AddCheckpointRequest: Sendable, Hashable {
    /// The most hashes a request may have.
    public static let maximumProofLength = 63

    /// The size of the checkpoint the witness cosigned last, as the client knows it.
    public let oldSize: UInt64
    /// The consistency proof from the old size to the checkpoint.
    public let proof: [Hash]
    /// The note of the checkpoint.
    public let note: SignedNote
    /// The checkpoint.
    public let checkpoint: Checkpoint

    /// Makes a request; throws `invalidArgument` for too many hashes, `malformedCheckpoint`.
    public init(oldSize: UInt64, proof: [Hash], note: SignedNote) throws(TransparencyLogError) {
        guard proof.count <= AddCheckpointRequest.maximumProofLength else {
            throw TransparencyLogError(.invalidArgument, "a request has at most 63 hashes")
        }
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
        self.checkpoint = try Checkpoint(parsing: note.text)
    }

    /// Parses a body; throws `malformedRequest`, and `malformedNote` or `malformedCheckpoint` for its checkpoint.
    public init(parsing bytes: [UInt8], limits: NoteLimits = .standard) throws(TransparencyLogError) {
        guard bytes.count <= limits.maximumLength + 4096 else {
            throw TransparencyLogError(.malformedRequest, "the request has more than \(limits.maximumLength) bytes")
        }
        var lines = LineScanner(bytes)
        guard let number = lines.line()?.dropping(prefix: "old "), let oldSize = Decimal.parse(number) else {
            throw TransparencyLogError(.malformedRequest, "the first line is not `old` and a size")
        }
        guard let proof = HashLines.read(from: &lines, atMost: AddCheckpointRequest.maximumProofLength) else {
            throw TransparencyLogError(.malformedRequest, "below the size stand no hashes and a blank line")
        }
        try self.init(oldSize: oldSize, proof: proof, note: SignedNote(parsing: [UInt8](lines.rest), limits: limits))
    }

    /// The request as it is sent.
    public var bytes: [UInt8] {
        let text = proof.reduce(into: "old \(oldSize)\n") { $0 += "\($1.base64)\n" }
        return [UInt8](text.utf8) + [.newline] + note.bytes
    }
}
