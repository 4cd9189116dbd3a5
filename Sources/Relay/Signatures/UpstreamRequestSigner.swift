import CityIdentity
import MessageSignatures
import NIOHTTP1

/// Signs what the gateway tells a provider's system: who asks, for what, and under which receipt.
struct UpstreamRequestSigner: Sendable {
    /// The `tag` and the label of a gateway's signatures on requests.
    static let tag = "hansa-relay"
    static let label = "hansa"

    private let signer: MessageSigner
    private let keyID: KeyIdentifier

    /// What is covered of those that are there, in this order.
    private static let fields: [(name: String, component: ComponentIdentifier)] = [
        ("exchange-consumer", .exchangeConsumer), ("exchange-purpose", .exchangePurpose),
        ("exchange-receipt", .exchangeReceipt), ("content-digest", .contentDigest),
    ]

    init(key: PrivateKey, keyID: KeyIdentifier) {
        self.signer = MessageSigner(key: LedgerSigningKey(key: key))
        self.keyID = keyID
    }

    /// The head with the gateway's signature added.
    func sign(_ head: HTTPRequestHead, origin: UpstreamOrigin, at time: Timestamp) throws -> HTTPRequestHead {
        var components: [ComponentIdentifier] = [.method, .targetURI]
        var lines: [(name: String, value: String)] = []
        for (name, component) in Self.fields {
            let values = head.headers[name]
            if values.isEmpty { continue }
            components.append(component)
            lines += values.map { (name, $0) }
        }
        let input = try SignatureInput(
            components: components,
            parameters: SignatureParameters(created: time.seconds, keyID: self.keyID.description, tag: Self.tag))
        let message = HTTPMessage(
            method: head.method.rawValue, scheme: origin.isSecure ? "https" : "http", authority: origin.authority,
            target: head.uri, fields: FieldLines(lines))
        let signed = try self.signer.sign(message, label: Self.label, input: input)
        var head = head
        head.headers.add(name: "Signature-Input", value: signed.signatureInputMember)
        head.headers.add(name: "Signature", value: signed.signatureMember)
        return head
    }
}
