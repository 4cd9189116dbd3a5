import Metrics

/// What the relay counts.
///
/// Labels are taken from closed sets: never a peer's or a provider's text.
struct RelayMetrics: Sendable {
    /// Why a connection was not let in, beyond what its certificate says.
    enum ConnectionRefusal: String, CaseIterable { case tooManyConnections = "too_many_connections" }

    private let open = Gauge(label: "hansa_relay_connections")
    private let under = Gauge(label: "hansa_relay_exchanges_in_flight")
    private let ended: [Counter]
    private let requestBytes = Counter(label: "hansa_relay_request_bytes_total")
    private let responseBytes = Counter(label: "hansa_relay_response_bytes_total")
    private let duration = Metrics.Timer(label: "hansa_relay_exchange_seconds")
    private let aborted = Counter(label: "hansa_relay_exchanges_aborted_total")
    private let timeouts = Counter(label: "hansa_relay_connections_timed_out_total")
    private let unreceipted = Counter(label: "hansa_relay_denials_unreceipted_total")
    private let cuts = Counter(label: "hansa_relay_connections_cut_total")
    private let refusals: [String: Counter]
    private let handshakeRefusals: [PeerRefusal: Counter]
    private let connectionRefusal: Counter

    init() {
        self.ended = (2...5).map {
            Counter(label: "hansa_relay_exchanges_total", dimensions: [("status", "\($0)xx")])
        }
        self.refusals = Dictionary(
            uniqueKeysWithValues: ProblemType.all.map {
                ($0.slug, Counter(label: "hansa_relay_refusals_total", dimensions: [("type", $0.slug)]))
            })
        self.handshakeRefusals = Dictionary(
            uniqueKeysWithValues: PeerRefusal.allCases.map {
                ($0, Counter(label: "hansa_relay_handshakes_refused_total", dimensions: [("reason", $0.rawValue)]))
            })
        self.connectionRefusal = Counter(
            label: "hansa_relay_handshakes_refused_total",
            dimensions: [("reason", ConnectionRefusal.tooManyConnections.rawValue)])
    }

    func connections(_ count: Int) { self.open.record(count) }
    func exchanges(_ count: Int) { self.under.record(count) }
    func connectionTimedOut() { self.timeouts.increment() }
    func denialWithoutReceipt() { self.unreceipted.increment() }
    func connectionCut() { self.cuts.increment() }
    func refuse(_ refusal: ConnectionRefusal) { self.connectionRefusal.increment() }
    func refuse(_ refusal: PeerRefusal) { self.handshakeRefusals[refusal]?.increment() }
    func refuse(_ type: ProblemType) { self.refusals[type.slug]?.increment() }

    /// An exchange is over.
    /// - Parameter status: the consumer's; `nil` if the response was broken off or none was sent.
    func finished(status: Int?, nanoseconds: Int64, requestBytes: UInt64, responseBytes: UInt64) {
        if let status, (200..<600).contains(status) {
            self.ended[status / 100 - 2].increment()
        } else {
            self.aborted.increment()
        }
        self.duration.recordNanoseconds(nanoseconds)
        self.requestBytes.increment(by: Int64(clamping: requestBytes))
        self.responseBytes.increment(by: Int64(clamping: responseBytes))
    }
}
