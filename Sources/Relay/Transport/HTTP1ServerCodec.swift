import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Turns HTTP/1.1 messages into the version-independent form and back, one exchange at a time, and refuses what two
/// readers could understand differently.
///
/// It takes the place of the general codec, which rewrites targets and drops fields it cannot represent: a signature is
/// over what was sent. Pipelined requests wait here; nothing is read while one does, so one read bounds how many.
final class HTTP1ServerCodec: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = ByteBuffer

    private enum Phase { case idle, receiving, answering, closing }

    private var phase: Phase = .idle
    /// The request was the last one: by its own wish, or because nothing after it can be trusted.
    private var isLast = false
    private var isHead = false
    /// The request's header speaks of content.
    private var hasContent = false
    /// How the response under way is framed.
    private var framing: HTTP1Writer.Framing = .plain
    /// The response is over, but the end of a request without content has yet to be heard of.
    private var isAnswered = false
    private var waiting = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 0)
    private var readHeld = false
    private var refusal: Problem?
    private let fieldLimit: Int

    init(fieldLimit: Int) {
        self.fieldLimit = fieldLimit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = self.unwrapInboundIn(data)
        switch self.phase {
        case .idle where self.waiting.isEmpty: self.deliver(part, context: context)
        case .receiving: self.deliver(part, context: context)
        case .idle, .answering: self.waiting.append(part)
        case .closing: break
        }
    }

    private func deliver(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            self.phase = .receiving
            // The parser stops where another protocol might begin, though none is agreed to.
            self.isLast = !head.isKeepAlive || head.headers.contains(name: "upgrade")
            self.isHead = head.method == .HEAD
            self.hasContent =
                head.headers.contains(name: "content-length") || head.headers.contains(name: "transfer-encoding")
            switch HTTP1RequestHead.check(head, fieldLimit: self.fieldLimit) {
            case .success(let request): context.fireChannelRead(self.wrapInboundOut(.head(request)))
            case .failure(let problem): self.refuse(problem, context: context)
            }
        case .body(let body):
            context.fireChannelRead(self.wrapInboundOut(.body(body)))
        case .end(let trailers):
            self.phase = self.isAnswered ? .idle : .answering
            self.isAnswered = false
            context.fireChannelRead(self.wrapInboundOut(.end(trailers.flatMap(HTTP1RequestHead.trailers))))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        let problem =
            switch error {
            case .invalidVersion: Problem(.versionNotSupported)
            case .headerOverflow: Problem(.headerTooLarge)
            default: Problem(.malformedRequest)
            }
        switch self.phase {
        case .answering: self.refusal = problem
        case .idle, .receiving: self.refuse(problem, context: context)
        case .closing: break
        }
    }

    /// The exchange handler answers; nothing more of this connection is looked at.
    private func refuse(_ problem: Problem, context: ChannelHandlerContext) {
        self.phase = .closing
        self.isLast = true
        self.waiting.removeAll()
        context.fireUserInboundEventTriggered(RequestRefused(problem: problem))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            self.isLast = true
            if self.phase == .idle { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(let response):
            let isFinal = response.status.kind != .informational
            // What is left of the request would have to be read and thrown away: closing is cheaper.
            if isFinal { self.isLast = self.isLast || (self.phase != .answering && self.hasContent) }
            let hasContent =
                isFinal && !self.isHead && response.status.code != 204 && response.status.code != 304
            var buffer = context.channel.allocator.buffer(capacity: Self.usualSize)
            self.framing = HTTP1Writer.write(
                response, hasContent: hasContent, isLast: isFinal && self.isLast, into: &buffer)
            context.write(self.wrapOutboundOut(buffer), promise: promise)
        case .body(let body):
            // A request that is refused as malformed may be HEAD too, and an empty chunk would be the last one.
            guard !self.isHead, body.readableBytes > 0 else {
                promise?.succeed()
                return
            }
            guard self.framing == .chunked else { return context.write(self.wrapOutboundOut(body), promise: promise) }
            var buffer = context.channel.allocator.buffer(capacity: 16)
            HTTP1Writer.writeChunkHead(body.readableBytes, into: &buffer)
            context.write(self.wrapOutboundOut(buffer), promise: nil)
            context.write(self.wrapOutboundOut(body), promise: nil)
            context.write(self.wrapOutboundOut(ByteBuffer(staticString: "\r\n")), promise: promise)
        case .end(let trailers):
            var buffer = ByteBuffer()
            if self.framing == .chunked { HTTP1Writer.writeEnd(trailers, into: &buffer) }
            if buffer.readableBytes > 0 || promise != nil {
                context.write(self.wrapOutboundOut(buffer), promise: promise)
            }
            self.framing = .plain
            self.responseEnded(context: context)
        }
    }

    /// Bytes that the head of most responses fits into, with a little content behind it.
    private static let usualSize = 2048

    private func responseEnded(context: ChannelHandlerContext) {
        guard !self.isLast else {
            self.phase = .closing
            context.flush()
            return context.close(promise: nil)
        }
        guard self.phase == .answering else {
            self.isAnswered = true
            return
        }
        self.phase = .idle
        self.startNext(context: context)
    }

    /// The next request waits until what was answered is on its way.
    private func startNext(context: ChannelHandlerContext) {
        guard self.phase == .idle, !self.waiting.isEmpty || self.refusal != nil, context.channel.isWritable else {
            return
        }
        // It is started from the event loop, not from inside the last one's write.
        context.eventLoop.assumeIsolated().execute { self.deliverWaiting(context: context) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.startNext(context: context)
        context.fireChannelWritabilityChanged()
    }

    private func deliverWaiting(context: ChannelHandlerContext) {
        while self.phase == .idle || self.phase == .receiving, let part = self.waiting.popFirst() {
            self.deliver(part, context: context)
        }
        if self.waiting.isEmpty, self.phase != .answering, self.phase != .closing, let refusal = self.refusal {
            self.refuse(refusal, context: context)
        }
        guard self.waiting.isEmpty else { return }
        context.fireChannelReadComplete()
        if self.readHeld {
            self.readHeld = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if self.waiting.isEmpty { context.read() } else { self.readHeld = true }
    }
}

/// A request was refused before it was one; the exchange handler says so to the peer.
struct RequestRefused: Sendable {
    let problem: Problem
}
