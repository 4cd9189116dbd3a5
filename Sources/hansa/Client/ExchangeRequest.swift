import BaseEncodings
import CityIdentity
import Crypto
import MessageSignatures

/// A request for an exchange, to be signed and sent.
struct ExchangeRequest: Sendable {
    var method = "GET"
    /// The path with query, exactly as it will be sent: `/exchange/MA.156.1301/air-quality/stations/12`.
    var target: String
    var purpose: String?
    /// Further header fields.
    var fields: [(String, String)] = []
    /// What will be sent, by size and SHA-256; `nil` for a request without content.
    var content: (size: UInt64, sha256: [UInt8])?
}

/// A request as it goes out: every field in its order, signature included.
struct SignedExchangeRequest: Sendable {
    let method: String
    let target: String
    let fields: [(name: String, value: String)]
    /// The request as signatures see it, to which the gateway's signature is bound.
    let message: HTTPMessage
}

/// Signs requests with a city's exchange key (RFC 9421).
struct ExchangeSigner: Sendable {
    let keyID: KeyIdentifier
    let key: CityIdentity.PrivateKey
    let address: GatewayAddress
    /// Whether the gateway is asked to sign its response.
    var asksForSignature = true

    /// What the gateway is asked to sign of its response.
    static let acceptSignature =
        #"hansa=("@status" "content-digest" "exchange-receipt" "@method";req "@target-uri";req "signature";req;key="hansa");tag="hansa-receipt""#

    func sign(_ request: ExchangeRequest, at time: Timestamp = .now()) throws -> SignedExchangeRequest {
        var fields: [(name: String, value: String)] = [("Host", address.authority)]
        var components: [ComponentIdentifier] = ["@method", "@target-uri"]
        if let purpose = request.purpose {
            fields.append(("Exchange-Purpose", purpose))
            components.append("exchange-purpose")
        }
        if let content = request.content {
            let digest = BaseEncoding.base64.encode(content.sha256)
            fields.append(("Content-Digest", "sha-256=:\(digest):"))
            fields.append(("Content-Length", String(content.size)))
            components.append("content-digest")
        }
        fields += request.fields.map { (name: $0.0, value: $0.1) }
        if asksForSignature { fields.append(("Accept-Signature", Self.acceptSignature)) }
        let nonce = BaseEncoding.base64URL.encode((0..<16).map { _ in UInt8.random(in: 0...255) })
        let parameters = try SignatureParameters(
            created: time.seconds, expires: time.seconds + 60, nonce: nonce, keyID: keyID.description,
            tag: "hansa-exchange")
        let signed = try MessageSigner(key: CitySigningKey(key: key)).sign(
            message(request, fields), label: "hansa",
            input: SignatureInput(components: components, parameters: parameters))
        fields.append(("Signature-Input", signed.signatureInputMember))
        fields.append(("Signature", signed.signatureMember))
        return SignedExchangeRequest(
            method: request.method, target: request.target, fields: fields, message: message(request, fields))
    }

    private func message(_ request: ExchangeRequest, _ fields: [(name: String, value: String)]) -> HTTPMessage {
        HTTPMessage(
            method: request.method, scheme: "https", authority: address.authority, target: request.target,
            fields: FieldLines(fields))
    }
}

/// A ledger key as message signatures want it.
struct CitySigningKey: SigningKey {
    let key: CityIdentity.PrivateKey

    var algorithm: MessageSignatures.SignatureAlgorithm { key.algorithm.forMessages }

    func sign(_ base: [UInt8]) throws -> [UInt8] { try key.sign(base) }
}

extension CityIdentity.SignatureAlgorithm {
    /// The algorithm under the name RFC 9421 knows it by.
    var forMessages: MessageSignatures.SignatureAlgorithm {
        switch self {
        case .es256: .ecdsaP256SHA256
        case .eddsa: .ed25519
        case .sm2: .sm2SM3
        }
    }
}
