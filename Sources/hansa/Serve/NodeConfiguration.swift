import AccessReceipts
import CityIdentity
import Foundation
import Logging
import NIOCore
import Relay

/// The settings of a node as values of the domain.
struct NodeConfiguration: Sendable {
    let settings: SettingsReader
    let code: IdentificationCode
    let exchange: SocketName
    let open: SocketName
    let officers: SocketName?

    init(_ settings: SettingsReader) throws {
        self.settings = settings
        guard let text = settings["operator.code"] else {
            throw CommandError(
                .configuration, "`operator.code` is not set",
                advice: "`hansa network init` writes a configuration; or set HANSA_OPERATOR_CODE")
        }
        do {
            code = try IdentificationCode(text)
        } catch {
            throw CommandError(.configuration, "`operator.code` is wrong", cause: error)
        }
        exchange = try Self.address(settings, "exchange.listen")
        open = try Self.address(settings, "public.listen")
        officers = try settings["officers.listen"].map { _ in try Self.address(settings, "officers.listen") }
    }

    /// Reads the configuration of the node in a directory.
    static func read(
        directory: String, file: String? = nil, flags: [String: String] = [:]
    ) async throws -> NodeConfiguration {
        let environment = ProcessInfo.processInfo.environment
        let named = file ?? environment["HANSA_CONFIG"]
        let file = named ?? Home(directory).directory + "/hansa.yaml"
        guard named != nil || FileManager.default.fileExists(atPath: file) else {
            // What is wrong with the command line comes first.
            _ = try await SettingsReader(
                schema: .node, file: nil, environment: environment, flags: flags,
                knownEnvironment: ConfigurationSchema.environmentNames)
            throw CommandError(
                .configuration, "there is no node in `\(directory)`: `\(file)` does not exist",
                advice: "name a node's directory with --directory, or begin a network with `hansa network init`")
        }
        return try NodeConfiguration(
            try await SettingsReader(
                schema: .node, file: file, environment: environment, flags: flags,
                knownEnvironment: ConfigurationSchema.environmentNames))
    }

    /// The settings were checked when they were read, so a value that does not read here is a fault of the schema.
    private static func address(_ settings: SettingsReader, _ key: String) throws -> SocketName {
        guard let name = settings[key].flatMap({ SocketName($0) }) else {
            throw CommandError(.configuration, "`\(key)` is not set")
        }
        return name
    }

    func required(_ key: String) throws -> String {
        guard let value = settings[key] else { throw CommandError(.configuration, "`\(key)` is not set") }
        return value
    }

    func path(_ key: String) throws -> String {
        guard let path = settings.path(key) else { throw CommandError(.configuration, "`\(key)` is not set") }
        return path
    }

    func integer(_ key: String) throws -> Int {
        guard let value = Int(try required(key)) else { throw CommandError(.configuration, "`\(key)` is no number") }
        return value
    }

    func size(_ key: String) throws -> UInt64 {
        guard let value = UInt64(sizeSetting: try required(key)) else {
            throw CommandError(.configuration, "`\(key)` is no size")
        }
        return value
    }

    func duration(_ key: String) throws -> Duration {
        guard let value = Duration(setting: try required(key)) else {
            throw CommandError(.configuration, "`\(key)` is no duration")
        }
        return value
    }

    func flag(_ key: String) -> Bool { settings[key] == "true" }

    /// One of the operator's keys, and its id on the ledger.
    func key(_ setting: String) throws -> (id: KeyIdentifier, key: PrivateKey) {
        try key(named: required(setting))
    }

    func key(named name: String) throws -> (id: KeyIdentifier, key: PrivateKey) {
        let path = try path("operator.keys") + "/\(name).pem"
        return (try KeyIdentifier(code: code, name: name), try KeyFile.read(path))
    }

    /// Where consumers reach the exchange listener.
    var exchangeURL: String { settings["exchange.url"] ?? "https://\(exchange)" }
}

extension NodeConfiguration {
    func gateway() throws -> GatewayConfiguration {
        var gateway = GatewayConfiguration(host: exchange.host, port: exchange.port)
        gateway.authorities = authorities
        let loops = try integer("exchange.event-loops")
        gateway.eventLoops = loops == 0 ? nil : loops
        gateway.allowsTLS12 = flag("exchange.tls-1-2")
        gateway.allowsPlainUpstreams = flag("upstream.plain")
        gateway.allowsPrivateUpstreams = flag("upstream.private")
        gateway.clockSkew = try duration("signatures.clock-skew").components.seconds
        gateway.signatureLifetime = try duration("signatures.lifetime").components.seconds
        gateway.limits = try limits()
        gateway.timeouts = try timeouts()
        return gateway
    }

    /// What is named in the settings, or what consumers are told and the certificate says.
    private var authorities: AnsweredAuthorities {
        let named = settings.list("exchange.authorities")
        if named.contains("*") { return .any }
        if !named.isEmpty { return .only(named) }
        let told = exchangeURL.dropFirst("https://".count).prefix { $0 != "/" }
        return .ofCertificate(and: [String(told)])
    }

    private func limits() throws -> RelayLimits {
        var limits = RelayLimits()
        limits.exchanges = try integer("limits.exchanges")
        limits.connections = min(
            try integer("limits.connections"),
            OpenFiles.connections(under: OpenFiles.raiseLimit(), exchanges: limits.exchanges))
        limits.connectionsPerCity = try integer("limits.connections-per-city")
        limits.exchangesPerCity = try integer("limits.exchanges-per-city")
        limits.streamsPerConnection = try integer("limits.streams-per-connection")
        limits.targetLength = try Int(size("limits.target-length"))
        limits.headerSize = try Int(size("limits.header-size"))
        limits.requestContent = try Int64(size("limits.request-content"))
        limits.gatheredResponse = try Int(size("limits.gathered-response"))
        limits.contentRate = try Int(size("limits.content-rate"))
        limits.transformedResponse = try Int(size("limits.transformed-response"))
        limits.nonces = try integer("limits.nonces")
        return limits
    }

    private func timeouts() throws -> RelayTimeouts {
        var timeouts = RelayTimeouts()
        timeouts.handshake = try TimeAmount(duration("timeouts.handshake"))
        timeouts.queue = try TimeAmount(duration("timeouts.queue"))
        timeouts.header = try TimeAmount(duration("timeouts.header"))
        timeouts.body = try TimeAmount(duration("timeouts.body"))
        timeouts.contentWindow = try TimeAmount(duration("timeouts.content-window"))
        timeouts.idle = try TimeAmount(duration("timeouts.idle"))
        timeouts.total = try TimeAmount(duration("timeouts.total"))
        timeouts.connect = try TimeAmount(duration("timeouts.connect"))
        timeouts.response = try TimeAmount(duration("timeouts.response"))
        timeouts.drain = try TimeAmount(duration("timeouts.drain"))
        return timeouts
    }

    func anchoring() throws -> AnchorSettings {
        AnchorSettings(
            interval: try duration("receipts.anchor-interval"), allowedLag: try duration("receipts.allowed-lag"),
            beyondAllowedLag: try required("receipts.past-lag") == "refuse" ? .refuse : .proceed)
    }

    /// The gateway's own end of TLS.
    func tlsIdentity() throws -> TLSIdentity {
        TLSIdentity(
            key: try key("operator.tls-key").key,
            certificateChain: try InputFile.text(path("operator.certificate")))
    }

    func logging() throws -> (level: Logger.Level, format: LogFormat) {
        (
            Logger.Level(rawValue: try required("log.level")) ?? .info,
            LogFormat(rawValue: try required("log.format")) ?? .automatic
        )
    }
}
