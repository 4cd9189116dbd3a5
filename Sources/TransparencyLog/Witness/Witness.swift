/// A witness of logs: cosigns a checkpoint if it extends the one cosigned before (tlog-witness).
///
/// A pure state machine: it holds the latest cosigned checkpoint of each log; time is passed in, and whoever owns it
/// stores the records. One owner must serialise ``addCheckpoint(_:at:persisting:)``: two requests evaluated against the
/// same record could roll the log back.
public struct Witness: Sendable {
    /// A log the witness cosigns for.
    public struct Log: Sendable {
        /// The origin line of the log's checkpoints.
        public let origin: String
        /// The keys that sign them.
        public let keys: [NoteVerifierKey]

        /// Makes a log.
        public init(origin: String, keys: [NoteVerifierKey]) {
            self.origin = origin
            self.keys = keys
        }
    }

    /// The latest checkpoint of a log that was cosigned: what has to be on stable storage before the response is sent.
    public struct Record: Sendable, Hashable {
        /// The checkpoint.
        public let checkpoint: Checkpoint
        /// The checkpoint with the log's verified signatures and the witness's.
        public let note: SignedNote

        /// Reads a stored record; throws `malformedCheckpoint` if the note is not one of a checkpoint.
        public init(_ note: SignedNote) throws(TransparencyLogError) {
            self.init(checkpoint: try Checkpoint(parsing: note.text), note: note)
        }

        fileprivate init(checkpoint: Checkpoint, note: SignedNote) {
            self.checkpoint = checkpoint
            self.note = note
        }
    }

    /// What comes of a request.
    public enum Outcome: Sendable {
        /// Nothing changes; send the response.
        case refused(WitnessResponse)
        /// Store the record, then send the response.
        case cosigned(Record, WitnessResponse)
    }

    private let cosigner: Cosigner
    // By the bytes of the origin, since equal strings can be different lines.
    private let logs: [[UInt8]: Log]
    private var records: [[UInt8]: Record]

    /// Makes a witness that goes on from stored records.
    public init(cosigner: Cosigner, logs: [Log], records: [Record] = []) {
        self.cosigner = cosigner
        self.logs = Dictionary(logs.map { ([UInt8]($0.origin.utf8), $0) }) { first, _ in first }
        self.records = Dictionary(records.map { ([UInt8]($0.checkpoint.origin.utf8), $0) }) { one, other in
            one.checkpoint.size >= other.checkpoint.size ? one : other
        }
    }

    /// Answers a request; `persist` stores the record and the response is made only once it returned.
    public mutating func addCheckpoint(
        _ body: [UInt8], at time: UInt64, persisting persist: (Record) throws -> Void = { _ in }
    ) rethrows -> WitnessResponse {
        switch evaluate(body, at: time) {
        case .refused(let response):
            return response
        case .cosigned(let record, let response):
            try persist(record)
            commit(record)
            return response
        }
    }

    /// What a request would come to, without any change; `time` is in POSIX seconds and not 0.
    public func evaluate(_ body: [UInt8], at time: UInt64) -> Outcome {
        let request: AddCheckpointRequest
        do {
            request = try AddCheckpointRequest(parsing: body)
        } catch {
            return .refused(.refusal(400, error.message))
        }
        guard let log = logs[[UInt8](request.checkpoint.origin.utf8)] else {
            return .refused(.refusal(404, "the log is unknown"))
        }
        let logSignatures: [NoteSignature]
        do {
            logSignatures = try request.note.verified(by: log.keys).signatures.map(\.line)
        } catch {
            return .refused(.refusal(403, error.message))
        }
        if let response = refusal(of: request) { return .refused(response) }
        return cosign(request.checkpoint, signedBy: logSignatures, at: time)
    }

    /// Takes a stored record as the latest of its log.
    public mutating func commit(_ record: Record) {
        records[[UInt8](record.checkpoint.origin.utf8)] = record
    }

    /// The checks that come after the signatures, in the order of the text.
    private func refusal(of request: AddCheckpointRequest) -> WitnessResponse? {
        let checkpoint = request.checkpoint
        guard request.oldSize <= checkpoint.size else {
            return .refusal(400, "the old size is greater than the checkpoint's")
        }
        let latest = records[[UInt8](checkpoint.origin.utf8)]?.checkpoint
        guard request.oldSize == latest?.size ?? 0 else { return .conflict(size: latest?.size ?? 0) }
        guard checkpoint.size != 0 || checkpoint.root == MerkleTree.emptyRoot else {
            return .refusal(422, "the root is not that of the empty tree")
        }
        let isConsistent = MerkleTree.verifyConsistency(
            from: request.oldSize, oldRoot: latest?.root ?? MerkleTree.emptyRoot, to: checkpoint.size,
            root: checkpoint.root, proof: request.proof)
        return isConsistent ? nil : .refusal(422, "the checkpoint is not proven to extend the last one")
    }

    private func cosign(_ checkpoint: Checkpoint, signedBy lines: [NoteSignature], at time: UInt64) -> Outcome {
        guard time != 0, let cosignature = try? cosigner.cosign(checkpoint, at: time) else {
            return .refused(.refusal(500, "the witness cannot sign now"))
        }
        let note = SignedNote(checkedText: checkpoint.text, signatures: lines + [cosignature])
        return .cosigned(Record(checkpoint: checkpoint, note: note), .success(cosignature.line))
    }
}

extension Witness {
    /// The latest cosigned checkpoint of the log whose origin has this SHA-256 hash in lower-case hexadecimal
    /// (tlog-witness, Monitor Retrieval Mechanism); status 404 if there is none.
    public func checkpoint(originHash: String) -> WitnessResponse {
        let record = records.first { origin, _ in Hash(hashing: origin).hex.isSameText(as: originHash) }
        guard let record else { return .refusal(404, "no checkpoint of the log was cosigned") }
        return .success(record.value.note.bytes)
    }
}
