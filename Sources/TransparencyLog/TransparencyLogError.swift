/// An error of this module: what went wrong, in words, and what caused it.
public struct TransparencyLogError: Error, Sendable, CustomStringConvertible {
    /// The kind of error, for programs.
    public let code: Code
    /// What went wrong, for people; lower case, without a full stop.
    public let message: String
    /// The error that led to this one, if any.
    public let cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The code and the message.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}

extension TransparencyLogError {
    /// The kinds of error this module throws; more may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case malformedKey, malformedNote, malformedCheckpoint, malformedTilePath, malformedTile
            case malformedEntryBundle, malformedProof, malformedRequest, invalidArgument
            case badSignature, noKnownSignature, noLogSignature, unacceptableOrigin
            case badCosignature, quorumNotMet, staleCosignature, futureCosignature
            case inclusionNotProven, consistencyNotProven, contentMismatch, notInTree
        }

        private let kind: Kind

        /// The name of the code.
        public var description: String { kind.rawValue }

        /// A verifier or signer key is not in the form of signed-note, Verifier keys.
        public static let malformedKey = Code(kind: .malformedKey)
        /// Bytes are not a note (signed-note, Format) or exceed a limit.
        public static let malformedNote = Code(kind: .malformedNote)
        /// A note's text is not a checkpoint (tlog-checkpoint, Note text).
        public static let malformedCheckpoint = Code(kind: .malformedCheckpoint)
        /// A path names no tile or entry bundle (tlog-tiles, APIs).
        public static let malformedTilePath = Code(kind: .malformedTilePath)
        /// A tile has another length than its path says.
        public static let malformedTile = Code(kind: .malformedTile)
        /// An entry bundle is cut, empty or too wide (tlog-tiles, Log entries).
        public static let malformedEntryBundle = Code(kind: .malformedEntryBundle)
        /// Bytes are not a proof (tlog-proof, Format) or exceed a limit.
        public static let malformedProof = Code(kind: .malformedProof)
        /// Bytes are not an add-checkpoint request (tlog-witness, add-checkpoint).
        public static let malformedRequest = Code(kind: .malformedRequest)
        /// A value was passed in that the formats cannot express.
        public static let invalidArgument = Code(kind: .invalidArgument)
        /// A signature by a known key does not verify.
        public static let badSignature = Code(kind: .badSignature)
        /// No signature of the note is by a known key.
        public static let noKnownSignature = Code(kind: .noKnownSignature)
        /// No signature of the checkpoint is by a key of its log.
        public static let noLogSignature = Code(kind: .noLogSignature)
        /// The checkpoint is of another log.
        public static let unacceptableOrigin = Code(kind: .unacceptableOrigin)
        /// A cosignature by a known witness does not verify.
        public static let badCosignature = Code(kind: .badCosignature)
        /// Fewer witnesses cosigned than required.
        public static let quorumNotMet = Code(kind: .quorumNotMet)
        /// Too few witnesses cosigned recently enough.
        public static let staleCosignature = Code(kind: .staleCosignature)
        /// Too few witnesses cosigned at a time that is not in the future.
        public static let futureCosignature = Code(kind: .futureCosignature)
        /// An inclusion proof does not lead to the root.
        public static let inclusionNotProven = Code(kind: .inclusionNotProven)
        /// A consistency proof does not join the two roots.
        public static let consistencyNotProven = Code(kind: .consistencyNotProven)
        /// What was read is not what the tree commits to.
        public static let contentMismatch = Code(kind: .contentMismatch)
        /// An index or size lies outside the tree.
        public static let notInTree = Code(kind: .notInTree)
    }
}
