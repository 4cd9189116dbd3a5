import AccessReceipts
import CityIdentity
import HTTPTypes
import MessageSignatures

/// Signs responses so that a consumer can prove what it got for which request.
///
/// What the consumer asks for in `Accept-Signature` is signed as it asks (RFC 9421, section 5.2). The gateway's own
/// signature, which always covers enough, goes beside it unless it is what was asked for.
struct ResponseSigner: Sendable {
    /// Signatures as they go into a message, and the gateway's own as it goes into a receipt.
    struct Signed: Sendable {
        let input: String
        let signature: String
        let record: Receipt.Signature?
    }

    /// The `tag` and the label of a gateway's own signatures on responses.
    static let tag = "hansa-receipt"
    static let label = "hansa"
    /// Signatures that one request may ask for.
    private static let requestLimit = 4
    /// How long a signature lives that was asked to expire, in seconds.
    private static let lifetime: Int64 = 300

    private let key: LedgerSigningKey
    private let signer: MessageSigner
    private let keyID: String
    private let record: @Sendable (MessageSigner.Signed) -> Receipt.Signature?
    private let digestInTrailer: ComponentIdentifier
    private let ofRequest: [ComponentIdentifier]

    init(key: PrivateKey, keyID: KeyIdentifier) throws {
        self.key = LedgerSigningKey(key: key)
        self.signer = MessageSigner(key: self.key)
        self.keyID = keyID.description
        self.record = { Receipt.Signature(key: keyID, base: $0.base, value: $0.signature) }
        self.digestInTrailer = try ComponentIdentifier(parsing: "\"content-digest\";tr")
        self.ofRequest = [
            try ComponentIdentifier(parsing: "\"@method\";req"),
            try ComponentIdentifier(parsing: "\"@target-uri\";req"),
        ]
    }

    // MARK: What is asked for

    /// The signatures that a request asks for; `nil` if it asks for none.
    ///
    /// - Throws: the problem of one that no response to this request could have.
    func requests(in request: AuthenticatedRequest) throws(Problem) -> [SignatureRequest]? {
        guard request.head.headerFields[.acceptSignature] != nil else { return nil }
        do {
            let asked = try SignatureRequest.all(in: FieldLines(request.head.headerFields))
            guard asked.count <= Self.requestLimit else {
                throw Problem(.signatureUnavailable, "more than \(Self.requestLimit) signatures are asked for")
            }
            let message = HTTPMessage(HTTPResponse(status: .ok), request: HTTPMessage(request.head))
            for one in asked { try self.check(one, in: message, label: request.label) }
            return asked
        } catch let error as MessageSignatureError {
            throw Problem(.signatureUnavailable, error.message)
        } catch {
            throw error as? Problem ?? Problem(.internalError)
        }
    }

    private func check(_ asked: SignatureRequest, in message: HTTPMessage, label: String) throws {
        if let keyID = asked.keyID, !keyID.utf8.elementsEqual(self.keyID.utf8) {
            throw Problem(.signatureUnavailable, "the gateway signs with the key `\(self.keyID)`")
        }
        if let algorithm = asked.algorithm, !algorithm.utf8.elementsEqual(self.key.algorithm.name.utf8) {
            throw Problem(.signatureUnavailable, "the gateway signs with `\(self.key.algorithm.name)`")
        }
        // A signature on a response must not pass for one on a request, nor for more than it covers.
        for tag in [RequestAuthenticator.tag, UpstreamRequestSigner.tag] where asked.tag.map(tag.isSame) ?? false {
            throw Problem(.signatureUnavailable, "the tag `\(tag)` is for requests")
        }
        let own = try self.ownComponents(digest: nil, label: label)
        if asked.tag.map(Self.tag.isSame) ?? false, !own.allSatisfy(asked.components.contains) {
            throw Problem(.signatureUnavailable, "a signature with the tag `\(Self.tag)` covers more than that")
        }
        // Fields of the response are not known yet; everything else is.
        for component in asked.components where component.isFromRequest || component.name.utf8.first == 0x40 {
            _ = try component.value(in: message)
        }
    }

    // MARK: Signing

    /// What the gateway's own signature covers: status, digest and receipt, bound to the request's method, target and
    /// signature.
    private func ownComponents(digest: ComponentIdentifier?, label: String) throws -> [ComponentIdentifier] {
        var components: [ComponentIdentifier] = [.status]
        if let digest { components.append(digest) }
        components.append(.exchangeReceipt)
        components += self.ofRequest
        components.append(try ComponentIdentifier(parsing: "\"signature\";req;key=\"\(label)\""))
        return components
    }

    /// Signs a response.
    /// - Parameters:
    ///   - trailers: of a streamed response, whose digest stands in them.
    ///   - requests: what is asked for; one that asks for a field the response does not have is left out.
    func sign(
        _ head: HTTPResponse, trailers: HTTPFields?, request: AuthenticatedRequest, requests: [SignatureRequest],
        at time: Timestamp
    ) throws -> Signed {
        let message = HTTPMessage(head, trailers: trailers ?? [:], request: HTTPMessage(request.head))
        var signed = try requests.compactMap { try self.sign(message, as: $0, at: time) }
        let digest: ComponentIdentifier? =
            if trailers != nil { self.digestInTrailer } else {
                head.headerFields[.contentDigest] != nil ? .contentDigest : nil
            }
        let components = try self.ownComponents(digest: digest, label: request.label)
        let asked = signed.first { one in
            (one.input.parameters.tag.map(Self.tag.isSame) ?? false)
                && components.allSatisfy(one.input.covers)
        }
        let own =
            try asked
            ?? self.signer.sign(
                message, label: Self.label(besides: signed),
                input: SignatureInput(
                    components: components,
                    parameters: SignatureParameters(created: time.seconds, keyID: self.keyID, tag: Self.tag)))
        if asked == nil { signed.append(own) }
        return Signed(
            input: signed.map(\.signatureInputMember).joined(separator: ", "),
            signature: signed.map(\.signatureMember).joined(separator: ", "), record: self.record(own))
    }

    private func sign(
        _ message: HTTPMessage, as asked: SignatureRequest, at time: Timestamp
    ) throws -> MessageSigner.Signed? {
        let input = try SignatureInput(
            components: asked.components,
            parameters: SignatureParameters(
                created: time.seconds, expires: asked.wantsExpires ? time.seconds + Self.lifetime : nil,
                nonce: asked.nonce, algorithm: asked.algorithm.map { _ in self.key.algorithm }, keyID: self.keyID,
                tag: asked.tag))
        do throws(MessageSignatureError) {
            return try self.signer.sign(message, label: asked.label, input: input)
        } catch {
            guard error.code == .missingComponent || error.code == .invalidComponent else { throw error }
            return nil
        }
    }

    /// A label that was not asked for (RFC 9421, section 5.2).
    private static func label(besides signed: [MessageSigner.Signed]) -> String {
        let labels = [Self.label] + (1...Self.requestLimit).map { "\(Self.label)-\($0)" }
        return labels.first { label in !signed.contains { $0.label.isSame(label) } } ?? Self.label
    }
}

extension String {
    /// The same bytes.
    fileprivate func isSame(_ other: String) -> Bool { self.utf8.elementsEqual(other.utf8) }
}
