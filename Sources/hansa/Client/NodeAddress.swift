/// Where a node's public listener answers, and whose certificate is believed there.
struct NodeAddress: Sendable {
    let url: String
    /// The file of the one certificate that is trusted; without it, the system's authorities are.
    let certificate: String?
    /// Whether the certificate must name the URL's host; a node that is examined on its own machine is known by the
    /// certificate alone.
    var namesHost = true

    init(_ url: String, certificate: String? = nil) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.certificate = certificate
    }
}
