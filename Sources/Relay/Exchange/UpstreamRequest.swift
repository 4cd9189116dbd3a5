import AccessReceipts
import CityIdentity
import HTTPTypes
import NIOHTTP1

/// The request as the provider's system gets it.
enum UpstreamRequest {
    /// How its content is framed.
    enum Framing: Hashable {
        case none
        case length(UInt64)
        case chunked
    }

    /// The head: the consumer's fields without those that end here, and the gateway's own word on who asks what for.
    static func head(
        for permit: AuthorizedRequest, id: ReceiptID, framing: Framing, core: RelayCore
    ) throws -> HTTPRequestHead {
        let request = permit.authenticated
        var headers = HTTPHeaders([("Host", permit.origin.authority)])
        headers.add(
            contentsOf: MessageFields.toProvider(request.head.headerFields, isTransformed: permit.isTransformed))
        if permit.isTransformed { headers.add(name: "Accept-Encoding", value: "identity") }
        switch framing {
        case .none: break
        case .length(let length): headers.add(name: "Content-Length", value: String(length))
        case .chunked: headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        headers.add(name: "traceparent", value: request.trace.text)
        if let state = request.head.headerFields[.traceState] { headers.add(name: "tracestate", value: state) }
        headers.add(name: "Exchange-Consumer", value: request.consumer.description)
        if let purpose = request.purpose { headers.add(name: "Exchange-Purpose", value: purpose) }
        headers.add(name: "Exchange-Receipt", value: id.description)
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.head.method.rawValue),
            uri: request.route.upstreamTarget(below: permit.origin.basePath), headers: headers)
        return try core.requestSigner.sign(head, origin: permit.origin, at: core.clock())
    }
}
