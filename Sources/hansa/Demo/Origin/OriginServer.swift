import CityIdentity
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A city's own HTTPS server: shows the city's certificate and speaks with the gateway's key alone.
struct OriginServer: Sendable {
    let port: Int
    private let channel: any Channel

    var url: String { "https://127.0.0.1:\(port)/" }

    /// Starts to listen on a free port of the loopback address.
    ///
    /// - Parameter gateway: The certificate (PEM) of the only client that is let in; compared by public key.
    static func start(
        certificate: String, key: String, gateway: String, answer: @escaping @Sendable (OriginRequest) -> OriginResponse
    ) async throws -> OriginServer {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        let privateKey = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .noHostnameVerification
        let allowed = try NIOSSLCertificate.fromPEMBytes(Array(gateway.utf8)).map {
            try Array(TLSPeerCertificate(der: $0.toDERBytes()).spki)
        }
        let context = try NIOSSLContext(configuration: tls)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let verifier = NIOSSLServerHandler(context: context) { chain, promise in
                        promise.succeed(Self.isAllowed(chain.first, allowed) ? .certificateVerified : .failed)
                    }
                    try channel.pipeline.syncOperations.addHandler(verifier)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(OriginHandler(answer: answer))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else {
            throw CommandError(.failure, "the system gave the server no port")
        }
        return OriginServer(port: port, channel: channel)
    }

    func stop() async {
        try? await channel.close()
    }

    private static func isAllowed(_ certificate: NIOSSLCertificate?, _ allowed: [[UInt8]]) -> Bool {
        guard let der = try? certificate?.toDERBytes(), let peer = try? TLSPeerCertificate(der: der) else {
            return false
        }
        return allowed.contains(peer.spki)
    }
}
