package import CityIdentity

/// The gateway's own end of TLS: its key and certificate, and what it lets the peer use.
package struct TLSIdentity: Sendable {
    package let key: PrivateKey
    /// PEM of the certificate, and of any that go with it.
    package let certificateChain: String

    /// - Parameters:
    ///   - key: a ledger key of the gateway's with purpose `tls`; P-256 or Ed25519.
    ///   - certificateChain: PEM, the key's own certificate first.
    package init(key: PrivateKey, certificateChain: String) {
        self.key = key
        self.certificateChain = certificateChain
    }
}
