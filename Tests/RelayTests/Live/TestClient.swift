import AsyncHTTPClient
import CityIdentity
import Foundation
import HTTPTypes
import MessageSignatures
import NIOCore
import NIOHTTP1
import NIOSSL

/// A city's system that takes part in exchanges over a general HTTP client.
struct TestClient: Sendable {
    /// What is asked for, and what is wrong with it where a test wants something wrong.
    struct Request: Sendable {
        var method = "GET"
        var path: String
        var purpose: String? = "environmental-research"
        var content: [UInt8]?
        var fields: [(String, String)] = []
        var keyID = "\(TestNetwork.consumer)#exchange"
        var signingKeyID: String?
        var created = Timestamp.now().seconds
        var lifetime: Int64 = 60
        var nonce = UUID().uuidString
        var tag = "hansa-exchange"
        var components: [String]?
        var algorithm: MessageSignatures.SignatureAlgorithm?
        /// What the signature and `Host` say the request is for; `nil` is the gateway's own.
        var authority: String?

        init(_ path: String) { self.path = path }

        init(_ path: String, _ change: (inout Request) -> Void) {
            self.path = path
            change(&self)
        }
    }

    struct Response: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var content: [UInt8]
        var version: HTTPVersion
        var text: String { String(decoding: self.content, as: UTF8.self) }
        var receipt: String? { self.headers.first(name: "exchange-receipt") }
    }

    let network: TestNetwork
    let gateway: TestGateway
    let http: HTTPClient

    /// - Parameter certificate: of the connection; by default the consumer's own.
    init(
        _ network: TestNetwork, _ gateway: TestGateway, key: String = "\(TestNetwork.consumer)#tls",
        certificate: TLSCertificate? = nil, http2: Bool = false
    ) throws {
        self.network = network
        self.gateway = gateway
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = try Self.tls(network, key: key, certificate: certificate)
        configuration.httpVersion = http2 ? .automatic : .http1Only
        configuration.timeout.read = .seconds(60)
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The consumer's end of TLS, which trusts the gateway's own certificate.
    static func tls(
        _ network: TestNetwork, key: String, certificate: TLSCertificate? = nil
    ) throws -> TLSConfiguration {
        let own = try certificate ?? network.certificate(for: key)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(own.pem.utf8)).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(network.key(key).pem.utf8), format: .pem))
        // The gateway's certificate is made anew by every test gateway: the ledger's key is what it is known by.
        tls.certificateVerification = .none
        return tls
    }

    /// The same request for a client that shows trailers.
    func plain(_ request: Request) throws -> HTTPRequest {
        let signed = try self.signed(request)
        var fields = HTTPFields()
        for (name, value) in signed.headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        if let content = request.content { fields[.contentLength] = String(content.count) }
        return HTTPRequest(
            method: HTTPRequest.Method(request.method) ?? .get, scheme: "https",
            authority: request.authority ?? self.gateway.authority, path: request.path, headerFields: fields)
    }

    /// The same request as HTTP/1.1 writes it, with further lines, and without its content.
    func text(_ request: Request, adding lines: String...) throws -> String {
        let signed = try self.signed(request)
        let fields = signed.headers.map { "\($0.name): \($0.value)" } + lines
        return "\(request.method) \(request.path) HTTP/1.1\r\nHost: \(request.authority ?? self.gateway.authority)\r\n"
            + fields.map { "\($0)\r\n" }.joined() + "\r\n"
    }

    func close() async { try? await self.http.shutdown() }

    /// The request as it goes out.
    func signed(_ request: Request) throws -> HTTPClientRequest {
        let target = "https://\(self.gateway.authority)\(request.path)"
        var fields: [(String, String)] = request.fields
        if let purpose = request.purpose { fields.append(("Exchange-Purpose", purpose)) }
        var components = request.components ?? ["@method", "@target-uri"]
        if request.components == nil, request.purpose != nil { components.append("exchange-purpose") }
        if let content = request.content, !fields.contains(where: { $0.0 == "Content-Digest" }) {
            fields.append(("Content-Digest", ContentDigest(of: content).fieldValue))
        }
        if request.components == nil, fields.contains(where: { $0.0 == "Content-Digest" }) {
            components.append("content-digest")
        }
        let message = HTTPMessage(
            method: request.method, scheme: "https", authority: request.authority ?? self.gateway.authority,
            target: request.path,
            fields: FieldLines(fields.map { (name: $0.0, value: $0.1) }))
        let key = TestSigningKey(key: try self.network.key(request.signingKeyID ?? request.keyID))
        let signed = try MessageSigner(key: key).sign(
            message, label: "hansa",
            input: SignatureInput(
                components: try components.map { try ComponentIdentifier($0) },
                parameters: SignatureParameters(
                    created: request.created, expires: request.created + request.lifetime, nonce: request.nonce,
                    algorithm: request.algorithm, keyID: request.keyID, tag: request.tag)))
        var outgoing = HTTPClientRequest(url: target)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for (name, value) in fields { outgoing.headers.add(name: name, value: value) }
        outgoing.headers.add(name: "Signature-Input", value: signed.signatureInputMember)
        outgoing.headers.add(name: "Signature", value: signed.signatureMember)
        if let content = request.content { outgoing.body = .bytes(content, length: .known(Int64(content.count))) }
        return outgoing
    }

    func send(_ request: Request) async throws -> Response { try await self.send(try self.signed(request)) }

    func send(_ request: HTTPClientRequest) async throws -> Response {
        let response = try await self.http.execute(request, timeout: .seconds(60))
        var content: [UInt8] = []
        for try await piece in response.body { content.append(contentsOf: piece.readableBytesView) }
        return Response(
            status: Int(response.status.code), headers: response.headers, content: content,
            version: response.version)
    }

    func get(_ path: String, _ change: (inout Request) -> Void = { _ in }) async throws -> Response {
        try await self.send(Request(path, change))
    }
}

/// A ledger key that signs messages.
struct TestSigningKey: SigningKey {
    let key: PrivateKey

    var algorithm: MessageSignatures.SignatureAlgorithm {
        switch self.key.algorithm {
        case .es256: .ecdsaP256SHA256
        case .eddsa: .ed25519
        case .sm2: .sm2SM3
        }
    }

    func sign(_ base: [UInt8]) throws -> [UInt8] { try self.key.sign(base) }
}
