import CityIdentity
import NIOSSL

/// The two TLS contexts of a gateway.
///
/// Who the peer is, is decided by a callback and not by a certificate authority; `.noHostnameVerification` is what
/// makes a certificate required.
struct TLSContexts: Sendable {
    let server: NIOSSLContext
    let client: NIOSSLContext

    init(identity: TLSIdentity, allowsTLS12: Bool) throws {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificateChain.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(identity.key.pem.utf8), format: .pem)
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        server.applicationProtocols = ["h2", "http/1.1"]
        var client = TLSConfiguration.makeClientConfiguration()
        client.certificateChain = chain.map { .certificate($0) }
        client.privateKey = .privateKey(key)
        client.applicationProtocols = ["http/1.1"]
        self.server = try NIOSSLContext(configuration: Self.restricted(server, allowsTLS12: allowsTLS12))
        self.client = try NIOSSLContext(configuration: Self.restricted(client, allowsTLS12: allowsTLS12))
    }

    private static func restricted(_ configuration: TLSConfiguration, allowsTLS12: Bool) -> TLSConfiguration {
        var configuration = configuration
        configuration.minimumTLSVersion = allowsTLS12 ? .tlsv12 : .tlsv13
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.verifySignatureAlgorithms = [.ecdsaSecp256R1Sha256, .ed25519]
        configuration.renegotiationSupport = .none
        return configuration
    }
}
