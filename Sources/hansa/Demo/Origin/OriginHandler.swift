import NIOCore
import NIOHTTP1

/// Answers one connection's requests, writing no faster than the gateway reads.
final class OriginHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (OriginRequest) -> OriginResponse
    private var head: HTTPRequestHead?
    private var content: [UInt8] = []
    private var sending: (content: OriginContent, offset: UInt64, end: UInt64)?
    private static let contentLimit = 64 << 20
    private static let pieceSize = 128 << 10

    init(answer: @escaping @Sendable (OriginRequest) -> OriginResponse) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            content.removeAll()
        case .body(let buffer):
            guard content.count + buffer.readableBytes <= Self.contentLimit else { return context.close(promise: nil) }
            content.append(contentsOf: buffer.readableBytesView)
        case .end:
            guard let head else { return context.close(promise: nil) }
            respond(to: head, context: context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        continueSending(context: context)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func respond(to head: HTTPRequestHead, context: ChannelHandlerContext) {
        let request = Self.request(head, content: content)
        let response = answer(request)
        let length = response.content.length
        var range: (start: UInt64, end: UInt64) = (0, length)
        var status = HTTPResponseStatus(statusCode: response.status)
        var headers = HTTPHeaders([("Content-Type", response.mediaType), ("Accept-Ranges", "bytes")])
        let tag = "\"\(length)\""
        headers.add(name: "ETag", value: tag)
        let condition = head.headers.first(name: "If-Range")
        if response.status == 200, condition == nil || condition == tag,
            let asked = ByteRange(head.headers.first(name: "Range"), length: length)
        {
            range = (asked.start, asked.end)
            status = .partialContent
            headers.add(name: "Content-Range", value: "bytes \(range.start)-\(range.end - 1)/\(length)")
        }
        headers.add(name: "Content-Length", value: String(range.end - range.start))
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        if head.method == .HEAD { range.end = range.start }
        sending = (response.content, range.start, range.end)
        continueSending(context: context)
    }

    private func continueSending(context: ChannelHandlerContext) {
        while var current = sending, context.channel.isWritable || current.offset == current.end {
            if current.offset == current.end {
                sending = nil
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
                return
            }
            let limit = Int(min(UInt64(Self.pieceSize), current.end - current.offset))
            let piece = current.content.bytes(from: current.offset, limit: limit)
            current.offset += UInt64(piece.count)
            sending = current
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: piece)))), promise: nil)
        }
    }

    private static func request(_ head: HTTPRequestHead, content: [UInt8]) -> OriginRequest {
        let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
        var query: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if halves.count == 2 { query[halves[0]] = halves[1] }
        }
        return OriginRequest(
            method: head.method.rawValue, path: parts.first ?? "/", query: query,
            consumer: head.headers.first(name: "Exchange-Consumer"),
            purpose: head.headers.first(name: "Exchange-Purpose"), content: content)
    }
}

/// A single `bytes=` range (RFC 9110 section 14.1.2) of a content of known length; `end` is past the last byte.
struct ByteRange {
    let start: UInt64
    let end: UInt64

    init?(_ field: String?, length: UInt64) {
        guard let field, field.hasPrefix("bytes=") else { return nil }
        let bounds = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let start = UInt64(bounds[0]), start < length else { return nil }
        let last = bounds[1].isEmpty ? length - 1 : min(UInt64(bounds[1]) ?? 0, length - 1)
        guard last >= start else { return nil }
        self.start = start
        self.end = last + 1
    }
}
