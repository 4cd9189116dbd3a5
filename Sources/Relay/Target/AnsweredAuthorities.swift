import CityIdentity
import NIOCore
import NIOSSL

/// The authorities (RFC 9110, section 7.2) that a gateway answers for.
///
/// A request for another is refused, since a signature over it was meant for somebody else.
package enum AnsweredAuthorities: Hashable, Sendable {
    /// The names and addresses of the gateway's certificate with the port it listens on, and these: `host:port` or `host`.
    case ofCertificate(and: [String] = [])
    /// These and no other: `host:port` or `host`.
    case only([String])
    /// Every one.
    case any
}

/// Whether a request is for this gateway.
///
/// Ports count, 443 where none is written; names are compared without case, IPv6 addresses by their value.
struct AuthorityRule: Sendable {
    private struct Place: Hashable {
        let host: String
        let port: Int
    }

    private let isAny: Bool
    /// Hosts that are this gateway's at whatever port it listens on.
    private let hosts: Set<String>
    private let places: Set<Place>

    /// - Parameter certificateChain: PEM, the gateway's own certificate first.
    /// - Throws: `RelayError` with code `configuration` for a text that is no authority, or where the names of the
    ///   certificate are asked for and cannot be read.
    init(_ authorities: AnsweredAuthorities, certificateChain: String) throws(RelayError) {
        switch authorities {
        case .any: (self.isAny, self.hosts, self.places) = (true, [], [])
        case .only(let texts): (self.isAny, self.hosts, self.places) = (false, [], try Self.places(texts))
        case .ofCertificate(let texts):
            (self.isAny, self.hosts, self.places) = (false, try Self.hosts(certificateChain), try Self.places(texts))
        }
    }

    /// - Parameter port: what the request's connection was accepted on.
    func accepts(_ text: String, port: Int?) -> Bool {
        if self.isAny { return true }
        guard let authority = Authority(text[...]) else { return false }
        let host = Self.normal(authority.host)
        let named = authority.port ?? Self.standardPort
        return (named == port && self.hosts.contains(host)) || self.places.contains(Place(host: host, port: named))
    }

    private static let standardPort = 443

    private static func places(_ texts: [String]) throws(RelayError) -> Set<Place> {
        var places: Set<Place> = []
        for text in texts {
            guard let authority = Authority(text[...]) else {
                throw RelayError(.configuration, "`\(text)` is not an authority such as `gateway.example:8443`")
            }
            places.insert(Place(host: Self.normal(authority.host), port: authority.port ?? Self.standardPort))
        }
        return places
    }

    /// The names of a certificate, but for those with a `*`, which stand for more than this gateway.
    private static func hosts(_ chain: String) throws(RelayError) -> Set<String> {
        do {
            let der = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).first?.toDERBytes()
            let certificate = try TLSPeerCertificate(der: der ?? [])
            let names = certificate.dnsNames.filter { !$0.utf8.contains(UInt8(ascii: "*")) }.map { $0.lowercased() }
            let addresses = try certificate.ipAddresses.map {
                try SocketAddress(packedIPAddress: ByteBuffer(bytes: $0), port: 0).ipAddress ?? ""
            }
            return Set(names + addresses)
        } catch {
            throw RelayError(
                .configuration,
                "the names of the gateway's certificate cannot be read; name its authorities in the settings",
                cause: error)
        }
    }

    /// The one spelling that hosts are compared in.
    private static func normal(_ host: Substring) -> String {
        if host.utf8.contains(UInt8(ascii: ":")),
            let address = try? SocketAddress(ipAddress: String(host), port: 0), let text = address.ipAddress
        {
            return text
        }
        return host.lowercased()
    }
}
