/// Where a listener of the control plane stands and what it accepts at most.
package struct ListenerConfiguration: Sendable {
    /// An address or name of this machine.
    package var host: String
    /// Zero lets the system choose.
    package var port: Int
    /// Certificate chain and private key, both PEM; `nil` for plain HTTP, which only loopback listeners should speak.
    package var tls: TLS?
    /// Connections at once; a further one waits in the listen queue until one ends.
    package var maximumConnections: Int
    /// Connections at once from one address; a further one is closed.
    package var connectionsPerAddress: Int
    /// Seconds a connection may be silent, between requests or inside one.
    package var idleTimeout: Int

    /// What a TLS listener shows its clients.
    package struct TLS: Sendable {
        package var certificateChain: String
        package var privateKey: String

        package init(certificateChain: String, privateKey: String) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
        }
    }

    package init(
        host: String, port: Int, tls: TLS?, maximumConnections: Int = 512,
        connectionsPerAddress: Int = 64, idleTimeout: Int = 30
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.maximumConnections = maximumConnections
        self.connectionsPerAddress = connectionsPerAddress
        self.idleTimeout = idleTimeout
    }
}
