/// Verifies signatures of messages (RFC 9421 section 3.2) under a policy.
public struct MessageVerifier: Sendable {
    /// Where the signatures stand.
    public enum Section: Sendable {
        /// In the header section.
        case header
        /// In the trailer section, where they can cover other trailer fields.
        case trailer
    }

    private let policy: VerificationPolicy
    private let nonces: (any NonceStore)?

    /// A verifier with a policy, and with a store for nonces where replays are to be refused.
    public init(policy: VerificationPolicy, nonces: (any NonceStore)? = nil) {
        self.policy = policy
        self.nonces = nonces
    }

    /// Verifies a message; `now` is in POSIX seconds.
    ///
    /// `key` is asked for the key that a signature names, and answers nil for one it does not know. What can be refused
    /// without a key is refused first. Nonces are claimed last, so that only good signatures use them up.
    public func verify(
        _ message: HTTPMessage, content: MessageContent, at now: Int64, signaturesIn section: Section = .header,
        key: (SignatureInput) -> (any SignatureVerificationKey)?
    ) -> Verification {
        do throws(MessageSignatureError) {
            let fields = section == .header ? message.fields : message.trailers
            let found = try SignatureFields(fields, keepingLastParameter: !policy.refusesDuplicateParameters)
            let selected = try select(found.signatures)
            for signature in selected {
                try policy.check(signature.input.parameters, at: now)
                try policy.checkCoverage(of: message, by: signature.input)
            }
            let digest = try policy.digest(of: message, content, coveredBy: selected.map(\.input))
            var verified: [VerifiedSignature] = []
            for signature in selected {
                verified.append(try verify(signature, of: message, digest: digest, key: key))
            }
            if let digest { try content.check(digest) }
            for signature in verified { try claimNonce(of: signature.input.parameters, at: now) }
            return .accepted(verified)
        } catch {
            return .refused(error)
        }
    }

    private func select(
        _ signatures: [SignatureFields.LabelledSignature]
    ) throws(MessageSignatureError) -> [SignatureFields.LabelledSignature] {
        let selected = signatures.filter { signature in
            switch policy.selection {
            case .every: true
            case .label(let label): signature.label.utf8.elementsEqual(label.utf8)
            case .tag(let tag): signature.input.parameters.tag?.utf8.elementsEqual(tag.utf8) == true
            }
        }
        guard !selected.isEmpty else {
            throw MessageSignatureError(code: .missingSignature, message: "the message has no signature of that name")
        }
        return selected
    }

    private func verify(
        _ signature: SignatureFields.LabelledSignature, of message: HTTPMessage, digest: ContentDigest?,
        key lookUp: (SignatureInput) -> (any SignatureVerificationKey)?
    ) throws(MessageSignatureError) -> VerifiedSignature {
        let key = try key(for: signature.input, lookUp)
        let base = try signature.input.signatureBase(for: message, types: policy.structuredFieldTypes)
        if let length = key.signatureLength, signature.signature.count != length {
            throw MessageSignatureError(
                code: .malformedSignature, message: "a signature of `\(key.algorithm)` has \(length) bytes")
        }
        guard key.isValid(signature: signature.signature, for: base) else {
            throw MessageSignatureError(code: .badSignature, message: "the signature does not verify")
        }
        return VerifiedSignature(
            label: signature.label, input: signature.input, algorithm: key.algorithm, signature: signature.signature,
            base: base, contentDigest: digest)
    }

    /// The key a signature names, if its algorithm is allowed and the one the signature says.
    private func key(
        for input: SignatureInput, _ lookUp: (SignatureInput) -> (any SignatureVerificationKey)?
    ) throws(MessageSignatureError) -> any SignatureVerificationKey {
        let named = input.parameters.algorithm
        if let named, SignatureAlgorithm(name: named) == nil {
            throw MessageSignatureError(code: .unsupportedAlgorithm, message: "there is no algorithm `\(named)` here")
        }
        guard let key = lookUp(input) else {
            throw MessageSignatureError(
                code: .unknownKey, message: "key `\(input.parameters.keyID ?? "")` is not known")
        }
        if let named, SignatureAlgorithm(name: named) != key.algorithm {
            throw MessageSignatureError(code: .algorithmMismatch, message: "the key is not one for `\(named)`")
        }
        guard policy.algorithms.contains(key.algorithm) else {
            throw MessageSignatureError(
                code: .unsupportedAlgorithm, message: "algorithm `\(key.algorithm)` is not allowed")
        }
        return key
    }

    private func claimNonce(of parameters: SignatureParameters, at now: Int64) throws(MessageSignatureError) {
        guard let nonces, let nonce = parameters.nonce else { return }
        let expires = policy.lastMoment(of: parameters) ?? .max
        let record = NonceRecord(keyID: parameters.keyID ?? "", nonce: nonce, expires: expires)
        switch nonces.claim(record, at: now) {
        case .fresh: break
        case .reused:
            throw MessageSignatureError(code: .nonceReused, message: "the nonce was used before")
        case .full:
            throw MessageSignatureError(code: .nonceStoreFull, message: "no further nonce can be remembered")
        }
    }
}

/// What came of a verification.
public enum Verification: Sendable {
    /// Every signature the policy looks at is good.
    case accepted([VerifiedSignature])
    /// One is not, or the message's content is not what was signed.
    case refused(MessageSignatureError)
}

/// A signature that verified; nothing but a verifier makes one.
public struct VerifiedSignature: Sendable {
    /// What ties the members of the two fields together.
    public let label: String
    /// What is covered.
    public let input: SignatureInput
    /// The algorithm of the key.
    public let algorithm: SignatureAlgorithm
    /// The signature itself.
    public let signature: [UInt8]
    /// The bytes that were signed.
    public let base: [UInt8]
    /// What pending content must be checked against; where the policy requires digests, the signature covers it.
    public let contentDigest: ContentDigest?

    init(
        label: String, input: SignatureInput, algorithm: SignatureAlgorithm, signature: [UInt8], base: [UInt8],
        contentDigest: ContentDigest?
    ) {
        self.label = label
        self.input = input
        self.algorithm = algorithm
        self.signature = signature
        self.base = base
        self.contentDigest = contentDigest
    }
}
