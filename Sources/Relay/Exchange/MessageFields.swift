import HTTPTypes

/// Which fields pass through the gateway, and which end at it.
enum MessageFields {
    /// Fields of one connection (RFC 9110, section 7.6.1), in lower case.
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// What the gateway itself says to the provider's system; a consumer's own would be taken for the gateway's word.
    private static let ofTheGateway: Set<String> = [
        "signature", "signature-input", "accept-signature", "exchange-consumer", "exchange-purpose", "exchange-receipt",
        "forwarded", "x-real-ip", "via", "expect", "host", "content-length", "traceparent", "tracestate",
        "http2-settings",
        // Not under the signature, and read by servers as another method, target or peer than the one judged here.
        "x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-original-uri",
        "x-rewrite-url", "true-client-ip", "cf-connecting-ip", "x-client-ip", "x-cluster-client-ip", "request-range",
    ]
    private static let prefixesOfTheGateway = ["exchange-", "x-forwarded-", "x-ssl-", "ssl-"]

    /// Whether a consumer's field ends here.
    ///
    /// Names with `_` do too: many servers read it as `-`, and so would find a second `Exchange-Consumer`.
    private static func speaksForTheGateway(_ name: String) -> Bool {
        Self.ofTheGateway.contains(name) || name.utf8.contains(UInt8(ascii: "_"))
            || Self.prefixesOfTheGateway.contains { name.utf8.starts(with: $0.utf8) }
    }

    /// What the gateway itself says to the consumer.
    private static let ofTheResponse: Set<String> = [
        "signature", "signature-input", "exchange-receipt", "content-digest", "content-length", "alt-svc",
        "strict-transport-security",
    ]

    /// What describes content that a duty then changes, or lets less than all of it be asked for.
    private static let ofUntransformedContent: Set<String> = [
        "etag", "last-modified", "repr-digest", "digest", "content-md5", "accept-ranges", "content-range", "im",
        "delta-base",
    ]
    private static let ofPartialRequests: Set<String> = [
        "range", "if-range", "if-none-match", "if-modified-since", "accept-encoding", "a-im",
    ]

    /// The consumer's fields that go to the provider's system.
    /// - Parameter isTransformed: the response has to come whole and uncompressed, since a duty changes it.
    static func toProvider(_ fields: HTTPFields, isTransformed: Bool) -> [HTTPField] {
        let nominated = Self.nominated(by: fields[.connection])
        return fields.filter { field in
            let name = field.name.canonicalName
            return !Self.hopByHop.contains(name) && !Self.speaksForTheGateway(name) && !nominated.contains(name)
                && !(isTransformed && Self.ofPartialRequests.contains(name))
        }
    }

    /// The provider's fields that go to the consumer.
    static func toConsumer(_ head: UpstreamResponseHead, isTransformed: Bool) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(head.fields.count + 4)
        for field in head.fields {
            let name = field.name.canonicalName
            if name.utf8.contains(UInt8(ascii: "_")) { continue }
            if Self.hopByHop.contains(name) || Self.ofTheResponse.contains(name) || head.nominated.contains(name) {
                continue
            }
            if isTransformed, Self.ofUntransformedContent.contains(name) { continue }
            fields.append(field)
        }
        return fields
    }

    /// Removes what describes content that is not passed on.
    static func withholdContent(_ fields: inout HTTPFields) {
        for name in [HTTPField.Name.contentType, .contentEncoding, .contentLanguage, .contentLocation, .contentRange] {
            fields[name] = nil
        }
    }

    /// The fields that a `Connection` field says are of this connection only.
    private static func nominated(by connection: String?) -> Set<String> {
        // What nearly every connection says names no field but those that never pass.
        guard let connection, !connection.utf8.elementsEqual("keep-alive".utf8) else { return [] }
        return Set(
            connection.split(separator: ",").map { $0.lowercased().filter { $0 != " " && $0 != "\t" } })
    }
}

extension HTTPField.Name {
    static let exchangePurpose = HTTPField.Name("Exchange-Purpose")!
    static let exchangeReceipt = HTTPField.Name("Exchange-Receipt")!
    static let contentDigest = HTTPField.Name("Content-Digest")!
    static let acceptSignature = HTTPField.Name("Accept-Signature")!
    static let signature = HTTPField.Name("Signature")!
    static let signatureInput = HTTPField.Name("Signature-Input")!
    static let traceParent = HTTPField.Name("traceparent")!
    static let traceState = HTTPField.Name("tracestate")!
}
