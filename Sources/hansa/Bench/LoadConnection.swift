import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

/// One connection that takes requests when its loop hands it one.
///
/// Confined to its event loop.
protocol LoadConnection: AnyObject {
    /// Whether the server will take no further request on it.
    var isLast: Bool { get }
    func send(_ request: LoadRequest, at moments: LoadMoments)
    func close()
}

/// Opens connections in the protocol of the plan.
enum LoadConnector {
    typealias Box = NIOLoopBound<any LoadConnection>

    static func connect(_ plan: LoadPlan, on eventLoop: any EventLoop, loop: LoadLoop) -> EventLoopFuture<Box> {
        let bound = NIOLoopBound(loop, eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(5))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(plan.identity.handler(for: plan.address))
                    if plan.streams != nil {
                        let http2 = NIOHTTP2Handler(
                            mode: .client, eventLoop: channel.eventLoop, connectionConfiguration: .init(),
                            streamConfiguration: .init()
                        ) { $0.close() }
                        try pipeline.addHandlers([http2, HTTP2Load(channel: channel, loop: bound.value)])
                    } else {
                        try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                        try pipeline.addHandler(HTTP1Load(channel: channel, loop: bound.value))
                    }
                }
            }
            .connect(host: plan.address.host, port: plan.address.port)
            .flatMapThrowing { channel in
                let pipeline = channel.pipeline.syncOperations
                if plan.streams != nil {
                    return Box(try pipeline.handler(type: HTTP2Load.self), eventLoop: channel.eventLoop)
                }
                return Box(try pipeline.handler(type: HTTP1Load.self), eventLoop: channel.eventLoop)
            }
    }
}

/// One request at a time over HTTP/1.1.
final class HTTP1Load: ChannelInboundHandler, LoadConnection {
    typealias InboundIn = HTTPClientResponsePart

    private let channel: any Channel
    private let loop: LoadLoop
    private var moments: LoadMoments?
    private var answer = LoadAnswer()
    private var reason = "the connection was closed"
    private(set) var isLast = false

    init(channel: any Channel, loop: LoadLoop) {
        self.channel = channel
        self.loop = loop
    }

    func send(_ request: LoadRequest, at moments: LoadMoments) {
        self.moments = moments
        answer = LoadAnswer()
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.target,
            headers: HTTPHeaders(request.fields.map { ($0.name, $0.value) }))
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let content = request.content {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(content)), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    func close() { channel.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer.status = Int(head.status.code)
            answer.receipt = head.headers.first(name: "exchange-receipt")
            isLast = !head.isKeepAlive
        case .body(let piece): answer.bytes += UInt64(piece.readableBytes)
        case .end:
            guard answer.status >= 200, let moments else { return }
            self.moments = nil
            loop.answered(self, of: moments, answer: answer)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.lost(self, unanswered: moments == nil ? 0 : 1, reason: reason)
    }
}

/// Many requests at a time over HTTP/2, each on a stream of its own.
final class HTTP2Load: ChannelInboundHandler, LoadConnection {
    typealias InboundIn = Never

    private let channel: any Channel
    private let loop: LoadLoop
    private var underWay = 0
    private var reason = "the connection was closed"
    private(set) var isLast = false

    init(channel: any Channel, loop: LoadLoop) {
        self.channel = channel
        self.loop = loop
    }

    func send(_ request: LoadRequest, at moments: LoadMoments) {
        underWay += 1
        do {
            let http2 = try channel.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self)
            let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
            try http2.syncMultiplexer().createStreamChannel(promise: nil) { stream in
                stream.eventLoop.makeCompletedFuture {
                    let handler = HTTP2LoadStream(request: request) { bound.value.ended(moments, answer: $0) }
                    try stream.pipeline.syncOperations.addHandler(handler)
                }
            }
        } catch {
            ended(moments, answer: LoadAnswer())
        }
    }

    private func ended(_ moments: LoadMoments, answer: LoadAnswer) {
        guard channel.isActive else { return }
        underWay -= 1
        loop.answered(self, of: moments, answer: answer)
    }

    func close() { channel.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.lost(self, unanswered: underWay, reason: reason)
    }
}

/// One request on its stream.
private final class HTTP2LoadStream: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let request: LoadRequest
    private let ended: (LoadAnswer) -> Void
    private var answer = LoadAnswer()
    private var isWhole = false

    init(request: LoadRequest, ended: @escaping (LoadAnswer) -> Void) {
        self.request = request
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HPACKHeaders()
        headers.add(name: ":method", value: request.method)
        headers.add(name: ":scheme", value: "https")
        headers.add(name: ":path", value: request.target)
        headers.add(name: ":authority", value: request.fields.first?.value ?? "")
        for field in request.fields.dropFirst() { headers.add(name: field.name.lowercased(), value: field.value) }
        let head = HTTP2Frame.FramePayload.headers(.init(headers: headers, endStream: request.content == nil))
        if let content = request.content {
            context.write(wrapOutboundOut(head), promise: nil)
            let data = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(content), endStream: true))
            context.writeAndFlush(wrapOutboundOut(data), promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(head), promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers):
            if let value = headers.headers.first(name: ":status") { answer.status = Int(value) ?? 0 }
            if let receipt = headers.headers.first(name: "exchange-receipt") { answer.receipt = receipt }
            isWhole = headers.endStream
        case .data(let data):
            answer.bytes += UInt64(data.data.readableBytes)
            isWhole = data.endStream
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended(isWhole ? answer : LoadAnswer())
    }
}
