import AccessReceipts
import CityIdentity
import HTTPTypes
import MessageSignatures
import NIOCore

/// The request as the provider's system gets it.
enum UpstreamRequest {
    /// How its content is framed.
    enum Framing: Hashable {
        case none
        case length(UInt64)
        case chunked
    }

    /// Writes the head: the consumer's fields without those that end here, and the gateway's own word on who asks what for.
    static func write(
        for permit: AuthorizedRequest, id: ReceiptID, framing: Framing, core: RelayCore, into buffer: inout ByteBuffer
    ) throws {
        let request = permit.authenticated
        let target = request.route.upstreamTarget(below: permit.origin.basePath)
        buffer.writeString(request.head.method.rawValue)
        buffer.writeStaticString(" ")
        buffer.writeString(target)
        buffer.writeStaticString(" HTTP/1.1\r\n")
        HTTP1Writer.write("Host", permit.origin.authority, into: &buffer)
        for field in MessageFields.toProvider(request.head.headerFields, isTransformed: permit.isTransformed) {
            HTTP1Writer.write(field, into: &buffer)
        }
        if permit.isTransformed { HTTP1Writer.write("Accept-Encoding", "identity", into: &buffer) }
        switch framing {
        case .none: break
        case .length(let length): HTTP1Writer.write("Content-Length", String(length), into: &buffer)
        case .chunked: HTTP1Writer.write("Transfer-Encoding", "chunked", into: &buffer)
        }
        HTTP1Writer.write("traceparent", request.trace.text, into: &buffer)
        if let state = request.head.headerFields[.traceState] {
            HTTP1Writer.write("tracestate", state, into: &buffer)
        }
        let statement = UpstreamRequestSigner.Statement(
            consumer: request.consumer.description, purpose: request.purpose, receipt: id.description,
            contentDigest: request.digest == nil ? [] : request.head.headerFields[values: .contentDigest])
        HTTP1Writer.write("Exchange-Consumer", statement.consumer, into: &buffer)
        if let purpose = statement.purpose { HTTP1Writer.write("Exchange-Purpose", purpose, into: &buffer) }
        HTTP1Writer.write("Exchange-Receipt", statement.receipt, into: &buffer)
        let signed = try core.requestSigner.sign(
            statement, method: request.head.method.rawValue, target: target, origin: permit.origin, at: core.clock())
        HTTP1Writer.write("Signature-Input", signed.signatureInputMember, into: &buffer)
        HTTP1Writer.write("Signature", signed.signatureMember, into: &buffer)
        buffer.writeStaticString("\r\n")
    }
}
