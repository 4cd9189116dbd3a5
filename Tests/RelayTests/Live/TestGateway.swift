import AccessReceipts
import CityIdentity
import Foundation
import Ledger
import Logging
import NIOCore
import Relay
import ServiceLifecycle
import TransparencyLog

/// A gateway on loopback before a provider's system, on a real ledger and a real store of receipts.
final class TestGateway: Sendable {
    let network: TestNetwork
    let store: ReceiptStore
    let gateway: Gateway
    let port: Int
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// - Parameters:
    ///   - clock: what the gateway takes for the time; the ledger has its own.
    ///   - view: what the gateway takes for the ledger.
    init(
        _ network: TestNetwork, name: String = "gateway", configure: (inout GatewayConfiguration) -> Void = { _ in },
        clock: @escaping @Sendable () -> Timestamp = { Timestamp.now() },
        view: @escaping @Sendable (LedgerView) -> LedgerView = { $0 }
    ) async throws {
        self.network = network
        let code = TestNetwork.operatorCode
        let signer = try NoteSigner(
            name: "\(TestNetwork.name)/receipts/\(code)", seed: [UInt8](repeating: 7, count: 32))
        self.store = try ReceiptStore(
            directory: network.directory.appendingPathComponent(name).path, origin: signer.verifierKey.name,
            signer: signer, clock: clock)
        var configuration = GatewayConfiguration()
        configuration.allowsPlainUpstreams = true
        configuration.allowsPrivateUpstreams = true
        configuration.eventLoops = 2
        // Tests of a debug build share a busy machine; what waits in the queue is a matter of those that are about it.
        configuration.timeouts.queue = .seconds(5)
        configure(&configuration)
        let certificate = try network.certificate(for: "\(code)#tls")
        let ledger = network.ledger
        var logger = Logger(label: "test.relay")
        logger.logLevel = ProcessInfo.processInfo.environment["RELAY_TEST_LOG"] == nil ? .critical : .debug
        let gateway = try Gateway(
            configuration: configuration,
            parts: .init(
                view: { view(ledger.view) }, receipts: self.store, exchangeKey: try network.key("\(code)#exchange"),
                exchangeKeyID: try KeyIdentifier("\(code)#exchange"),
                tls: TLSIdentity(key: try network.key("\(code)#tls"), certificateChain: certificate.pem),
                clock: clock),
            logger: logger)
        let group = ServiceGroup(configuration: .init(services: [gateway], logger: logger))
        self.gateway = gateway
        self.group = group
        self.running = Task { try await group.run() }
        guard let port = await gateway.boundPort() else {
            try await self.running.value
            throw RelayError(.transport, "the gateway did not start")
        }
        self.port = port
    }

    var authority: String { "127.0.0.1:\(self.port)" }

    func stop() async {
        await self.group.triggerGracefulShutdown()
        try? await self.running.value
        self.store.close()
    }

    /// Asks for a graceful shutdown and does not wait for it.
    func beginShutdown() async { await self.group.triggerGracefulShutdown() }

    /// Waits for the shutdown that was begun.
    func finishShutdown() async throws {
        try await self.running.value
        self.store.close()
    }

    /// The receipt of an id, as it is stored.
    func receipt(_ id: String?) async throws -> Receipt? {
        guard let id = id.flatMap(ReceiptID.init) else { return nil }
        return try await self.store.reader.receipt(id)?.receipt()
    }

    /// The receipt that closes the one of an id.
    func closing(of id: String?) async throws -> Receipt? {
        guard let opening = try await self.receipt(id) else { return nil }
        return try await self.store.reader.closing(of: opening)?.receipt()
    }

    /// The latest receipts, newest first.
    func receipts() async throws -> [Receipt] {
        try await self.store.reader.list(ReceiptFilter(), after: nil, limit: 100).receipts.map { try $0.receipt() }
    }
}
