package import HTTPTypes
import StrictJSON

/// One refusal as the peer sees it: RFC 9457 problem details with a correlation id and nothing of the gateway's inside.
package struct Problem: Error, Hashable, Sendable {
    package let type: ProblemType
    /// What was wrong with this request, for the one who sent it.
    ///
    /// Never holds text of the provider's or of an error value.
    package let detail: String?
    /// After how many seconds trying again makes sense.
    package let retryAfter: Int?
    /// The quotas that are used up, if that is why.
    package let quotas: [QuotaLevel]
    /// The methods that there are instead, if that is why.
    package let allowed: [String]

    package init(
        _ type: ProblemType, _ detail: String? = nil, retryAfter: Int? = nil, quotas: [QuotaLevel] = [],
        allowed: [String] = []
    ) {
        self.type = type
        self.detail = detail
        self.retryAfter = retryAfter
        self.quotas = quotas
        self.allowed = allowed
    }

    /// The document.
    /// - Parameter correlation: what the log's lines of this exchange are found by.
    package func body(correlation: String) -> [UInt8] {
        var members: [(String, JSONValue)] = [
            ("type", .string(self.type.uri)),
            ("title", .string(self.type.title)),
            ("status", .number(JSONNumber(self.type.status))),
        ]
        if let detail = self.detail { members.append(("detail", .string(detail))) }
        members.append(("correlation", .string(correlation)))
        return JSONValue.object(JSONObject(members)).bytes
    }

    /// The response's head for a document of this many bytes.
    package func head(contentLength: Int) -> HTTPResponse {
        var head = HTTPResponse(status: .init(code: self.type.status))
        head.headerFields[.contentType] = "application/problem+json"
        head.headerFields[.contentLength] = String(contentLength)
        head.headerFields[.cacheControl] = "no-store"
        if let retryAfter = self.retryAfter { head.headerFields[.retryAfter] = String(retryAfter) }
        if !self.allowed.isEmpty { head.headerFields[.allow] = self.allowed.joined(separator: ", ") }
        head.headerFields.setQuotas(self.quotas)
        return head
    }
}
