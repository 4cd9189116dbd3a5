import AccessReceipts
import CityIdentity
import Console
import Ledger
import Logging
import Relay
import ServiceLifecycle
import TransparencyLog

/// Everything one node consists of, put together from its configuration.
struct RunningNode: Sendable {
    let configuration: NodeConfiguration
    let ledger: Ledger
    let receipts: ReceiptStore
    private let metrics: PrometheusRegistry
    private let logger: Logger

    /// Opens ledger and receipts; both belong to this process until ``close()``.
    init(configuration: NodeConfiguration, metrics: PrometheusRegistry, logger: Logger) async throws {
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        self.ledger = try await Self.openLedger(configuration, logger: logger)
        do { try Self.checkKeys(configuration, view: ledger.view) } catch {
            try? ledger.close()
            throw error
        }
        let network = ledger.view.network
        let origin = ReceiptsAnchor.origin(network: network, gateway: configuration.code)
        do {
            self.receipts = try ReceiptStore(
                directory: configuration.path("receipts.directory"), origin: origin,
                signer: NoteKey.signer(name: origin, key: configuration.key("operator.receipts-key").key),
                anchoring: configuration.anchoring())
        } catch {
            try? ledger.close()
            throw CommandError(.failure, "the receipts cannot be opened", cause: error)
        }
    }

    /// Refuses keys that nobody could check: each must be the one that the ledger has under its name.
    private static func checkKeys(_ configuration: NodeConfiguration, view: LedgerView) throws {
        for setting in ["operator.tls-key", "operator.exchange-key", "operator.receipts-key", "operator.validator-key"]
        {
            let (id, key) = try configuration.key(setting)
            guard let record = view.key(id) else {
                throw CommandError(
                    .configuration, "`\(setting)`: `\(id)` is not on the ledger",
                    advice:
                        "run the node with the key it had, and add this one with `hansa key add \(id.name) --home …`")
            }
            guard record.publicKey == key.publicKey else {
                throw CommandError(
                    .configuration, "`\(setting)`: the file of `\(id)` holds another key than the ledger")
            }
        }
    }

    private static func openLedger(_ configuration: NodeConfiguration, logger: Logger) async throws -> Ledger {
        let validator = try configuration.key("operator.validator-key")
        let directory = try configuration.path("ledger.directory")
        do {
            let network = try await LedgerArchive(directory: directory).network()
            var settings = Ledger.Settings(signer: try NoteKey.signer(name: network, key: validator.key))
            settings.logger = Logger(label: "hansa.ledger")
            return try await Ledger.open(directory: directory, settings: settings)
        } catch let error as LedgerError {
            let advice = error.code == .notFound ? "`hansa network init` begins a network" : nil
            throw CommandError(.failure, "the ledger cannot be opened", advice: advice, cause: error)
        }
    }

    /// The services in the order they start; they stop in the reverse order, so that what is in flight still finds the
    /// receipts, and their last anchor still finds the ledger.
    func services() throws -> [any Service] {
        let gateway = try gateway()
        let readiness = Readiness(
            ledger: ledger, receipts: receipts, configuration: configuration, isListening: { gateway.isListening })
        var services: [any Service] = [
            LedgerService(ledger: ledger),
            AnchorService(anchorer: try anchorer()),
            UsageService(ledger: ledger, receipts: receipts, logger: Logger(label: "hansa.usage")),
            try publicServer(readiness),
        ]
        if let address = configuration.officers { services.append(try officersServer(address)) }
        services.append(gateway)
        return services
    }

    func close() {
        receipts.close()
        do { try ledger.close() } catch { logger.error("the ledger did not close", metadata: ["error": "\(error)"]) }
    }

    private func gateway() throws -> Gateway {
        let exchange = try configuration.key("operator.exchange-key")
        let ledger = ledger
        let parts = Gateway.Parts(
            view: { ledger.view }, receipts: receipts, exchangeKey: exchange.key, exchangeKeyID: exchange.id,
            tls: try configuration.tlsIdentity())
        return try Gateway(
            configuration: configuration.gateway(), parts: parts, logger: Logger(label: "hansa.gateway"))
    }

    func anchorer() throws -> ReceiptAnchorer {
        let (id, key) = try configuration.key("operator.receipts-key")
        return ReceiptAnchorer(
            store: receipts, ledger: .local(ledger, keyID: id, key: key), logger: Logger(label: "hansa.anchor"))
    }

    private func publicServer(_ readiness: Readiness) throws -> PublicServer {
        let metrics = metrics
        var tls: ListenerConfiguration.TLS?
        if let certificate = configuration.settings.path("public.certificate") {
            let key = try configuration.path("public.key")
            try KeyFile.checkMode(key)
            tls = .init(certificateChain: try InputFile.text(certificate), privateKey: try InputFile.text(key))
        }
        return try PublicServer(
            configuration: ListenerConfiguration(
                host: configuration.open.host, port: configuration.open.port, tls: tls),
            sources: PublicServer.Sources(
                ledger: ledger, receipts: receipts, operatorCode: configuration.code,
                exchangeURL: configuration.exchangeURL, metrics: { metrics.text() },
                readiness: { readiness.reasons() }),
            logger: Logger(label: "hansa.public"))
    }

    private func officersServer(_ address: SocketName) throws -> OfficersServer {
        let identity = try configuration.tlsIdentity()
        let (ledger, receipts) = (ledger, receipts)
        return try OfficersServer(
            configuration: ListenerConfiguration(
                host: address.host, port: address.port,
                tls: .init(certificateChain: identity.certificateChain, privateKey: identity.key.pem)),
            sources: OfficersServer.Sources(ledger: ledger, receipts: receipts, operatorCode: configuration.code) {
                id in
                try await receipts.reader.evidence(for: id, ledger: .local(ledger.archive)).bytes
            },
            logger: Logger(label: "hansa.officers"))
    }
}
