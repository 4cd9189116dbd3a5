import CityIdentity
import NIOCore
import NIOSSL

/// What a client shows a gateway, and the one public key it lets the gateway have.
struct ClientIdentity: Sendable {
    let context: NIOSSLContext
    /// SubjectPublicKeyInfo of the certificates that are trusted.
    let pins: [[UInt8]]

    /// - Parameters:
    ///   - certificate: The client's own certificate, PEM.
    ///   - key: Its key, PEM.
    ///   - gateway: Certificates of the gateway, PEM; compared by public key.
    ///   - protocols: What to speak, by ALPN.
    init(certificate: String, key: String, gateway: String, protocols: [String] = ["http/1.1"]) throws {
        do {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv13
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            tls.applicationProtocols = protocols
            tls.certificateVerification = .noHostnameVerification
            self.context = try NIOSSLContext(configuration: tls)
            self.pins = try NIOSSLCertificate.fromPEMBytes(Array(gateway.utf8)).map {
                try TLSPeerCertificate(der: $0.toDERBytes()).spki
            }
        } catch {
            throw CommandError(.input, "the certificates or the key for TLS cannot be used", cause: error)
        }
        guard !pins.isEmpty else { throw CommandError(.input, "there is no certificate of the gateway to trust") }
    }

    /// A handler for one connection, which fails unless the gateway shows a trusted key.
    func handler(for address: GatewayAddress) throws -> NIOSSLClientHandler {
        let pins = pins
        return try NIOSSLClientHandler(
            context: context, serverHostname: address.isAddress ? nil : address.host
        ) { chain, promise in
            let leaf = try? chain.first.map { try TLSPeerCertificate(der: $0.toDERBytes()) }
            promise.succeed(leaf.map { pins.contains($0.spki) } == true ? .certificateVerified : .failed)
        }
    }
}
