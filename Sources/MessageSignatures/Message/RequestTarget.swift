/// The parts of a request line that derived components are made of (RFC 9421 sections 2.2.2 to 2.2.8).
extension HTTPMessage.RequestLine {
    /// Where path and query stand in `target`; nil in authority and asterisk form, which have neither.
    private var pathAndQuery: Substring.UTF8View? {
        if target.utf8.first == UInt8(ascii: "/") { return target.utf8[...] }
        if let rest = afterScheme {
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            return rest[(end ?? rest.endIndex)...]
        }
        let hasNone = target.utf8.elementsEqual("*".utf8) || method.utf8.elementsEqual("CONNECT".utf8)
        return hasNone ? nil : target.utf8[...]
    }

    /// What follows `://` in absolute form; nil in every other form.
    private var afterScheme: Substring.UTF8View? {
        let bytes = target.utf8
        guard bytes.first?.isAlpha == true, let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: "://".utf8)
        else { return nil }
        return bytes[bytes.index(colon, offsetBy: 3)...]
    }

    /// The path as sent, `/` where it is empty (section 2.2.6).
    func appendPath(to buffer: inout [UInt8]) {
        let path = pathAndQuery?.prefix { $0 != UInt8(ascii: "?") }
        if let path, !path.isEmpty { buffer.append(contentsOf: path) } else { buffer.append(UInt8(ascii: "/")) }
    }

    /// The query with its question mark, which stands alone where there is none (section 2.2.7).
    func appendQuery(to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "?"))
        if let query { buffer.append(contentsOf: query) }
    }

    private var query: Substring.UTF8View? {
        guard let whole = pathAndQuery, let mark = whole.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return whole[whole.index(after: mark)...]
    }

    /// The target URI put together as RFC 9110 section 7.1 says (section 2.2.2).
    func appendTargetURI(to buffer: inout [UInt8]) {
        guard afterScheme == nil else { return buffer.append(text: target) }
        appendScheme(to: &buffer)
        buffer.append(text: "://")
        buffer.append(text: authority)
        if let pathAndQuery { buffer.append(contentsOf: pathAndQuery) }
    }

    /// The scheme in lower case (section 2.2.4).
    func appendScheme(to buffer: inout [UInt8]) {
        buffer.append(contentsOf: scheme.utf8.lazy.map(\.lowercased))
    }

    /// The authority in lower case, without the scheme's default port (section 2.2.3).
    func appendAuthority(to buffer: inout [UInt8]) {
        let start = buffer.count
        buffer.append(contentsOf: authority.utf8.lazy.map(\.lowercased))
        let port: [UInt8]
        switch scheme.lowercased() {
        case "https", "wss": port = Array(":443".utf8)
        case "http", "ws": port = Array(":80".utf8)
        default: return
        }
        if buffer[start...].suffix(port.count).elementsEqual(port) {
            buffer.removeLast(port.count)
        } else if buffer[start...].last == UInt8(ascii: ":") {
            // An empty port is the default one (RFC 3986 section 6.2.3).
            buffer.removeLast()
        }
    }

    /// Appends the one value of a query parameter, encoded again (section 2.2.8); `name` is in that encoding too.
    func appendQueryParameter(_ name: String, to buffer: inout [UInt8]) throws(MessageSignatureError) {
        var found = false
        for pair in query?.split(separator: UInt8(ascii: "&")) ?? [] {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            guard Self.recoded(pair[..<(equals ?? pair.endIndex)])?.elementsEqual(name.utf8) == true else { continue }
            guard !found else {
                throw MessageSignatureError(
                    code: .invalidComponent, message: "query parameter `\(name)` appears more than once")
            }
            found = true
            guard let equals else { continue }
            guard let value = Self.recoded(pair[pair.index(after: equals)...]) else {
                throw MessageSignatureError(code: .invalidComponent, message: "query parameter `\(name)` is not UTF-8")
            }
            buffer.append(contentsOf: value)
        }
        guard found else {
            throw MessageSignatureError(
                code: .missingComponent, message: "query parameter `\(name)` is not in the message")
        }
    }

    /// Decodes a form-encoded name or value and encodes it in the one way the standard chose; nil for what does not
    /// decode to UTF-8, because replacing it would make different values equal.
    private static func recoded(_ text: Substring.UTF8View) -> [UInt8]? {
        var decoded: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            text.formIndex(after: &index)
            let digits = text[index...].prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let high = digits.first?.hexDigit,
                let low = digits.last?.hexDigit
            {
                decoded.append(high << 4 | low)
                index = digits.endIndex
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        guard String(validating: decoded, as: UTF8.self) != nil else { return nil }
        var encoded: [UInt8] = []
        for byte in decoded {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): encoded.append(byte)
            case _ where byte.isAlpha || byte.isDigit: encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append((byte >> 4).upperHexCharacter)
                encoded.append((byte & 15).upperHexCharacter)
            }
        }
        return encoded
    }
}
