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
    let threads: NIOThreadPool
    let logger: Logger
    let metrics = RelayMetrics()
    let connectionCounts = ConnectionCounts()
    private let connections = Atomic<Int>(0)
    private let exchanges = Atomic<Int>(0)

    init(_ parts: Gateway.Parts, configuration: GatewayConfiguration, threads: NIOThreadPool, logger: Logger) throws {
        self.configuration = configuration
        self.operatorCode = parts.exchangeKeyID.code
        self.network = parts.view().network
        self.tls = try TLSContexts(identity: parts.tls, allowsTLS12: configuration.allowsTLS12)
        self.view = parts.view
        self.clock = parts.clock
        self.receipts = parts.receipts
        self.requestSigner = UpstreamRequestSigner(key: parts.exchangeKey, keyID: parts.exchangeKeyID)
        self.responseSigner = try ResponseSigner(key: parts.exchangeKey, keyID: parts.exchangeKeyID)
        self.admission = Admission(parts, configuration: configuration, responseSigner: self.responseSigner)
        self.threads = threads
        self.logger = logger
    }

    // MARK: Connections

    /// Whether one more connection is taken on; says `connectionClosed` when it is over.
    func acceptConnection() -> Bool {
        let count = self.connections.add(1, ordering: .relaxed).newValue
        guard count <= self.configuration.limits.connections else {
            self.connections.subtract(1, ordering: .relaxed)
            return false
        }
        self.metrics.connections(count)
        return true
    }

    func connectionClosed() {
        self.metrics.connections(self.connections.subtract(1, ordering: .relaxed).newValue)
    }

    /// Who holds a certificate's key, now.
    func verify(_ der: [UInt8]?) -> Result<PeerKey, PeerRefusal> {
        guard let der else { return .failure(.noCertificate) }
        return PeerVerification.verify(certificate: der, view: self.view(), now: self.clock())
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
    func beginExchange(isDraining: Bool) -> Problem? {
        if isDraining { return Problem(.shuttingDown, retryAfter: 5) }
        let count = self.exchanges.add(1, ordering: .relaxed).newValue
        guard count <= self.configuration.limits.exchanges else {
            self.exchanges.subtract(1, ordering: .relaxed)
            return Problem(.overloaded, retryAfter: 1)
        }
        return nil
    }

    func endExchange() { self.exchanges.subtract(1, ordering: .relaxed) }

    /// Exchanges under way.
    var exchangeCount: Int { self.exchanges.load(ordering: .relaxed) }

    func makeID() -> ReceiptID { ReceiptID(at: self.clock()) }
}

/// How many connections each key has open.
final class ConnectionCounts: Sendable {
    private let counts = Mutex<[KeyIdentifier: Int]>([:])

    /// Counts one more, unless there are as many as may be.
    func add(_ key: KeyIdentifier, limit: Int) -> Bool {
        self.counts.withLock { counts in
            guard counts[key, default: 0] < limit else { return false }
            counts[key, default: 0] += 1
            return true
        }
    }

    func remove(_ key: KeyIdentifier) {
        self.counts.withLock { counts in
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }
}
