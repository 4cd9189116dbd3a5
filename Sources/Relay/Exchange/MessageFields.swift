import HTTPTypes
import NIOHTTP1

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
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via", "expect", "host",
        "content-length", "traceparent", "tracestate", "http2-settings",
    ]

    /// What the gateway itself says to the consumer.
    private static let ofTheResponse: Set<String> = [
        "signature", "signature-input", "exchange-receipt", "content-digest", "content-length", "alt-svc",
        "strict-transport-security",
    ]

    /// What describes content that a duty then changes, or lets less than all of it be asked for.
    private static let ofUntransformedContent: Set<String> = [
        "etag", "last-modified", "repr-digest", "digest", "content-md5", "accept-ranges",
    ]
    private static let ofPartialRequests: Set<String> = [
        "range", "if-range", "if-none-match", "if-modified-since", "accept-encoding",
    ]

    /// The consumer's fields that go to the provider's system.
    /// - Parameter isTransformed: the response has to come whole and uncompressed, since a duty changes it.
    static func toProvider(_ fields: HTTPFields, isTransformed: Bool) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(fields.count + 10)
        let nominated = Self.nominated(by: fields[.connection])
        for field in fields {
            let name = field.name.canonicalName
            if Self.hopByHop.contains(name) || Self.ofTheGateway.contains(name) || nominated.contains(name) { continue }
            if isTransformed, Self.ofPartialRequests.contains(name) { continue }
            headers.add(name: field.name.rawName, value: field.value)
        }
        return headers
    }

    /// The provider's fields that go to the consumer; `nil` where one of them cannot stand.
    static func toConsumer(_ headers: HTTPHeaders, isTransformed: Bool) -> HTTPFields? {
        var fields = HTTPFields()
        fields.reserveCapacity(headers.count + 4)
        let connection = headers["connection"]
        let nominated = connection.isEmpty ? [] : Self.nominated(by: connection.joined(separator: ","))
        for (text, value) in headers {
            guard let name = HTTPField.Name(text), HTTPField.isValidValue(value) else { return nil }
            let lowered = name.canonicalName
            if Self.hopByHop.contains(lowered) || Self.ofTheResponse.contains(lowered) || nominated.contains(lowered) {
                continue
            }
            if isTransformed, Self.ofUntransformedContent.contains(lowered) { continue }
            fields.append(HTTPField(name: name, value: value))
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
        guard let connection else { return [] }
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
