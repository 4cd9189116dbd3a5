import BaseEncodings
import CityIdentity
import StrictJSON

extension Receipt {
    /// Reads a receipt from its JSON, strictly: every member known, of its type, none twice, none missing.
    ///
    /// Throws ``ReceiptError`` of code `malformed` or `tooLarge`.
    package init(parsing bytes: [UInt8]) throws(ReceiptError) {
        guard bytes.count <= Self.maximumSize else {
            throw ReceiptError(.tooLarge, "a receipt of \(bytes.count) bytes is over the limit of \(Self.maximumSize)")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(size: Self.maximumSize, depth: 8, values: 4096))
        } catch {
            throw ReceiptError(.malformed, "a receipt is not strict JSON", cause: error)
        }
        var members = try JSONMembers(value, "a receipt")
        try members.header(type: "hansa-receipt")
        guard let id = ReceiptID(try members.string("id")) else { throw members.fault("id", "a receipt's id") }
        self.init(
            id: id, kind: try Self.kind(&members), network: try members.string("network"),
            gateway: try members.code("gateway"), time: try members.time("time"),
            consumer: try members.code("consumer"), method: try members.string("method"),
            target: try members.string("target"), decision: try Decision(try members.required("decision")),
            ledgerHeight: try members.unsigned("ledgerHeight"), request: try Request(try members.required("request")))
        peer = try members.optionalCode("peer")
        provider = try members.optionalCode("provider")
        dataset = try members.optionalString("dataset")
        action = try members.optionalString("action")
        purpose = try members.optionalString("purpose")
        if let value = members.optional("response") { response = try Response(value) }
        try members.finish()
    }

    private static func kind(_ members: inout JSONMembers) throws(ReceiptError) -> Kind {
        switch (try members.string("kind"), members.optional("closes")) {
        case ("single", nil): return .single
        case ("opening", nil): return .opening
        case ("closing", let value?): return .closing(try Closing(value))
        default: throw members.fault("kind", "one that agrees with `closes`")
        }
    }
}

extension JSONMembers {
    /// Takes the type and version that every document of ours opens with.
    mutating func header(type: String) throws(ReceiptError) {
        guard try string("type").utf8.elementsEqual(type.utf8) else { throw fault("type", "`\(type)`") }
        guard try unsigned("version") == 1 else { throw fault("version", "1, the only one known") }
    }

    fileprivate mutating func optionalCode(_ name: String) throws(ReceiptError) -> IdentificationCode? {
        guard let text = try optionalString(name) else { return nil }
        guard let code = try? IdentificationCode(text) else { throw fault(name, "an identification code") }
        return code
    }

    fileprivate mutating func choice<Choice: RawRepresentable>(
        _ name: String, _ type: Choice.Type
    ) throws(ReceiptError) -> Choice where Choice.RawValue == String {
        // Raw values are ASCII, so that canonical equivalence, by which `init(rawValue:)` compares, is equality of bytes.
        guard let choice = Choice(rawValue: try string(name)) else { throw fault(name, "one of the known words") }
        return choice
    }

    fileprivate mutating func digest() throws(ReceiptError) -> Receipt.Digest? {
        guard let text = try optionalString("digest") else { return nil }
        guard let digest = Receipt.Digest(fieldValue: text) else { throw fault("digest", "a digest of RFC 9530") }
        return digest
    }

    fileprivate mutating func signature() throws(ReceiptError) -> Receipt.Signature? {
        guard let value = optional("signature") else { return nil }
        return try Receipt.Signature(value)
    }
}

extension Receipt.Decision {
    fileprivate init(_ value: JSONValue) throws(ReceiptError) {
        var members = try JSONMembers(value, "a decision")
        self.init(
            try members.choice("outcome", Outcome.self), reason: try members.optionalString("reason"),
            rule: try members.optionalString("rule"), obligations: try members.strings("obligations"))
        if let text = try members.optionalString("policy") {
            guard let hash = BaseEncoding.base16.decode(text.utf8), hash.count == 32 else {
                throw members.fault("policy", "a SHA-256 in hexadecimal")
            }
            policy = hash
        }
        try members.finish()
    }
}

extension Receipt.Request {
    fileprivate init(_ value: JSONValue) throws(ReceiptError) {
        var members = try JSONMembers(value, "a request")
        self.init(
            size: try members.unsigned("size"), digest: try members.digest(), signature: try members.signature())
        try members.finish()
    }
}

extension Receipt.Response {
    fileprivate init(_ value: JSONValue) throws(ReceiptError) {
        var members = try JSONMembers(value, "a response")
        guard let status = Int(exactly: try members.unsigned("status")), (0...999).contains(status) else {
            throw members.fault("status", "an HTTP status")
        }
        self.init(
            status: status, size: try members.unsigned("size"), digest: try members.digest(),
            signature: try members.signature())
        if members.has("completed") { completed = try members.time("completed") }
        try members.finish()
    }
}

extension Receipt.Digest {
    /// Reads one dictionary member of RFC 9530: `sha-256=:…:`; `nil` where it is not exactly that.
    package init?(fieldValue text: String) {
        for algorithm in Algorithm.allCases {
            let prefix = Array((algorithm.rawValue + "=:").utf8)
            guard text.utf8.starts(with: prefix), text.utf8.last == UInt8(ascii: ":") else { continue }
            guard text.utf8.count > prefix.count,
                let value = BaseEncoding.base64.decode(Array(text.utf8.dropFirst(prefix.count).dropLast()))
            else { return nil }
            self.init(value, algorithm: algorithm)
            return
        }
        return nil
    }
}

extension Receipt.Signature {
    fileprivate init(_ value: JSONValue) throws(ReceiptError) {
        var members = try JSONMembers(value, "a signature")
        guard let key = try? KeyIdentifier(try members.string("key")) else {
            throw members.fault("key", "a key identifier")
        }
        let base = Array(try members.string("base").utf8)
        guard let signature = Receipt.Signature(key: key, base: base, value: try members.base64("value")) else {
            throw members.fault("base", "a signature base")
        }
        self = signature
        try members.finish()
    }
}

extension Receipt.Closing {
    fileprivate init(_ value: JSONValue) throws(ReceiptError) {
        var members = try JSONMembers(value, "a closing")
        guard let opening = ReceiptID(try members.string("opening")) else {
            throw members.fault("opening", "a receipt's id")
        }
        self.init(
            opening: opening, openingLeaf: try members.base64("leaf", count: 32),
            end: try members.choice("end", End.self))
        try members.finish()
    }
}
