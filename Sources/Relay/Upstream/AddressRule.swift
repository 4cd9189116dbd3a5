package import NIOCore

/// Which addresses the gateway may connect to on behalf of a city.
///
/// An origin is text that a city published: without this rule it could point the gateway at the machine it runs on, at
/// the operator's own network, or at a cloud's metadata service.
package struct AddressRule: Hashable, Sendable {
    /// Loopback, private, shared and link-local addresses are allowed.
    ///
    /// Multicast and unspecified ones never are.
    package var allowsPrivate: Bool

    package init(allowsPrivate: Bool) {
        self.allowsPrivate = allowsPrivate
    }

    /// What an address is for.
    package enum Scope: Hashable, Sendable {
        /// Reachable over the Internet.
        case global
        /// Of this machine, this link or this organisation.
        case local
        /// Not the address of one system: multicast, unspecified, reserved, documentation.
        case unusable
    }

    /// Whether a connection to this address may be made.
    package func allows(_ address: SocketAddress) -> Bool {
        switch Self.scope(of: address) {
        case .global: true
        case .local: self.allowsPrivate
        case .unusable: false
        }
    }

    /// Why a connection to this address may not be made, in words; `nil` where it may.
    package func reasonAgainst(_ address: SocketAddress) -> String? {
        if self.allows(address) { return nil }
        let text = address.ipAddress ?? "?"
        return Self.scope(of: address) == .local
            ? "`\(text)` is a loopback, private or link-local address, and `upstream.private` is false"
            : "`\(text)` is not the address of one system"
    }

    static func scope(of address: SocketAddress) -> Scope {
        switch address {
        // The address stands behind family and port in `sockaddr_in`, and behind the flow label too in `sockaddr_in6`.
        case .v4(let address):
            withUnsafeBytes(of: address.address) { Self.scope(ofIPv4: Array($0.dropFirst(4).prefix(4))) }
        case .v6(let address):
            withUnsafeBytes(of: address.address) { Self.scope(ofIPv6: Array($0.dropFirst(8).prefix(16))) }
        case .unixDomainSocket:
            .local
        }
    }

    /// The scope of an IPv4 address, four bytes in network order (RFC 6890 and its registry).
    package static func scope(ofIPv4 bytes: [UInt8]) -> Scope {
        guard bytes.count == 4 else { return .unusable }
        switch (bytes[0], bytes[1], bytes[2]) {
        case (10, _, _), (127, _, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _):
            return .local
        case (0, _, _), (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _), (198, 51, 100), (203, 0, 113),
            (224...255, _, _):
            return .unusable
        default:
            return .global
        }
    }

    /// The scope of an IPv6 address, sixteen bytes in network order; one that carries an IPv4 address has that one's.
    package static func scope(ofIPv6 bytes: [UInt8]) -> Scope {
        guard bytes.count == 16 else { return .unusable }
        let leading = bytes.prefix { $0 == 0 }.count
        if leading == 16 { return .unusable }
        if leading == 15, bytes[15] == 1 { return .local }
        if leading >= 10, bytes[10] == 0xFF, bytes[11] == 0xFF { return Self.scope(ofIPv4: Array(bytes[12...])) }
        if leading >= 12 { return .unusable }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) {
            return bytes[4..<12].allSatisfy { $0 == 0 } ? Self.scope(ofIPv4: Array(bytes[12...])) : .local
        }
        if bytes.starts(with: [0x20, 0x02]) { return Self.scope(ofIPv4: Array(bytes[2..<6])) }
        switch (bytes[0], bytes[1]) {
        case (0xFC...0xFD, _), (0xFE, 0x80...0xFF): return .local
        case (0x20, 0x01) where bytes[2] < 2 || (bytes[2] == 0x0D && bytes[3] == 0xB8): return .unusable
        case (0x3F, 0xFF) where bytes[2] < 0x10: return .unusable
        case (0x20...0x3F, _): return .global
        default: return .unusable
        }
    }
}
