extension ConfigurationSchema {
    /// What a node's `hansa.yaml` may hold.
    ///
    /// Documentation/configuration.md is written from these lines; a test compares.
    static let node = ConfigurationSchema(
        identity + listeners + upstreams + limits + timeouts + receipts + [
            Setting(
                "signatures.clock-skew", .duration(.zero ... .seconds(60)), standard: "5s",
                "How far a consumer's clock may be from this node's."),
            Setting(
                "signatures.lifetime", .duration(.seconds(1) ... .seconds(300)), standard: "60s",
                "The longest a request's signature may live."),
            Setting(
                "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
                standard: "info", "The least severe log lines that are written."),
            Setting(
                "log.format", .choice(["auto", "text", "json"]), standard: "auto",
                "How log lines look; `auto` is text on a terminal and JSON otherwise."),
        ])

    private static let identity = [
        Setting("operator.code", .text, "The code this gateway is operated under, such as `MA.156.1301.90`."),
        Setting("operator.keys", .path, standard: "keys", "The directory of the operator's key files."),
        Setting("operator.tls-key", .text, standard: "tls-1", "The name of the key for TLS connections."),
        Setting("operator.exchange-key", .text, standard: "exchange-1", "The name of the key that signs messages."),
        Setting(
            "operator.receipts-key", .text, standard: "receipts-1",
            "The name of the Ed25519 key that signs and anchors the receipt log."),
        Setting(
            "operator.validator-key", .text, standard: "validator-1",
            "The name of the Ed25519 key that signs the ledger's checkpoints."),
        Setting(
            "operator.certificate", .path, standard: "certificates/tls-1.pem",
            "The certificate that the exchange listener shows."),
        Setting("ledger.directory", .path, standard: "ledger", "Where the ledger is stored."),
        Setting("receipts.directory", .path, standard: "receipts", "Where receipts are stored."),
    ]

    private static let listeners = [
        Setting("exchange.listen", .address, standard: "127.0.0.1:8443", "Where exchanges are taken."),
        Setting(
            "exchange.url", .url(["https"]),
            "Where consumers reach the exchange listener, if not at the address it listens on."),
        Setting(
            "exchange.authorities", .list,
            "The authorities consumers write in their URLs, requests for any other being refused; `*` is any. Empty: that of `exchange.url`, and the certificate's names and addresses with the listener's port."
        ),
        Setting("exchange.tls-1-2", .flag, standard: "false", "Lets TLS 1.2 in beside 1.3."),
        Setting("exchange.event-loops", .integer(0...1024), standard: "0", "Event loops; 0 is one for each core."),
        Setting(
            "public.listen", .address, standard: "127.0.0.1:8080",
            "Where ledger, identities, datasets, health and metrics are served to everyone."),
        Setting("public.certificate", .path, "The certificate of the public listener; without it, plain HTTP."),
        Setting("public.key", .path, "The key file of that certificate."),
        Setting("officers.listen", .address, "Where the officers' pages are served; without it, they are not."),
    ]

    private static let upstreams = [
        Setting("upstream.plain", .flag, standard: "false", "Lets origins of datasets be plain `http`."),
        Setting(
            "upstream.private", .flag, standard: "false",
            "Lets origins stand at loopback, private and link-local addresses."),
    ]

    private static let limits = [
        Setting("limits.connections", .integer(1...1_000_000), standard: "16384", "Open connections of consumers."),
        Setting(
            "limits.connections-per-city", .integer(1...1_000_000), standard: "1024",
            "Open connections of one city with its units."),
        Setting(
            "limits.exchanges", .integer(1...1_000_000), standard: "4096",
            "Exchanges at once; more are answered with 503."),
        Setting(
            "limits.exchanges-per-city", .integer(1...1_000_000), standard: "1024",
            "Exchanges at once of one city with its units."),
        Setting(
            "limits.streams-per-connection", .integer(1...10_000), standard: "100",
            "Streams at once on one HTTP/2 connection."),
        Setting("limits.target-length", .size(256...65_536), standard: "8KiB", "Bytes of a request target."),
        Setting("limits.header-size", .size(1_024...1_048_576), standard: "32KiB", "Bytes of a request's header."),
        Setting("limits.request-content", .size(0...(1 << 46)), standard: "64GiB", "Bytes of a request's content."),
        Setting(
            "limits.gathered-response", .size(0...(16 << 20)), standard: "64KiB",
            "Bytes of a response that go with a single receipt; longer ones stream between two."),
        Setting(
            "limits.content-rate", .size(0...(1 << 20)), standard: "256B",
            "Bytes a second that content has to come with, from either side; 0 is as slow as one likes."),
        Setting(
            "limits.transformed-response", .size(1_024...(256 << 20)), standard: "8MiB",
            "Bytes held of a response until something is found that each duty names, or until its rows are compared."),
        Setting("limits.nonces", .integer(1_000...100_000_000), standard: "1000000", "Live nonces remembered."),
    ]

    private static let timeouts = [
        Setting("timeouts.handshake", .duration(.seconds(1) ... .seconds(300)), standard: "10s", "A TLS handshake."),
        Setting(
            "timeouts.queue", .duration(.milliseconds(1) ... .seconds(60)), standard: "100ms",
            "How long requests may wait for the gateway itself; where that lasts, those that have waited longer are answered with 503."
        ),
        Setting(
            "timeouts.header", .duration(.seconds(1) ... .seconds(300)), standard: "15s",
            "A request's header, from its first byte to its last."),
        Setting(
            "timeouts.body", .duration(.seconds(1) ... .seconds(3600)), standard: "30s",
            "Between two pieces of content."),
        Setting(
            "timeouts.content-window", .duration(.seconds(1) ... .seconds(3600)), standard: "30s",
            "Over how long the rate of content is measured."),
        Setting(
            "timeouts.idle", .duration(.seconds(1) ... .seconds(3600)), standard: "75s",
            "A connection without an exchange."),
        Setting("timeouts.total", .duration(.seconds(1) ... .seconds(604_800)), standard: "6h", "One exchange in all."),
        Setting(
            "timeouts.connect", .duration(.milliseconds(100) ... .seconds(60)), standard: "5s",
            "Connecting to a provider's system."),
        Setting(
            "timeouts.response", .duration(.seconds(1) ... .seconds(3600)), standard: "60s",
            "From the end of a request to the head of the provider's response."),
        Setting(
            "timeouts.drain", .duration(.zero ... .seconds(3600)), standard: "30s",
            "What is in flight when the gateway stops."),
    ]

    private static let receipts = [
        Setting(
            "receipts.anchor-interval", .duration(.milliseconds(100) ... .seconds(3600)), standard: "1s",
            "How often the receipt log is anchored while anything in it is new."),
        Setting(
            "receipts.allowed-lag", .duration(.seconds(1) ... .seconds(86_400)), standard: "60s",
            "How old the oldest unanchored receipt may become."),
        Setting(
            "receipts.past-lag", .choice(["refuse", "continue"]), standard: "refuse",
            "What happens to exchanges past the allowed lag."),
    ]
}
