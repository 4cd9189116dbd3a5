import CityIdentity
import Ledger
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Opens connections to providers' systems: one resolution, one address that the rule allows, TLS proven by a key that
/// the provider has on the ledger.
final class UpstreamConnector: Sendable {
    private let tls: NIOSSLContext
    private let view: @Sendable () -> LedgerView
    private let clock: @Sendable () -> Timestamp
    private let configuration: GatewayConfiguration
    private let resolver: HostResolver

    init(
        tls: NIOSSLContext, configuration: GatewayConfiguration, view: @escaping @Sendable () -> LedgerView,
        clock: @escaping @Sendable () -> Timestamp, resolver: HostResolver
    ) {
        self.tls = tls
        self.configuration = configuration
        self.view = view
        self.clock = clock
        self.resolver = resolver
    }

    /// Opens one connection; says once, on the event loop, what came of it.
    func connect(
        to key: UpstreamPool.Key, on eventLoop: any EventLoop, pool: UpstreamPool,
        completion: @escaping (Result<UpstreamConnection, RelayError>) -> Void
    ) {
        let attempt = Attempt(key: key, pool: pool, eventLoop: eventLoop, completion: completion)
        guard key.origin.isSecure || self.configuration.allowsPlainUpstreams else {
            let reason = "the origin is plain `http`, and `upstream.plain` is false"
            return attempt.finish(.failure(RelayError(.address, reason)))
        }
        attempt.timeout = eventLoop.assumeIsolated().scheduleTask(in: self.configuration.timeouts.connect) {
            attempt.finish(.failure(RelayError(.upstream, "the origin took too long to connect")))
        }
        self.resolve(key, on: eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let addresses): self.connect(to: addresses[...], attempt)
            case .failure(let error):
                attempt.finish(
                    .failure(error as? RelayError ?? RelayError(.address, "the origin does not resolve", cause: error)))
            }
        }
    }

    /// One try to connect; bound to its event loop.
    private final class Attempt {
        let key: UpstreamPool.Key
        let pool: UpstreamPool
        let eventLoop: any EventLoop
        var timeout: Scheduled<Void>?
        /// What has been opened so far.
        var channel: (any Channel)?
        /// Addresses that failed while the next one is tried.
        var abandoned = 0
        private var completion: ((Result<UpstreamConnection, RelayError>) -> Void)?

        init(
            key: UpstreamPool.Key, pool: UpstreamPool, eventLoop: any EventLoop,
            completion: @escaping (Result<UpstreamConnection, RelayError>) -> Void
        ) {
            self.key = key
            self.pool = pool
            self.eventLoop = eventLoop
            self.completion = completion
        }

        var isOver: Bool { self.completion == nil }

        func finish(_ result: Result<UpstreamConnection, RelayError>) {
            guard let completion = self.completion else { return }
            self.completion = nil
            self.timeout?.cancel()
            if case .failure = result { self.channel?.close(promise: nil) }
            completion(result)
        }
    }

    /// The addresses to connect to, in turn.
    ///
    /// One that is not allowed refuses the name rather than being passed over: a name that has both sorts is no honest
    /// origin. It is asked of what is remembered too, and the address that was asked of is the one connected to.
    private func resolve(_ key: UpstreamPool.Key, on eventLoop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        let rule = AddressRule(allowsPrivate: self.configuration.allowsPrivateUpstreams)
        let origin = key.origin
        if let literal = try? SocketAddress(ipAddress: origin.host, port: origin.port) {
            let reason = rule.reasonAgainst(literal)
            return reason.map { eventLoop.makeFailedFuture(RelayError(.address, "the origin's address \($0)")) }
                ?? eventLoop.makeSucceededFuture([literal])
        }
        let found = self.resolver.addresses(of: origin.host, for: key.provider.city, on: eventLoop)
        return found.flatMapThrowing { addresses in
            if let reason = addresses.lazy.compactMap(rule.reasonAgainst).first {
                throw RelayError(.address, "an address of `\(origin.host)`: \(reason)")
            }
            return addresses.prefix(Self.addressesTried).map { address in
                var address = address
                address.port = origin.port
                return address
            }
        }
    }

    private static let addressesTried = 4

    private func connect(to addresses: ArraySlice<SocketAddress>, _ attempt: Attempt) {
        guard let address = addresses.first, !attempt.isOver else { return }
        let handshake = attempt.eventLoop.makePromise(of: PeerKey?.self)
        handshake.futureResult.assumeIsolated().whenComplete { self.handshakeEnded($0, attempt) }
        ClientBootstrap(group: attempt.eventLoop)
            .connectTimeout(self.configuration.timeouts.connect)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [key = attempt.key] channel in
                channel.eventLoop.makeCompletedFuture { try self.addTLS(to: channel, key: key, handshake: handshake) }
            }
            .connect(to: address).assumeIsolated().whenComplete { result in
                switch result {
                case .failure(let error):
                    if addresses.count > 1 {
                        attempt.abandoned += 1
                        self.connect(to: addresses.dropFirst(), attempt)
                    }
                    handshake.fail(error)
                case .success(let channel):
                    attempt.channel = channel
                    if attempt.isOver { channel.close(promise: nil) }
                    if !attempt.key.origin.isSecure { handshake.succeed(nil) }
                    channel.closeFuture.whenComplete { _ in
                        handshake.fail(RelayError(.upstream, "the origin closed the connection"))
                    }
                }
            }
    }

    private func handshakeEnded(_ result: Result<PeerKey?, any Error>, _ attempt: Attempt) {
        do {
            let peer = try result.get()
            guard let channel = attempt.channel, !attempt.isOver else { return }
            attempt.finish(.success(try self.addHTTP(to: channel, peer: peer, attempt)))
        } catch {
            // Another address is being tried.
            if attempt.abandoned > 0 {
                attempt.abandoned -= 1
                return
            }
            attempt.finish(
                .failure(
                    error as? RelayError ?? RelayError(.upstream, "the origin cannot be connected to", cause: error)))
        }
    }

    private func addTLS(to channel: any Channel, key: UpstreamPool.Key, handshake: EventLoopPromise<PeerKey?>) throws {
        guard key.origin.isSecure else { return }
        let isLiteral = (try? SocketAddress(ipAddress: key.origin.host, port: 0)) != nil
        let verified = PeerBox()
        let tls = try NIOSSLClientHandler(
            context: self.tls, serverHostname: isLiteral ? nil : key.origin.host,
            customVerificationCallback: { [view, clock] certificates, promise in
                let result = Self.verify(certificates, provider: key.provider, view: view(), now: clock())
                verified.set(result)
                promise.succeed((try? result.get()) == nil ? .failed : .certificateVerified)
            })
        try channel.pipeline.syncOperations.addHandlers([
            tls, RecordGatherer(),
            HandshakeWatcher { result in
                switch result {
                case .success: handshake.succeed(try? verified.get()?.get())
                case .failure(let error):
                    if case .failure(let refusal) = verified.get() {
                        let reason = "the origin did not prove to be \(key.provider)'s: \(refusal.words)"
                        handshake.fail(RelayError(.upstream, reason))
                    } else {
                        handshake.fail(RelayError(.upstream, "the origin's TLS failed", cause: error))
                    }
                }
            },
        ])
    }

    private static func verify(
        _ certificates: [NIOSSLCertificate], provider: IdentificationCode, view: LedgerView, now: Timestamp
    ) -> Result<PeerKey, PeerRefusal> {
        guard let der = try? certificates.first?.toDERBytes() else { return .failure(.noCertificate) }
        return PeerVerification.verify(certificate: der, view: view, now: view.judged(at: now)).flatMap {
            provider.covers($0.code) ? .success($0) : .failure(.wrongProvider)
        }
    }

    private func addHTTP(to channel: any Channel, peer: PeerKey?, _ attempt: Attempt) throws -> UpstreamConnection {
        let connection = UpstreamConnection(
            channel: channel, peer: peer, pool: attempt.pool, key: attempt.key, limits: self.configuration.limits)
        try channel.pipeline.syncOperations.addHandler(connection)
        return connection
    }
}

/// Who the peer turned out to be, from the verification callback to the handshake's end.
private final class PeerBox: Sendable {
    private let peer = Mutex<Result<PeerKey, PeerRefusal>?>(nil)
    func set(_ peer: Result<PeerKey, PeerRefusal>) { self.peer.withLock { $0 = peer } }
    func get() -> Result<PeerKey, PeerRefusal>? { self.peer.withLock { $0 } }
}
