import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
package import NIOCore
import NIOPosix
package import NIOSSL
import ServiceLifecycle

/// A listener that could not have its address.
package struct ListenerFailure: Error, CustomStringConvertible {
    package let listener: String
    package let address: String
    package let cause: IOError

    package var description: String {
        "the \(listener) listener cannot have `\(address)`: \(String(cString: strerror(cause.errnoCode)))"
    }
}

/// One listener of the control plane: a router behind HTTP/1.1, over TLS 1.3 where it has a certificate.
package struct Listener: Service {
    /// Decides on the certificates a client shows; the listener asks for none where there is no such decision.
    package typealias ClientVerification =
        @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void

    private let application: any ApplicationProtocol
    private let name: String
    private let address: String

    /// Makes the listener of a router.
    ///
    /// - Throws: an error of NIOSSL where certificate and key do not load.
    init<Context: InitializableFromSource<ApplicationRequestContextSource> & RequestContext>(
        _ router: Router<Context>, name: String, configuration: ListenerConfiguration,
        clientVerification: ClientVerification?, logger: Logger, onRunning: @escaping @Sendable (SocketAddress) -> Void
    ) throws {
        let counts = ConnectionCounts(limit: configuration.connectionsPerAddress)
        let limits = ConnectionGuard.Limits(nextHead: .seconds(Int64(configuration.idleTimeout)))
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionGuard(counts: counts, limits: limits)],
                idleTimeout: .seconds(Int64(configuration.idleTimeout)),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
        let server: HTTPServerBuilder =
            if let tls = configuration.tls {
                try .tls(
                    http,
                    configuration: .init(
                        tlsConfiguration: try Self.tlsConfiguration(tls, asksClients: clientVerification != nil),
                        customVerificationCallback: clientVerification))
            } else {
                http
            }
        self.name = name
        address = "\(configuration.host):\(configuration.port)"
        application = Application(
            router: router, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)),
            onServerRunning: { channel in
                if let address = channel.localAddress {
                    logger.info(
                        "listening",
                        metadata: [
                            "listener": "\(name)", "host": "\(configuration.host)",
                            "port": .stringConvertible(address.port ?? configuration.port),
                        ])
                    onRunning(address)
                }
            },
            logger: Self.quieter(logger))
    }

    /// Hummingbird says at `info` what is said here already.
    private static func quieter(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }

    private static func tlsConfiguration(
        _ tls: ListenerConfiguration.TLS, asksClients: Bool
    ) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(tls.certificateChain.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(tls.privateKey.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        // The certificates are self-signed and stand for a key on the ledger: the callback decides on them alone.
        configuration.certificateVerification = asksClients ? .noHostnameVerification : .none
        return configuration
    }

    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenerFailure(listener: name, address: address, cause: error)
        }
    }
}
