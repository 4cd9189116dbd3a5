/// A host and perhaps a port, as `Host`, `:authority` and URLs have them: a DNS name or an address, without user
/// information (RFC 9110, section 7.2).
struct Authority {
    /// A name or an address; without brackets, as it was written.
    let host: Substring
    let port: Int?

    init?(_ text: Substring) {
        var rest: Substring
        if text.utf8.first == UInt8(ascii: "[") {
            guard let close = text.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            self.host = text[text.utf8.index(after: text.startIndex)..<close]
            rest = text[text.utf8.index(after: close)...]
            guard self.host.utf8.allSatisfy(Self.isAddressByte) else { return nil }
        } else {
            self.host = text.prefix { $0 != ":" }
            rest = text[self.host.endIndex...]
            guard self.host.utf8.allSatisfy(Self.isNameByte) else { return nil }
        }
        guard (1...253).contains(self.host.utf8.count) else { return nil }
        guard !rest.isEmpty else {
            self.port = nil
            return
        }
        guard rest.removeFirst() == ":", rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), rest.utf8.count <= 5,
            let port = Int(rest), (1...65535).contains(port)
        else { return nil }
        self.port = port
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
