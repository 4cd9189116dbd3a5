/// Where a gateway listens and what it is willing to do.
package struct GatewayConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port; 0 lets the system choose, see `Gateway.boundPort`.
    package var port: Int
    /// The authorities this gateway answers for.
    package var authorities: AnsweredAuthorities = .ofCertificate()
    /// Event loops; `nil` is one for each core.
    package var eventLoops: Int?
    /// Lets TLS 1.2 in beside 1.3.
    package var allowsTLS12 = false
    /// Lets origins be plain `http`.
    package var allowsPlainUpstreams = false
    /// Lets origins stand at loopback, private and link-local addresses.
    package var allowsPrivateUpstreams = false
    package var limits = RelayLimits()
    package var timeouts = RelayTimeouts()
    /// How far clocks may be apart, in seconds.
    package var clockSkew: Int64 = 5
    /// How long a signature may live, in seconds.
    package var signatureLifetime: Int64 = 60

    package init(host: String = "127.0.0.1", port: Int = 0) {
        self.host = host
        self.port = port
    }
}
