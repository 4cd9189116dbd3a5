/// Whom a verifier trusts for the checkpoints of one log: its keys and its witnesses (tlog-proof, Verifying).
public struct CheckpointPolicy: Sendable {
    /// How old or new the time of a cosignature may be, in seconds.
    public struct Freshness: Sendable, Hashable {
        /// The verifier's time, in POSIX seconds.
        public var now: UInt64
        /// The greatest age.
        public var maximumAge: UInt64
        /// The greatest time ahead.
        public var maximumFuture: UInt64

        /// Makes a rule of time.
        public init(now: UInt64, maximumAge: UInt64, maximumFuture: UInt64) {
            self.now = now
            self.maximumAge = maximumAge
            self.maximumFuture = maximumFuture
        }
    }

    /// The origin line of the log.
    public var origin: String
    /// The keys of the log; one of them must have signed.
    public var logKeys: [NoteVerifierKey]
    /// The keys of the witnesses; only those of type ``NoteVerifierKey/SignatureType/cosignature`` count.
    public var witnesses: [NoteVerifierKey]
    /// How many different witnesses must have cosigned.
    public var quorum: Int
    /// When they must have; nil takes any time.
    public var freshness: Freshness?

    /// Makes a policy; without witnesses the log's signature is enough.
    public init(
        origin: String, logKeys: [NoteVerifierKey], witnesses: [NoteVerifierKey] = [], quorum: Int = 0,
        freshness: Freshness? = nil
    ) {
        self.origin = origin
        self.logKeys = logKeys
        self.witnesses = witnesses
        self.quorum = quorum
        self.freshness = freshness
    }
}

/// A checkpoint that was verified against a policy.
public struct VerifiedCheckpoint: Sendable {
    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// The note it came in, as it was signed.
    public let note: SignedNote
    /// The verified lines of the log.
    public let logSignatures: [VerifiedNote.Signature]
    /// The verified lines of witnesses, within the policy's time or not.
    public let cosignatures: [VerifiedNote.Signature]
}

extension CheckpointPolicy {
    /// Parses and verifies a checkpoint.
    ///
    /// Throws `malformedNote`, `malformedCheckpoint`, `badSignature`, `noLogSignature`, `unacceptableOrigin`,
    /// `badCosignature`, or why the quorum was not met: `staleCosignature`, `futureCosignature`, `quorumNotMet`.
    public func verify(
        _ bytes: [UInt8], limits: NoteLimits = .standard
    ) throws(TransparencyLogError) -> VerifiedCheckpoint {
        try verify(SignedNote(parsing: bytes, limits: limits))
    }

    /// Verifies a note as a checkpoint; throws as ``verify(_:limits:)`` does.
    public func verify(_ note: SignedNote) throws(TransparencyLogError) -> VerifiedCheckpoint {
        let checkpoint = try Checkpoint(parsing: note.text)
        let logSignatures = try logSignatures(of: note)
        guard checkpoint.origin.isSameText(as: origin) else {
            throw TransparencyLogError(.unacceptableOrigin, "the checkpoint is of `\(checkpoint.origin)`")
        }
        let cosignatures = try cosignatures(of: note)
        try checkQuorum(cosignatures)
        return VerifiedCheckpoint(
            checkpoint: checkpoint, note: note, logSignatures: logSignatures, cosignatures: cosignatures)
    }

    private func logSignatures(
        of note: SignedNote
    ) throws(TransparencyLogError) -> [VerifiedNote.Signature] {
        do {
            return try note.verified(by: logKeys).signatures
        } catch  where error.code == .noKnownSignature {
            throw TransparencyLogError(.noLogSignature, "the log did not sign", cause: error)
        }
    }

    private func cosignatures(
        of note: SignedNote
    ) throws(TransparencyLogError) -> [VerifiedNote.Signature] {
        do {
            return try note.verified(by: witnesses.filter { $0.type == .cosignature }).signatures
        } catch  where error.code == .noKnownSignature {
            return []
        } catch {
            throw TransparencyLogError(.badCosignature, "a witness's signature does not verify", cause: error)
        }
    }

    private func checkQuorum(_ cosignatures: [VerifiedNote.Signature]) throws(TransparencyLogError) {
        var counted: Set<[UInt8]> = []
        var outOfTime: TransparencyLogError?
        for cosignature in cosignatures {
            if let error = refusal(of: cosignature) {
                outOfTime = outOfTime ?? error
            } else {
                counted.insert(cosignature.key.publicKey)
            }
        }
        guard counted.count < quorum else { return }
        throw outOfTime
            ?? TransparencyLogError(.quorumNotMet, "\(counted.count) of \(quorum) required witnesses cosigned")
    }

    private func refusal(of cosignature: VerifiedNote.Signature) -> TransparencyLogError? {
        // A verified cosignature has a time.
        guard let freshness, let time = cosignature.line.cosignatureTimestamp else { return nil }
        if time < freshness.now, freshness.now - time > freshness.maximumAge {
            return TransparencyLogError(
                .staleCosignature, "`\(cosignature.key.name)` cosigned at \(time), too long ago")
        }
        if time > freshness.now, time - freshness.now > freshness.maximumFuture {
            return TransparencyLogError(
                .futureCosignature, "`\(cosignature.key.name)` cosigned at \(time), not yet due")
        }
        return nil
    }
}
