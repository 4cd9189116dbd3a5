import AccessReceipts
import CityIdentity
import Ledger
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// What all event loops of one gateway share; none of it changes but by atomics and short locks.
final class RelayCore: Sendable {
    let configuration: GatewayConfiguration
    let operatorCode: IdentificationCode
    let network: String
    let tls: TLSContexts
    let view: @Sendable () -> LedgerView
    let clock: @Sendable () -> Timestamp
    let receipts: ReceiptStore
    let admission: Admission
    let requestSigner: UpstreamRequestSigner
    let responseSigner: ResponseSigner
    let resolver: HostResolver
    let logger: Logger
    let metrics = RelayMetrics()
    let edits: ResponseEdits
    let denials: DenialRate
    private let connections = Atomic<Int>(0)
    private let connectionsOfCities: Shares<IdentificationCode>
    private let handshakesOfAddresses: Shares<String>
    private let exchanges = Atomic<Int>(0)
    private let exchangesOfCities: Shares<IdentificationCode>

    init(
        _ parts: Gateway.Parts, configuration: GatewayConfiguration, threads: NIOThreadPool, logger: Logger
    ) throws {
        self.configuration = configuration
        self.operatorCode = parts.exchangeKeyID.code
        self.network = parts.view().network
        self.tls = try TLSContexts(identity: parts.tls, allowsTLS12: configuration.allowsTLS12)
        self.view = parts.view
        self.clock = parts.clock
        self.receipts = parts.receipts
        self.requestSigner = UpstreamRequestSigner(key: parts.exchangeKey, keyID: parts.exchangeKeyID)
        self.responseSigner = try ResponseSigner(key: parts.exchangeKey, keyID: parts.exchangeKeyID)
        self.admission = try Admission(parts, configuration: configuration, responseSigner: self.responseSigner)
        self.resolver = HostResolver(threads: threads)
        self.logger = logger
        let limits = configuration.limits
        self.denials = DenialRate(perMinute: limits.unverifiedDenials)
        self.edits = ResponseEdits(limit: limits.transformedResponses)
        self.connectionsOfCities = Shares(of: limits.connectionsPerCity)
        self.handshakesOfAddresses = Shares(of: limits.handshakesPerAddress)
        self.exchangesOfCities = Shares(of: limits.exchangesPerCity)
    }

    // MARK: Connections

    /// Whether one more connection from an address is taken on; `handshakeEnded` and `connectionClosed` are owed then.
    func acceptConnection(from address: String) -> Bool {
        guard self.handshakesOfAddresses.take(address) else { return false }
        let count = self.connections.add(1, ordering: .relaxed).newValue
        guard count <= self.configuration.limits.connections else {
            self.connections.subtract(1, ordering: .relaxed)
            self.handshakesOfAddresses.giveBack(address)
            return false
        }
        self.metrics.connections(count)
        return true
    }

    /// The peer proved who it is, or is gone.
    func handshakeEnded(from address: String) { self.handshakesOfAddresses.giveBack(address) }

    /// Whether a city may have one more connection; `connectionClosed` gives it back.
    func admitConnection(of peer: PeerKey) -> Bool { self.connectionsOfCities.take(peer.code.city) }

    func connectionClosed(of peer: PeerKey?) {
        if let peer { self.connectionsOfCities.giveBack(peer.code.city) }
        self.metrics.connections(self.connections.subtract(1, ordering: .relaxed).newValue)
    }

    /// Who holds a certificate's key, now.
    func verify(_ der: [UInt8]?) -> Result<PeerKey, PeerRefusal> {
        guard let der else { return .failure(.noCertificate) }
        let view = self.view()
        return PeerVerification.verify(certificate: der, view: view, now: view.judged(at: self.clock()))
    }

    func refused(_ refusal: PeerRefusal, remote: SocketAddress?) {
        self.metrics.refuse(refusal)
        self.logger.info(
            "a connection was refused",
            metadata: ["reason": "\(refusal.rawValue)", "remote": "\(remote?.ipAddress ?? "?")"])
    }

    func cut(_ peer: PeerKey?) {
        self.metrics.connectionCut()
        self.logger.notice(
            "a connection was cut: its key is no longer active", metadata: ["key": "\(peer?.id.description ?? "?")"])
    }

    // MARK: Exchanges

    /// Whether one more exchange is taken on: `nil` if so, and `endExchange` is owed then.
    func beginExchange(of peer: PeerKey, isDraining: Bool) -> Problem? {
        if isDraining { return Problem(.shuttingDown, retryAfter: 5) }
        guard self.exchangesOfCities.take(peer.code.city) else {
            return Problem(.overloaded, "your city has as many exchanges under way as one may", retryAfter: 1)
        }
        let count = self.exchanges.add(1, ordering: .relaxed).newValue
        guard count <= self.configuration.limits.exchanges else {
            self.exchanges.subtract(1, ordering: .relaxed)
            self.exchangesOfCities.giveBack(peer.code.city)
            return Problem(.overloaded, retryAfter: 1)
        }
        self.metrics.exchanges(count)
        return nil
    }

    /// Whether a city's exchanges are less than half of what a city has on average.
    func hasLittleUnderWay(_ peer: PeerKey) -> Bool { self.exchangesOfCities.holdsLittle(peer.code.city) }

    func endExchange(of peer: PeerKey) {
        self.exchangesOfCities.giveBack(peer.code.city)
        self.metrics.exchanges(self.exchanges.subtract(1, ordering: .relaxed).newValue)
    }

    /// Exchanges under way.
    var exchangeCount: Int { self.exchanges.load(ordering: .relaxed) }

    func makeID() -> ReceiptID { ReceiptID(at: self.clock()) }
}
