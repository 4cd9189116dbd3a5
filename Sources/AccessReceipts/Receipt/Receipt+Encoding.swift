import BaseEncodings
import CityIdentity
import StrictJSON

extension Receipt {
    /// The longest receipt that is stored or read, in bytes of JSON.
    package static let maximumSize = 65_536

    /// The receipt as JSON, compact, members in one fixed order.
    package var encoded: [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(2048)
        encode(into: &buffer)
        return buffer
    }

    /// Appends the receipt as JSON.
    package func encode(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#"{"type":"hansa-receipt","version":1,"id":""#)
        buffer.append(contentsOf: id.description.utf8)
        buffer.appendLiteral(#"","kind":""#)
        buffer.append(contentsOf: kind.name.utf8)
        buffer.appendLiteral(#"","network":"#)
        JSONValue.writeString(network, into: &buffer)
        buffer.appendMember("gateway", gateway.description)
        buffer.appendMember("time", time)
        buffer.appendMember("consumer", consumer.description)
        buffer.appendMember("peer", peer?.description)
        buffer.appendMember("provider", provider?.description)
        buffer.appendMember("dataset", dataset)
        buffer.appendMember("action", action)
        buffer.appendMember("purpose", purpose)
        buffer.appendMember("method", method)
        buffer.appendMember("target", target)
        buffer.appendLiteral(#","decision":"#)
        decision.encode(into: &buffer)
        buffer.appendMember("ledgerHeight", ledgerHeight)
        buffer.appendLiteral(#","request":"#)
        request.encode(into: &buffer)
        if let response {
            buffer.appendLiteral(#","response":"#)
            response.encode(into: &buffer)
        }
        if case .closing(let closing) = kind {
            buffer.appendLiteral(#","closes":"#)
            closing.encode(into: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }
}

extension Receipt.Kind {
    var name: String {
        switch self {
        case .single: "single"
        case .opening: "opening"
        case .closing: "closing"
        }
    }
}

extension Receipt.Decision {
    fileprivate func encode(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#"{"outcome":""#)
        buffer.append(contentsOf: outcome.rawValue.utf8)
        buffer.append(UInt8(ascii: "\""))
        buffer.appendMember("reason", reason)
        if let policy {
            buffer.appendLiteral(#","policy":""#)
            BaseEncoding.base16.encode(policy, into: &buffer)
            buffer.append(UInt8(ascii: "\""))
        }
        buffer.appendMember("rule", rule)
        if !obligations.isEmpty {
            buffer.appendLiteral(#","obligations":"#)
            JSONValue(obligations.map { .string($0) }).write(into: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }
}

extension Receipt.Request {
    fileprivate func encode(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#"{"size":"#)
        buffer.append(decimal: size)
        digest?.encodeMember(into: &buffer)
        signature?.encodeMember(into: &buffer)
        buffer.append(UInt8(ascii: "}"))
    }
}

extension Receipt.Response {
    fileprivate func encode(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#"{"status":"#)
        buffer.append(decimal: UInt64(max(0, status)))
        buffer.appendMember("size", size)
        digest?.encodeMember(into: &buffer)
        if let completed { buffer.appendMember("completed", completed) }
        signature?.encodeMember(into: &buffer)
        buffer.append(UInt8(ascii: "}"))
    }
}

extension Receipt.Digest {
    /// The digest as a dictionary member of RFC 9530: `sha-256=:…:`.
    package var fieldValue: String { algorithm.rawValue + "=:" + BaseEncoding.base64.encode(value) + ":" }

    fileprivate func encodeMember(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#","digest":""#)
        buffer.append(contentsOf: algorithm.rawValue.utf8)
        buffer.appendLiteral("=:")
        BaseEncoding.base64.encode(value, into: &buffer)
        buffer.appendLiteral(#":""#)
    }
}

extension Receipt.Signature {
    fileprivate func encodeMember(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#","signature":{"key":"#)
        JSONValue.writeString(key.description, into: &buffer)
        buffer.appendLiteral(#","base":""#)
        // Most of it needs no escape, so that what lies between two is appended at once.
        var rest = base[...]
        while let index = rest.firstIndex(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }) {
            buffer.append(contentsOf: rest[..<index])
            switch rest[index] {
            case 0x0A: buffer.appendLiteral(#"\n"#)
            case 0x09: buffer.appendLiteral(#"\t"#)
            case let byte where byte < 0x20:
                buffer.appendLiteral("\\u00")
                BaseEncoding.base16.encode([byte], into: &buffer)
            default:
                buffer.append(UInt8(ascii: "\\"))
                buffer.append(rest[index])
            }
            rest = rest[(index + 1)...]
        }
        buffer.append(contentsOf: rest)
        buffer.appendLiteral(#"","value":""#)
        BaseEncoding.base64.encode(value, into: &buffer)
        buffer.appendLiteral(#""}"#)
    }
}

extension Receipt.Closing {
    fileprivate func encode(into buffer: inout [UInt8]) {
        buffer.appendLiteral(#"{"opening":""#)
        buffer.append(contentsOf: opening.description.utf8)
        buffer.appendLiteral(#"","leaf":""#)
        BaseEncoding.base64.encode(openingLeaf, into: &buffer)
        buffer.appendLiteral(#"","end":""#)
        buffer.append(contentsOf: end.rawValue.utf8)
        buffer.appendLiteral(#""}"#)
    }
}

extension [UInt8] {
    fileprivate mutating func appendLiteral(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    private mutating func appendName(_ name: StaticString) {
        appendLiteral(",\"")
        appendLiteral(name)
        appendLiteral("\":")
    }

    fileprivate mutating func appendMember(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        appendName(name)
        JSONValue.writeString(text, into: &self)
    }

    fileprivate mutating func appendMember(_ name: StaticString, _ number: UInt64) {
        appendName(name)
        append(decimal: number)
    }

    fileprivate mutating func appendMember(_ name: StaticString, _ time: Timestamp) {
        appendName(name)
        append(UInt8(ascii: "\""))
        time.write(into: &self)
        append(UInt8(ascii: "\""))
    }

    fileprivate mutating func append(decimal number: UInt64) {
        append(contentsOf: String(number).utf8)
    }
}
