import ArgumentParser
import Logging
import Metrics
import ServiceLifecycle
import UnixSignals

/// `hansa serve`: a node, until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a node: ledger, receipts, gateway and the public listener.",
        discussion: """
            SIGTERM and SIGINT finish what is in flight and stop. Settings: Documentation/configuration.md
            Example: hansa serve --directory node --log-level debug
            """)

    @OptionGroup var options: NodeOptions

    func run() async throws {
        let configuration = try await options.configuration()
        let logging = try configuration.logging()
        logging.format.bootstrap(level: logging.level)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "hansa")
        let node = try await RunningNode(configuration: configuration, metrics: metrics, logger: logger)
        do {
            let services = try node.services()
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services.map { .init(service: $0) },
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
            try await group.run()
        } catch {
            node.close()
            throw CommandError(.failure, "the node stopped: \(ConnectionFailure.words(error))")
        }
        node.close()
    }
}

/// Which node, and settings that go before its file.
struct NodeOptions: ParsableArguments {
    @Option(name: .long, help: "The node's directory.", completion: .directory)
    var directory: String = "."

    @Option(
        name: .long, help: "Its configuration. Also HANSA_CONFIG. (default: hansa.yaml in the directory)",
        completion: .file())
    var config: String?

    @Option(name: .long, help: "A setting, KEY=VALUE, such as exchange.listen=0.0.0.0:8443; may be repeated.")
    var set: [String] = []

    @Option(name: .long, help: "The least severe log lines: trace, debug, info, notice, warning, error, critical.")
    var logLevel: String?

    @Option(name: .long, help: "How log lines look: auto, text or json.")
    var logFormat: String?

    func configuration() async throws -> NodeConfiguration {
        var flags: [String: String] = [:]
        for text in set {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw CommandError(.usage, "`--set \(text.printable)` must be KEY=VALUE") }
            flags[parts[0]] = parts[1]
        }
        if let logLevel { flags["log.level"] = logLevel }
        if let logFormat { flags["log.format"] = logFormat }
        return try await NodeConfiguration.read(directory: directory, file: config, flags: flags)
    }
}
