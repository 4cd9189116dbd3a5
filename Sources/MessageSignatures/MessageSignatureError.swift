/// Why a signature was refused, could not be made, or a field could not be read.
public struct MessageSignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case missingSignature = "missing_signature"
            case malformedField = "malformed_field"
            case malformedParameter = "malformed_parameter"
            case malformedSignature = "malformed_signature"
            case labelMismatch = "label_mismatch"
            case duplicateLabel = "duplicate_label"
            case duplicateParameter = "duplicate_parameter"
            case missingParameter = "missing_parameter"
            case missingComponent = "missing_component"
            case duplicateComponent = "duplicate_component"
            case invalidComponent = "invalid_component"
            case insufficientCoverage = "insufficient_coverage"
            case createdInFuture = "created_in_future"
            case expired = "expired"
            case tooOld = "too_old"
            case unknownKey = "unknown_key"
            case unsupportedAlgorithm = "unsupported_algorithm"
            case algorithmMismatch = "algorithm_mismatch"
            case badSignature = "bad_signature"
            case digestMismatch = "digest_mismatch"
            case malformedDigest = "malformed_digest"
            case unsupportedDigest = "unsupported_digest"
            case missingDigest = "missing_digest"
            case nonceReused = "nonce_reused"
            case nonceStoreFull = "nonce_store_full"
            case tagMismatch = "tag_mismatch"
            case invalidKey = "invalid_key"
            case signingFailed = "signing_failed"
        }

        private let value: Value

        /// A stable name in snake case, fit for logs and problem details.
        public var description: String { value.rawValue }

        /// Signature or Signature-Input is absent or empty, or holds no signature the policy looks for.
        public static let missingSignature = Code(value: .missingSignature)
        /// A structured field does not parse or has the wrong structured type.
        public static let malformedField = Code(value: .malformedField)
        /// A signature parameter has the wrong type.
        public static let malformedParameter = Code(value: .malformedParameter)
        /// The signature has a length the algorithm does not allow.
        public static let malformedSignature = Code(value: .malformedSignature)
        /// The labels of Signature and Signature-Input are not the same set.
        public static let labelMismatch = Code(value: .labelMismatch)
        /// One label appears twice in a field.
        public static let duplicateLabel = Code(value: .duplicateLabel)
        /// A parameter appears twice.
        public static let duplicateParameter = Code(value: .duplicateParameter)
        /// A signature parameter the policy requires is absent.
        public static let missingParameter = Code(value: .missingParameter)
        /// A covered component is not in the message.
        public static let missingComponent = Code(value: .missingComponent)
        /// A component identifier is covered twice.
        public static let duplicateComponent = Code(value: .duplicateComponent)
        /// A component identifier is unknown, not allowed where it stands, or its value cannot be used.
        public static let invalidComponent = Code(value: .invalidComponent)
        /// A component the policy requires is not covered.
        public static let insufficientCoverage = Code(value: .insufficientCoverage)
        /// `created` is later than now, beyond the clock skew.
        public static let createdInFuture = Code(value: .createdInFuture)
        /// `expires` is in the past, beyond the clock skew.
        public static let expired = Code(value: .expired)
        /// `created` is further in the past than the policy allows, or `expires` further from `created`.
        public static let tooOld = Code(value: .tooOld)
        /// `keyid` names no known key.
        public static let unknownKey = Code(value: .unknownKey)
        /// The algorithm is unknown or not on the policy's list.
        public static let unsupportedAlgorithm = Code(value: .unsupportedAlgorithm)
        /// `alg` differs from the algorithm of the key.
        public static let algorithmMismatch = Code(value: .algorithmMismatch)
        /// The signature does not verify over the signature base of the message as received.
        public static let badSignature = Code(value: .badSignature)
        /// Content-Digest differs from the digest of the content.
        public static let digestMismatch = Code(value: .digestMismatch)
        /// Content-Digest does not parse.
        public static let malformedDigest = Code(value: .malformedDigest)
        /// Content-Digest names no supported algorithm.
        public static let unsupportedDigest = Code(value: .unsupportedDigest)
        /// There is content and no Content-Digest.
        public static let missingDigest = Code(value: .missingDigest)
        /// The nonce was already accepted under this `keyid`.
        public static let nonceReused = Code(value: .nonceReused)
        /// The nonce cannot be remembered, because as many as may be are remembered already.
        public static let nonceStoreFull = Code(value: .nonceStoreFull)
        /// `tag` is not the expected one.
        public static let tagMismatch = Code(value: .tagMismatch)
        /// Key material does not load.
        public static let invalidKey = Code(value: .invalidKey)
        /// A signature could not be made.
        public static let signingFailed = Code(value: .signingFailed)
    }

    /// The kind of fault.
    public let code: Code
    /// What happened, in words.
    public let message: String

    /// Creates an error of a kind, said in words.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The code's name and the message.
    public var description: String { "\(code): \(message)" }
}

extension MessageSignatureError {
    init(_ error: StructuredFieldError, in field: String) {
        switch error.kind {
        case .syntax:
            self.init(code: .malformedField, message: "`\(field)` does not parse at byte \(error.offset)")
        case .tooLarge:
            self.init(code: .malformedField, message: "`\(field)` is larger than is read")
        case .duplicateKey:
            self.init(code: .duplicateLabel, message: "`\(error.name)` appears twice in `\(field)`")
        case .duplicateParameter:
            self.init(code: .duplicateParameter, message: "parameter `\(error.name)` appears twice in `\(field)`")
        }
    }
}
