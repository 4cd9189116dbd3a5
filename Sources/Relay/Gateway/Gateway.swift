package import AccessReceipts
package import CityIdentity
package import Ledger
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The data plane as a service: takes cities' exchanges on one TLS listener until it is told to stop.
///
/// On graceful shutdown it takes no new connection and no new exchange, finishes what is under way, and gives up what is
/// still there after the drain timeout.
package final class Gateway: Service {
    /// What a gateway works with; all of it outlives the gateway.
    package struct Parts: Sendable {
        /// The ledger as it stands; called for every exchange, so it must be cheap.
        package var view: @Sendable () -> LedgerView
        package var receipts: ReceiptStore
        /// Signs to consumers and providers; a ledger key of the gateway's with purpose `exchange`.
        package var exchangeKey: PrivateKey
        /// Its name; its code is the gateway's own.
        package var exchangeKeyID: KeyIdentifier
        package var tls: TLSIdentity
        package var clock: @Sendable () -> Timestamp

        package init(
            view: @escaping @Sendable () -> LedgerView, receipts: ReceiptStore, exchangeKey: PrivateKey,
            exchangeKeyID: KeyIdentifier, tls: TLSIdentity,
            clock: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
        ) {
            self.view = view
            self.receipts = receipts
            self.exchangeKey = exchangeKey
            self.exchangeKeyID = exchangeKeyID
            self.tls = tls
            self.clock = clock
        }
    }

    private let core: RelayCore
    /// Resolve names of origins.
    private let resolvers: NIOThreadPool
    private let bound = Mutex<(port: Int?, waiting: [CheckedContinuation<Int?, Never>], ended: Bool)>((nil, [], false))

    /// A city has at most two lookups at once, so that three that never answer leave room for a fourth.
    private static let resolverThreads = 8

    /// - Throws: `RelayError` if keys, certificate or configuration cannot be used.
    package init(configuration: GatewayConfiguration, parts: Parts, logger: Logger) throws {
        self.resolvers = NIOThreadPool(numberOfThreads: Self.resolverThreads)
        do {
            self.core = try RelayCore(
                parts, configuration: configuration, threads: self.resolvers, logger: logger)
        } catch let error as RelayError {
            throw error
        } catch {
            throw RelayError(.configuration, "the gateway's keys or certificate cannot be used", cause: error)
        }
    }

    /// Exchanges under way.
    package var exchangesInFlight: Int { self.core.exchangeCount }

    /// The port the gateway listens on, once it does; `nil` if it stopped before.
    package func boundPort() async -> Int? {
        await withCheckedContinuation { continuation in
            let answer: Int?? = self.bound.withLock { state in
                if state.port != nil || state.ended { return .some(state.port) }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Whether exchanges are taken: not yet while the gateway starts, and no longer once it stops.
    package var isListening: Bool { self.bound.withLock { $0.port != nil } }

    private func announce(_ port: Int?) {
        let waiting = self.bound.withLock { state in
            state.port = port
            state.ended = port == nil
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: port) }
    }

    /// Serves until it is cancelled or told to shut down.
    /// - Throws: `RelayError` if the address cannot be listened on.
    package func run() async throws {
        let configuration = self.core.configuration
        // Before the first exchange: what a crash left open is closed, and what was used up stays so.
        _ = try await self.core.receipts.reconcile()
        await self.core.admission.recall(try await self.core.receipts.usedNonces(since: self.core.clock()))
        self.resolvers.start()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops ?? System.coreCount)
        let loops = try await RelayLoops(core: self.core, group: group)
        do {
            let channel = try await self.listen(group: group, loops: loops)
            self.announce(channel.localAddress?.port)
            self.core.logger.info(
                "the gateway listens",
                metadata: [
                    "host": "\(configuration.host)", "port": .stringConvertible(channel.localAddress?.port ?? 0),
                ])
            loops.startSweeping()
            await withGracefulShutdownHandler {
                await withTaskCancellationHandler {
                    try? await channel.closeFuture.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
            } onGracefulShutdown: {
                channel.close(promise: nil)
            }
            self.announce(nil)
            await loops.drain(timeout: Task.isCancelled ? .zero : configuration.timeouts.drain)
        } catch {
            self.announce(nil)
            await self.stop(group, loops)
            throw error
        }
        await self.stop(group, loops)
        self.announce(nil)
        self.core.logger.info("the gateway has stopped")
    }

    private func listen(group: MultiThreadedEventLoopGroup, loops: RelayLoops) async throws -> any Channel {
        let configuration = self.core.configuration
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: configuration.limits.writeBuffer / 4, high: configuration.limits.writeBuffer)
            )
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 65536)
            )
            .childChannelInitializer { [core] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops.loop(of: channel.eventLoop),
                        core.acceptConnection(from: channel.remoteAddress?.ipAddress ?? "")
                    else {
                        core.metrics.refuse(.tooManyConnections)
                        throw RelayError(.transport, "there are as many connections as may be")
                    }
                    do {
                        try ServerPipeline.begin(channel, loop: loop)
                    } catch {
                        core.handshakeEnded(from: channel.remoteAddress?.ipAddress ?? "")
                        core.connectionClosed(of: nil)
                        throw error
                    }
                }
            }
        do {
            return try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            throw RelayError(
                .transport, "the address `\(configuration.host):\(configuration.port)` cannot be listened on",
                cause: error)
        }
    }

    private func stop(_ group: MultiThreadedEventLoopGroup, _ loops: RelayLoops) async {
        await loops.stop()
        try? await group.shutdownGracefully()
        try? await self.resolvers.shutdownGracefully()
    }
}
