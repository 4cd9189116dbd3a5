import AccessReceipts
import CityIdentity
import HTTPTypes
import MessageSignatures

/// Signs responses so that a consumer can prove what it got for which request.
struct ResponseSigner: Sendable {
    /// A signature as it goes into a message and into a receipt.
    struct Signed: Sendable {
        let input: String
        let signature: String
        let record: Receipt.Signature?
    }

    /// The `tag` and the label of a gateway's signatures on responses.
    static let tag = "hansa-receipt"
    static let label = "hansa"

    private let signer: MessageSigner
    private let keyID: KeyIdentifier
    private let digestInTrailer: ComponentIdentifier
    private let ofRequest: [ComponentIdentifier]

    init(key: PrivateKey, keyID: KeyIdentifier) throws {
        self.signer = MessageSigner(key: LedgerSigningKey(key: key))
        self.keyID = keyID
        self.digestInTrailer = try ComponentIdentifier(parsing: "\"content-digest\";tr")
        self.ofRequest = [
            try ComponentIdentifier(parsing: "\"@method\";req"),
            try ComponentIdentifier(parsing: "\"@target-uri\";req"),
        ]
    }

    /// Signs a response's status, digest and receipt, bound to the request's method, target and signature.
    /// - Parameter trailers: of a streamed response, whose digest stands in them.
    func sign(
        _ head: HTTPResponse, trailers: HTTPFields?, request: AuthenticatedRequest, at time: Timestamp
    ) throws -> Signed {
        var components: [ComponentIdentifier] = [.status]
        if trailers != nil {
            components.append(self.digestInTrailer)
        } else if head.headerFields[.contentDigest] != nil {
            components.append(.contentDigest)
        }
        components.append(.exchangeReceipt)
        components += self.ofRequest
        components.append(try ComponentIdentifier(parsing: "\"signature\";req;key=\"\(request.label)\""))
        let input = try SignatureInput(
            components: components,
            parameters: SignatureParameters(created: time.seconds, keyID: self.keyID.description, tag: Self.tag))
        let message = HTTPMessage(head, trailers: trailers ?? [:], request: HTTPMessage(request.head))
        let signed = try self.signer.sign(message, label: Self.label, input: input)
        return Signed(
            input: signed.signatureInputMember, signature: signed.signatureMember,
            record: Receipt.Signature(key: self.keyID, base: signed.base, value: signed.signature))
    }
}
