/// What a verifier is told about the content of a message.
public enum MessageContent: Sendable {
    /// The message has none.
    case none
    /// All of it; an empty one is no content.
    case bytes([UInt8])
    /// It was hashed while it went by.
    case hashed(ContentDigest)
    /// It is still to come: the caller checks it against `VerifiedSignature.contentDigest`.
    case pending
    /// The message describes content it does not carry: an answer to HEAD, or 304.
    case described
}

extension VerificationPolicy {
    /// Checks that the digest is there and covered; returns it where there is something to compare with it.
    func digest(
        of message: HTTPMessage, _ content: MessageContent, coveredBy inputs: [SignatureInput]
    ) throws(MessageSignatureError) -> ContentDigest? {
        guard contentDigest != .ignored else { return nil }
        let isInTrailer = !message.fields.contains("content-digest") && message.trailers.contains("content-digest")
        let section = isInTrailer ? message.trailers : message.fields
        let isPresent = section.contains("content-digest")
        if contentDigest == .required, content.isThere {
            guard isPresent else {
                throw MessageSignatureError(code: .missingDigest, message: "there is content and no Content-Digest")
            }
            for input in inputs where !input.coversDigest(inTrailer: isInTrailer) {
                throw Self.notCovered("content-digest")
            }
        }
        if case .described = content { return nil }
        return try ContentDigest(section)
    }
}

extension MessageContent {
    fileprivate var isThere: Bool {
        switch self {
        case .none, .described: false
        case .bytes(let bytes): !bytes.isEmpty
        case .hashed, .pending: true
        }
    }

    /// Compares what is at hand with a digest.
    func check(_ digest: ContentDigest) throws(MessageSignatureError) {
        switch self {
        case .none: try digest.check(content: [])
        case .bytes(let bytes): try digest.check(content: bytes)
        case .hashed(let made): try digest.check(against: made)
        case .pending, .described: break
        }
    }
}

extension SignatureInput {
    /// Whether the whole field is covered, in any of the forms that hold all of it.
    fileprivate func coversDigest(inTrailer: Bool) -> Bool {
        components.contains {
            $0.name == "content-digest" && !$0.isFromRequest && $0.isTrailer == inTrailer && $0.parameters.key == nil
        }
    }
}
