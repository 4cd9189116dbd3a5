internal import BaseEncodings

/// A proof that an entry is in a log, verifiable offline: `c2sp.org/tlog-proof@v1` (tlog-proof, Format).
public struct TransparencyProof: Sendable, Hashable {
    /// The index of the entry.
    public let index: UInt64
    /// The inclusion proof, leaf side first.
    public let hashes: [Hash]
    /// The checkpoint's note, nothing in it checked.
    public let checkpoint: SignedNote
    /// Data that came along, not authenticated by anything; not empty.
    public let extra: [UInt8]?

    /// Makes a proof; throws `invalidArgument` for too many hashes or empty extra data, `malformedCheckpoint`.
    public init(
        index: UInt64, hashes: [Hash], checkpoint: SignedNote, extra: [UInt8]? = nil
    ) throws(TransparencyLogError) {
        guard hashes.count <= MerkleTree.maximumProofLength, extra?.isEmpty != true else {
            throw TransparencyLogError(.invalidArgument, "a proof has at most 64 hashes, and extra data or none")
        }
        _ = try Checkpoint(parsing: checkpoint.text)
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.extra = extra
    }

    /// The proof as it is stored.
    public var bytes: [UInt8] {
        var text = "\(TransparencyProof.header)\n"
        if let extra { text += "extra \(BaseEncoding.base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += "\(hash.base64)\n" }
        return [UInt8](text.utf8) + [.newline] + checkpoint.bytes
    }

    private static let header = "c2sp.org/tlog-proof@v1"
}

extension TransparencyProof {
    /// The most bytes of extra data that are taken in.
    public static let maximumExtraLength = 1 << 20

    /// Parses a proof; throws `malformedProof`, and `malformedNote` or `malformedCheckpoint` for its checkpoint.
    public init(parsing bytes: [UInt8], limits: NoteLimits = .standard) throws(TransparencyLogError) {
        let longest = limits.maximumLength + TransparencyProof.maximumExtraLength / 3 * 4 + 8192
        guard bytes.count <= longest else {
            throw TransparencyLogError(.malformedProof, "the proof has more than \(longest) bytes")
        }
        var lines = LineScanner(bytes)
        guard let header = lines.line(), header.elementsEqual(TransparencyProof.header.utf8) else {
            throw TransparencyLogError(.malformedProof, "the first line is not `\(TransparencyProof.header)`")
        }
        var line = lines.line()
        var extra: [UInt8]?
        if let text = line?.dropping(prefix: "extra ") {
            guard let data = BaseEncoding.base64.decode(text), !data.isEmpty,
                data.count <= TransparencyProof.maximumExtraLength
            else { throw TransparencyLogError(.malformedProof, "the extra line is not base64 of data") }
            extra = data
            line = lines.line()
        }
        guard let number = line?.dropping(prefix: "index "), let index = Decimal.parse(number) else {
            throw TransparencyLogError(.malformedProof, "no index line stands before the hashes")
        }
        guard let hashes = HashLines.read(from: &lines, atMost: MerkleTree.maximumProofLength) else {
            throw TransparencyLogError(.malformedProof, "after the index stand no hashes and a blank line")
        }
        let checkpoint = try SignedNote(parsing: [UInt8](lines.rest), limits: limits)
        try self.init(index: index, hashes: hashes, checkpoint: checkpoint, extra: extra)
    }

    /// Verifies the proof for the entry with this leaf hash (tlog-proof, Verifying a tlog proof).
    ///
    /// Throws as ``CheckpointPolicy/verify(_:limits:)`` does, and `inclusionNotProven`.
    public func verify(
        leafHash: Hash, policy: CheckpointPolicy
    ) throws(TransparencyLogError) -> VerifiedCheckpoint {
        let verified = try policy.verify(checkpoint)
        let (size, root) = (verified.checkpoint.size, verified.checkpoint.root)
        guard MerkleTree.verifyInclusion(of: leafHash, at: index, size: size, root: root, proof: hashes) else {
            throw TransparencyLogError(.inclusionNotProven, "the entry is not proven to be leaf \(index) of \(size)")
        }
        return verified
    }
}
