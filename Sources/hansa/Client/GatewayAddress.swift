import Foundation

/// An `https` URL, taken apart without being changed: what is signed is what is sent.
struct GatewayAddress: Sendable, Hashable {
    /// As in the URL: `gateway.example:8443`.
    let authority: String
    let host: String
    let port: Int

    /// Reads `https://host[:port]`, without path.
    init(_ url: String) throws {
        guard url.hasPrefix("https://") else {
            throw CommandError(.usage, "`\(url.printable)` is not an https URL")
        }
        let rest = String(url.dropFirst("https://".count))
        let authority = rest.hasSuffix("/") ? String(rest.dropLast()) : rest
        let hasPort = authority.last.map { $0.isNumber } == true && SocketName(authority) != nil
        guard let name = SocketName(hasPort ? authority : authority + ":443") else {
            throw CommandError(.usage, "`\(url.printable)` must be a scheme, a host and a port alone")
        }
        self.authority = authority.lowercased()
        self.host = name.host
        self.port = name.port
    }

    /// Whether the host is an address, which TLS does not send as server name.
    var isAddress: Bool { SocketName(host: host, port: port).isAddress }
}
