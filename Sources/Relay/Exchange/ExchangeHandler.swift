import AccessReceipts
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// The consumer's side of exchanges, one at a time: parts in, parts out, and reads only when they are wanted.
///
/// It stands at the end of an HTTP/1.1 connection's pipeline or of an HTTP/2 stream's, and decides nothing.
final class ExchangeHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPResponsePart

    let peer: PeerKey
    let isHTTP2: Bool
    private let channel: any Channel
    private let connection: ConnectionHandler
    private let loop: RelayLoop
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    /// An exchange that is over, whose response the consumer has not taken yet.
    private var untaken: Exchange?
    private var requestEnded = true
    private var readHeld = false
    private var discarded = 0

    init(channel: any Channel, connection: ConnectionHandler, peer: PeerKey, loop: RelayLoop, isHTTP2: Bool) {
        self.channel = channel
        self.connection = connection
        self.peer = peer
        self.loop = loop
        self.isHTTP2 = isHTTP2
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// The port that the connection was accepted on.
    var port: Int? { self.connection.port }

    // MARK: From the consumer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let request):
            self.requestEnded = false
            self.begin(request)
        case .body(let content):
            if let exchange = self.exchange { exchange.receive(content) } else { self.discard(content) }
        case .end(let trailers):
            self.requestEnded = true
            self.exchange?.receiveEnd(trailers)
        }
    }

    private func begin(_ request: HTTPRequest) {
        let core = self.loop.core
        if let problem = self.loop.beginExchange(of: self.peer) {
            core.metrics.refuse(problem.type)
            return self.send(problem, correlation: core.makeID().description, isHead: request.method == .head)
        }
        let exchange = Exchange(request: request, handler: self, loop: self.loop)
        self.exchange = exchange
        self.connection.exchangeBegan()
        self.loop.began(exchange)
        exchange.start()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let refused as RequestRefused:
            if let exchange = self.exchange {
                // Its content turned out to be malformed on the way.
                exchange.fail(refused.problem, end: .aborted)
            } else {
                self.loop.core.metrics.refuse(refused.problem.type)
                self.send(refused.problem, correlation: self.loop.core.makeID().description)
            }
        case is ConnectionCut:
            self.exchange?.cut()
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.exchange?.consumerClosed()
        if let untaken = self.untaken { self.release(untaken) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.exchange?.consumerClosed()
        context.close(promise: nil)
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        if self.wantsRead { context.read() } else { self.readHeld = true }
    }

    /// Reads on, if a read was held back and is wanted now.
    func resumeReading() {
        guard self.readHeld, self.wantsRead else { return }
        self.readHeld = false
        self.context?.read()
    }

    /// A consumer that does not take its responses is not read for more requests.
    ///
    /// While the response to a whole request is awaited over HTTP/1.1, reading goes on: to stop and to start it costs
    /// two calls of the kernel an exchange, and what comes early the codec keeps, at most one read.
    private var wantsRead: Bool {
        guard let exchange = self.exchange else { return self.isHTTP2 || self.channel.isWritable }
        if !self.isHTTP2, self.requestEnded { return self.channel.isWritable }
        return exchange.wantsRequestRead
    }

    // MARK: To the consumer

    var isWritable: Bool { self.channel.isWritable }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            self.exchange?.consumerWritable()
            self.resumeReading()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Tells a consumer that asked to be told that its content is wanted.
    func sendContinue() {
        self.context?.writeAndFlush(self.wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func send(_ head: HTTPResponse) {
        self.context?.write(self.wrapOutboundOut(.head(head)), promise: nil)
    }

    func send(_ content: ByteBuffer) {
        self.context?.write(self.wrapOutboundOut(.body(content)), promise: nil)
    }

    func flush() { self.context?.flush() }

    func sendEnd(_ trailers: HTTPFields?) {
        self.context?.writeAndFlush(self.wrapOutboundOut(.end(trailers)), promise: nil)
    }

    /// Breaks the response off: the consumer must not take it for whole.
    func abort() {
        if self.isHTTP2 {
            self.context?.triggerUserOutboundEvent(
                NIOHTTP2FramePayloadToHTTPEvent.reset(code: .internalError), promise: nil)
        }
        self.channel.close(promise: nil)
    }

    /// Sends a whole response that says no.
    func send(_ problem: Problem, correlation: String, receipt: String? = nil, isHead: Bool = false) {
        let body = problem.body(correlation: correlation)
        var head = problem.head(contentLength: body.count)
        if let receipt { head.headerFields[.exchangeReceipt] = receipt }
        self.send(head)
        if !isHead { self.send(self.channel.allocator.buffer(bytes: body)) }
        self.sendEnd(nil)
        if self.exchange == nil { self.settle() }
    }

    /// The exchange is over.
    ///
    /// An HTTP/2 stream closes when the consumer has taken the response. Until then the exchange counts, and has a deadline.
    func exchangeFinished(_ exchange: Exchange) {
        guard self.exchange === exchange else { return }
        self.exchange = nil
        if self.isHTTP2, self.channel.isActive { self.untaken = exchange } else { self.release(exchange) }
        self.settle()
    }

    private func release(_ exchange: Exchange) {
        self.untaken = nil
        self.loop.ended(exchange)
        self.loop.core.endExchange(of: self.peer)
        self.connection.exchangeEnded()
    }

    /// The next request may come.
    ///
    /// An HTTP/1.1 connection whose request is not whole is closed by its codec.
    private func settle() {
        self.discarded = 0
        self.resumeReading()
    }

    /// What is left of an HTTP/2 request that was answered is thrown away, and after a while is no longer waited for.
    ///
    /// Not at once: clients take a reset that comes with the response for the loss of it.
    private func discard(_ content: ByteBuffer) {
        guard self.isHTTP2, !self.requestEnded else { return }
        self.discarded += content.readableBytes
        guard self.discarded > Self.discardLimit else { return }
        self.requestEnded = true
        self.context?.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError), promise: nil)
    }

    private static let discardLimit = 1 << 20
}
