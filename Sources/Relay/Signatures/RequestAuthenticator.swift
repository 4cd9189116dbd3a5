import AccessReceipts
import CityIdentity
import HTTPTypes
import Ledger
import MessageSignatures

/// Finds out who signed a request: the one way from `UnverifiedRequest` to `AuthenticatedRequest`.
///
/// The order is from cheap to dear, and a nonce is used up only by a signature that verified: nobody can use up another's.
final class RequestAuthenticator: Sendable {
    private let skew: Int64
    private let lifetime: Int64
    private let nonces: NonceRegistry
    private let tables = KeyTables()

    /// The `tag` of signatures that are meant for a gateway.
    static let tag = "hansa-exchange"
    private static let longestNonce = 128
    private static let longestPurpose = 256
    /// So that every receipt of the exchange has room for it, whatever has to be escaped.
    private static let longestBase = 12 << 10
    /// In seconds; every second some end.
    private static let retryAfterFull = 5
    private static let credentials: Set<String> = ["authorization", "proxy-authorization", "cookie"]
    private static let parameterNames: Set<String> = ["created", "expires", "nonce", "keyid", "alg", "tag"]

    init(configuration: GatewayConfiguration) {
        self.skew = configuration.clockSkew
        self.lifetime = configuration.signatureLifetime
        self.nonces = NonceRegistry(limit: configuration.limits.nonces)
    }

    /// Takes up what was used before this gateway started.
    func recall(_ used: UsedNonces) async {
        await self.nonces.recall(used.living, forgotten: used.forgotten)
    }

    func authenticate(
        _ request: UnverifiedRequest, view: LedgerView, now: Timestamp, caches: inout LoopCaches
    ) throws(Refusal) -> AuthenticatedRequest {
        let purpose = request.head.headerFields[.exchangePurpose]
        let refuse = { (problem: Problem) in
            Refusal(problem).of(request.route, purpose: purpose.flatMap(Self.printable), height: view.height)
        }
        if let purpose, Self.printable(purpose) == nil {
            throw refuse(Problem(.malformedRequest, "`Exchange-Purpose` is not a word or a URI"))
        }
        do throws(Problem) {
            let signature = try Self.signature(of: request.head, cache: &caches.signatureInputs)
            try Self.checkCoverage(of: signature.input, request: request, purpose: purpose)
            let use = try self.checkParameters(of: signature.input.parameters, now: now)
            let key = try Self.key(use.keyID, signature: signature, request: request, view: view, now: now)
            let base = try Self.base(of: signature, request: request)
            guard self.tables.isValidSignature(signature.signature, for: base, by: key.publicKey, now: now) else {
                throw Problem(.signatureInvalid, "the signature does not verify")
            }
            let digest = try Self.digest(of: request)
            guard let record = Receipt.Signature(key: key.id, base: base, value: signature.signature) else {
                throw Problem(.signatureInvalid, "the signature base is not ASCII")
            }
            let nonce = AccessReceipts.NonceRecord(
                key: use.keyID, nonce: use.nonce,
                expires: Timestamp(seconds: use.expires).adding(seconds: self.skew + 1))
            try self.use(nonce, of: key.id.code.city, now: now)
            return AuthenticatedRequest(
                head: request.head, route: request.route, framing: request.framing, peer: request.peer, key: key.id,
                label: signature.label, purpose: purpose, digest: digest, signature: record, nonce: nonce,
                trace: .next(after: request.head.headerFields[.traceParent], using: &caches.random))
        } catch {
            throw refuse(error)
        }
    }

    // MARK: Steps

    private static func signature(
        of head: HTTPRequest, cache: inout SignatureInputCache
    ) throws(Problem) -> SignatureFields.LabelledSignature {
        guard head.headerFields[.signatureInput] != nil, head.headerFields[.signature] != nil else {
            throw Problem(.signatureRequired)
        }
        let fields: SignatureFields
        do { fields = try SignatureFields(FieldLines(head.headerFields), cache: &cache) } catch {
            throw Problem(.signatureInvalid, error.message)
        }
        let ours = fields.signatures.filter { $0.input.parameters.tag?.utf8.elementsEqual(Self.tag.utf8) ?? false }
        guard let signature = ours.first else {
            throw Problem(.signatureRequired, "no signature has the tag `\(Self.tag)`")
        }
        guard ours.count == 1 else {
            throw Problem(.signatureInvalid, "more than one signature has the tag `\(Self.tag)`")
        }
        return signature
    }

    private static func checkCoverage(
        of input: SignatureInput, request: UnverifiedRequest, purpose: String?
    ) throws(Problem) {
        var required: [ComponentIdentifier] = [.method, .targetURI]
        if purpose != nil { required.append(.exchangePurpose) }
        if !request.framing.isEmpty || request.head.headerFields[.contentDigest] != nil {
            required.append(.contentDigest)
        }
        // What is covered stands in the receipt's signature base, and credentials are nobody else's to keep.
        for component in input.components where Self.credentials.contains(component.name) {
            throw Problem(.signatureInvalid, "the signature covers `\(component.name)`, which a receipt must not hold")
        }
        for component in required where !input.covers(component) {
            throw Problem(.signatureInvalid, "the signature does not cover `\(component.name)`")
        }
    }

    private func checkParameters(
        of parameters: SignatureParameters, now: Timestamp
    ) throws(Problem) -> (keyID: String, nonce: String, expires: Int64) {
        guard let created = parameters.created, let expires = parameters.expires, let nonce = parameters.nonce,
            let keyID = parameters.keyID
        else {
            throw Problem(.signatureInvalid, "`created`, `expires`, `nonce` and `keyid` are all needed")
        }
        // Whoever reads the receipt later must read the same parameters as this gateway.
        if let unknown = parameters.names.first(where: { !Self.parameterNames.contains($0) }) {
            throw Problem(.signatureInvalid, "the parameter `\(unknown)` is not known")
        }
        guard (1...Self.longestNonce).contains(nonce.utf8.count) else {
            throw Problem(.signatureInvalid, "the nonce is empty or too long")
        }
        // Both are of at most 15 digits, so neither difference nor sum overflows.
        guard expires > created, expires - created <= self.lifetime else {
            throw Problem(.signatureExpired, "a signature lives for 1 to \(self.lifetime) seconds")
        }
        let milliseconds = now.milliseconds
        guard created * 1000 <= milliseconds + self.skew * 1000 else {
            throw Problem(.signatureExpired, "the signature was made in the future")
        }
        guard milliseconds < (expires + self.skew) * 1000 else {
            throw Problem(.signatureExpired, "the signature has expired")
        }
        return (keyID, nonce, expires)
    }

    private static func key(
        _ text: String, signature: SignatureFields.LabelledSignature, request: UnverifiedRequest, view: LedgerView,
        now: Timestamp
    ) throws(Problem) -> KeyRecord {
        guard let id = try? KeyIdentifier(text) else {
            throw Problem(.signatureInvalid, "`keyid` is not a key identifier")
        }
        guard request.peer.code.covers(id.code) else { throw Problem(.keyNotOfPeer) }
        guard let key = view.activeKey(id, for: .exchange, at: view.judged(at: now)) else {
            throw Problem(.keyNotActive)
        }
        if let algorithm = signature.input.parameters.algorithm,
            !algorithm.utf8.elementsEqual(key.publicKey.algorithm.forMessages.name.utf8)
        {
            throw Problem(.signatureInvalid, "`alg` is not the key's algorithm")
        }
        return key
    }

    private static func base(
        of signature: SignatureFields.LabelledSignature, request: UnverifiedRequest
    ) throws(Problem) -> [UInt8] {
        do {
            let base = try signature.input.signatureBase(for: HTTPMessage(request.head))
            if base.count <= Self.longestBase { return base }
        } catch {
            throw Problem(.signatureInvalid, error.message)
        }
        throw Problem(.headerTooLarge, "what the signature covers is over \(Self.longestBase) bytes")
    }

    private static func digest(of request: UnverifiedRequest) throws(Problem) -> ExpectedDigest? {
        let digest: ContentDigest?
        do { digest = try ContentDigest(FieldLines(request.head.headerFields)) } catch {
            throw Problem(.digestRequired, error.message)
        }
        guard let digest else {
            if request.framing.isEmpty { return nil }
            throw Problem(.digestRequired)
        }
        // The receipt records this digest, and is compared with what was signed by its text.
        guard let sha256 = digest[.sha256], Self.states(ContentDigest(sha256: sha256).fieldValue, request.head)
        else {
            throw Problem(.digestRequired, "`Content-Digest` must have a `sha-256` without parameters")
        }
        return ExpectedDigest(sha256: digest[.sha256], sha512: digest[.sha512])
    }

    /// Whether one of the members of `Content-Digest` is this text.
    private static func states(_ member: String, _ head: HTTPRequest) -> Bool {
        head.headerFields[values: .contentDigest].contains { line in
            line.utf8.split(separator: UInt8(ascii: ",")).contains { text in
                text.drop { $0 == UInt8(ascii: " ") }.elementsEqual(member.utf8)
            }
        }
    }

    private func use(
        _ nonce: AccessReceipts.NonceRecord, of city: IdentificationCode, now: Timestamp
    ) throws(Problem) {
        switch self.nonces.use(nonce, of: city, now: now) {
        case .fresh: return
        case .replayed: throw Problem(.replayed)
        case .forgotten:
            throw Problem(.replayed, "signatures that end no later were forgotten, and this may be one of them")
        case .full:
            throw Problem(
                .overloaded, "as many signatures of your city are alive as may be", retryAfter: Self.retryAfterFull)
        }
    }

    /// A purpose is a word or a URI: printable, without spaces, commas or quotes.
    private static func printable(_ text: String) -> String? {
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x2C }
        return isPrintable && (1...Self.longestPurpose).contains(text.utf8.count) ? text : nil
    }
}

extension ComponentIdentifier {
    static let method: ComponentIdentifier = "@method"
    static let targetURI: ComponentIdentifier = "@target-uri"
    static let exchangePurpose: ComponentIdentifier = "exchange-purpose"
    static let exchangeConsumer: ComponentIdentifier = "exchange-consumer"
    static let exchangeReceipt: ComponentIdentifier = "exchange-receipt"
    static let contentDigest: ComponentIdentifier = "content-digest"
    static let status: ComponentIdentifier = "@status"
}
