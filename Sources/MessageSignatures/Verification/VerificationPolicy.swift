/// What a verifier asks of a signature beyond that it verifies (RFC 9421 sections 3.2.1 and 7).
public struct VerificationPolicy: Sendable {
    /// Which of a message's signatures must be good; the others are not looked at.
    public enum Selection: Sendable, Hashable {
        /// Each of them.
        case every
        /// The one with this label.
        case label(String)
        /// Each with this tag, of which there must be one.
        case tag(String)
    }

    /// What is asked of Content-Digest.
    public enum DigestRule: Sendable, Hashable {
        /// Where there is content, the field must be there, be covered and be right.
        case required
        /// Where the field is there, it must be right.
        case ifPresent
        /// It is not looked at.
        case ignored
    }

    /// Which signatures must be good.
    public var selection = Selection.every
    /// The algorithms that are allowed.
    public var algorithms = SignatureAlgorithm.recommended
    /// By how many seconds clocks may differ.
    public var clockSkew: Int64 = 5
    /// For how many seconds after `created` a signature is good; nil for no limit but `expires`.
    public var maxAge: Int64? = 300
    /// How many seconds may lie between `created` and `expires`; nil for no limit.
    public var maxLifetime: Int64?
    /// Parameters that must be there.
    public var requiredParameters = ["created", "keyid"]
    /// Components that a request's signature must cover.
    public var requiredRequestComponents: [ComponentIdentifier] = ["@method", "@target-uri"]
    /// Components that a response's signature must cover.
    public var requiredResponseComponents: [ComponentIdentifier] = ["@status"]
    /// Fields that must be covered where the message has them.
    public var requiredIfPresent: [ComponentIdentifier] = []
    /// What `tag` must be; nil for anything.
    public var expectedTag: String?
    /// What is asked of Content-Digest.
    public var contentDigest = DigestRule.required
    /// Whether a parameter that appears twice is refused; otherwise the last one counts (RFC 9651 section 4.2.3.2).
    public var refusesDuplicateParameters = true
    /// The fields that `sf` can be used with.
    public var structuredFieldTypes = StructuredFieldTypes.registered

    /// A policy that requires method, target URI or status, `created` and `keyid`, and a digest of content.
    public init() {}
}

extension VerificationPolicy {
    /// Checks the parameters and the time; `now` is in POSIX seconds.
    func check(_ parameters: SignatureParameters, at now: Int64) throws(MessageSignatureError) {
        for name in requiredParameters where !parameters.contains(name) {
            throw MessageSignatureError(code: .missingParameter, message: "signature parameter `\(name)` is absent")
        }
        if let expectedTag, parameters.tag?.utf8.elementsEqual(expectedTag.utf8) != true {
            throw MessageSignatureError(code: .tagMismatch, message: "the signature's tag is not `\(expectedTag)`")
        }
        let skew = Self.bounded(clockSkew)
        if let created = parameters.created {
            guard created <= now + skew else {
                throw MessageSignatureError(code: .createdInFuture, message: "the signature was made in the future")
            }
            if let maxAge, created < now - Self.bounded(maxAge) - skew {
                throw MessageSignatureError(code: .tooOld, message: "the signature is older than \(maxAge) s")
            }
        }
        guard let expires = parameters.expires else { return }
        guard expires >= now - skew else {
            throw MessageSignatureError(code: .expired, message: "the signature has expired")
        }
        if let maxLifetime, let created = parameters.created, expires - created > maxLifetime {
            throw MessageSignatureError(
                code: .tooOld, message: "the signature is good for more than \(maxLifetime) s")
        }
    }

    /// Until when a signature with these parameters could be accepted again; nil for ever.
    func lastMoment(of parameters: SignatureParameters) -> Int64? {
        let skew = Self.bounded(clockSkew)
        let byExpiry = parameters.expires.map { $0 + skew }
        let byAge = parameters.created.flatMap { created in maxAge.map { created + Self.bounded($0) + skew } }
        return [byExpiry, byAge].compactMap(\.self).min()
    }

    /// Checks what is covered, apart from the digest.
    func checkCoverage(of message: HTTPMessage, by input: SignatureInput) throws(MessageSignatureError) {
        let always = message.isRequest ? requiredRequestComponents : requiredResponseComponents
        for component in always where !input.covers(component) { throw Self.notCovered(component) }
        for component in requiredIfPresent where !input.covers(component) {
            let source = component.isFromRequest ? message.request : message
            let section = component.isTrailer ? source?.trailers : source?.fields
            if section?.contains(component.name) == true { throw Self.notCovered(component) }
        }
    }

    static func notCovered(_ component: ComponentIdentifier) -> MessageSignatureError {
        MessageSignatureError(code: .insufficientCoverage, message: "`\(component)` is not covered")
    }

    /// Durations past thirty thousand years are as good as that, and cannot overflow a time.
    private static func bounded(_ duration: Int64) -> Int64 {
        min(max(duration, 0), 1_000_000_000_000)
    }
}
