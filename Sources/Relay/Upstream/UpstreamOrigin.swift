/// Where a dataset's data comes from: the origin a city published, taken apart.
package struct UpstreamOrigin: Hashable, Sendable {
    /// The connection is TLS, its peer proven by a key on the ledger.
    package let isSecure: Bool
    /// A DNS name or an address literal without brackets, lower case.
    package let host: String
    package let port: Int
    /// The path below which requests are made; begins and ends with a slash.
    package let basePath: String
    /// What goes into `Host`.
    package let authority: String

    /// Reads `http` and `https` URLs without user, query or fragment.
    /// - Throws: `RelayError` with code `address`.
    package init(_ text: String) throws(RelayError) {
        let lowered = text.prefix(8).lowercased()
        let rest: Substring
        if lowered.utf8.starts(with: "https://".utf8) {
            (self.isSecure, rest) = (true, text.dropFirst(8))
        } else if lowered.utf8.starts(with: "http://".utf8) {
            (self.isSecure, rest) = (false, text.dropFirst(7))
        } else {
            throw RelayError(.address, "the origin `\(text)` is neither `https` nor `http`")
        }
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = rest[end...]
        guard let authority = Authority(rest[..<end]) else {
            throw RelayError(.address, "the origin `\(text)` names no host")
        }
        self.host = authority.host.lowercased()
        let standardPort = self.isSecure ? 443 : 80
        self.port = authority.port ?? standardPort
        let literal = self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]" : self.host
        self.authority = self.port == standardPort ? literal : "\(literal):\(self.port)"
        if !path.isEmpty {
            guard let target = try? RequestTarget(String(path)), target.query == nil else {
                throw RelayError(.address, "the path of the origin `\(text)` is not plain")
            }
        }
        self.basePath = path.isEmpty ? "/" : path.last == "/" ? String(path) : "\(path)/"
    }
}
