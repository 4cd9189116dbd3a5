/// Where a dataset's data comes from: the origin a city published, taken apart.
package struct UpstreamOrigin: Hashable, Sendable {
    /// The connection is TLS, its peer proven by a key on the ledger.
    package let isSecure: Bool
    /// A DNS name or an address literal without brackets, lower case.
    package let host: String
    package let port: Int
    /// The path below which requests are made; begins and ends with a slash.
    package let basePath: String

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
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        guard let (host, port) = Self.parse(authority: authority) else {
            throw RelayError(.address, "the origin `\(text)` names no host")
        }
        self.host = host
        self.port = port ?? (self.isSecure ? 443 : 80)
        if !path.isEmpty {
            guard let target = try? RequestTarget(String(path)), target.query == nil else {
                throw RelayError(.address, "the path of the origin `\(text)` is not plain")
            }
        }
        self.basePath = path.isEmpty ? "/" : path.last == "/" ? String(path) : "\(path)/"
    }

    /// What goes into `Host`.
    package var authority: String {
        let host = self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    private static func parse(authority: Substring) -> (host: String, port: Int?)? {
        let host: Substring
        var rest: Substring
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            rest = authority[authority.index(after: close)...]
            guard host.utf8.allSatisfy({ Self.isAddressByte($0) }) else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
            guard host.utf8.allSatisfy({ Self.isNameByte($0) }) else { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        if rest.isEmpty { return (host.lowercased(), nil) }
        guard rest.removeFirst() == ":", rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), rest.utf8.count <= 5,
            let port = Int(rest), (1...65535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
