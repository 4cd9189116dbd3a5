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
    private var waiting: WaitingRequest?
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
        let part = self.unwrapInboundIn(data)
        switch part {
        case .head(let request):
            self.requestEnded = false
            self.waiting = nil
            return self.take(request)
        case .body: break
        case .end: self.requestEnded = true
        }
        if let waiting = self.waiting { waiting.parts.append(part) } else { self.deliver(part) }
    }

    private func deliver(_ part: HTTPRequestPart) {
        switch part {
        case .head: break
        case .body(let content):
            if let exchange = self.exchange { exchange.receive(content) } else { self.discard(content) }
        case .end(let trailers): self.exchange?.receiveEnd(trailers)
        }
    }

    private func take(_ request: HTTPRequest) {
        self.connection.exchangeBegan()
        if let problem = self.loop.takeOn(self.peer) {
            self.refuse(request, problem)
            return self.connection.exchangeEnded()
        }
        if self.loop.hasTime { return self.begin(request) }
        self.waiting = WaitingRequest(request, mayBeLate: self.loop.core.hasLittleUnderWay(self.peer))
        guard !self.loop.enqueue(self) else { return }
        self.refuseWaiting(Problem(.overloaded, retryAfter: 1))
    }

    private func refuse(_ request: HTTPRequest, _ problem: Problem) {
        let core = self.loop.core
        core.metrics.refuse(problem.type)
        self.send(problem, correlation: core.makeID().description, isHead: request.method == .head)
        if self.isHTTP2, self.channel.isActive { self.loop.refused(self) }
    }

    private func begin(_ request: HTTPRequest) {
        let exchange = Exchange(request: request, handler: self, loop: self.loop)
        self.exchange = exchange
        self.loop.began(exchange)
        exchange.start()
    }

    // MARK: Waiting for the loop

    /// Whether the request that waits is begun however long it has waited.
    var mayBeLate: Bool { self.waiting?.mayBeLate ?? false }

    /// Begins the exchange that waits, if it still does, with all that came meanwhile.
    func beginWaiting() {
        guard let waiting = self.waiting, !waiting.hasBegun else { return }
        waiting.hasBegun = true
        self.begin(waiting.request)
        // Until the last of these, what comes is put behind them; with the next request's head they are of no more use.
        while self.waiting === waiting, let part = waiting.parts.popFirst() { self.deliver(part) }
        guard self.waiting === waiting else { return }
        self.waiting = nil
        if let refusal = waiting.refusal { self.exchange?.fail(refusal, end: .aborted) }
        self.resumeReading()
    }

    /// Refuses the request that waits, if it still does.
    func refuseWaiting(_ problem: Problem) {
        guard let request = self.withdraw() else { return }
        self.refuse(request, problem)
    }

    /// Has the request that waits wait no longer; `nil` where none does.
    private func withdraw() -> HTTPRequest? {
        guard let waiting = self.waiting, !waiting.hasBegun else { return nil }
        self.waiting = nil
        self.loop.core.endExchange(of: self.peer)
        self.connection.exchangeEnded()
        return waiting.request
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let refused as RequestRefused:
            // Its content turned out to be malformed on the way.
            if let waiting = self.waiting {
                waiting.refusal = refused.problem
            } else if let exchange = self.exchange {
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
        _ = self.withdraw()
        self.exchange?.consumerClosed()
        if let untaken = self.untaken { self.release(untaken) }
        self.loop.refusalEnded(self)
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
        if !self.isHTTP2, self.requestEnded { return self.channel.isWritable }
        if self.waiting != nil { return false }
        guard let exchange = self.exchange else { return self.isHTTP2 || self.channel.isWritable }
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
    func abort() { self.close(.internalError) }

    /// Waits no longer for the consumer to take what it was answered, and to end its request.
    func giveUp() { self.close(.cancel) }

    private func close(_ code: NIOHTTP2.HTTP2ErrorCode) {
        if self.isHTTP2 {
            self.context?.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: code), promise: nil)
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

/// A request that was read and waits for its loop, with what came after its head: at most what one read brings.
private final class WaitingRequest {
    let request: HTTPRequest
    var parts = CircularBuffer<HTTPRequestPart>(initialCapacity: 1)
    /// Its city had little under way when it came, so that it does not stand back for the others'.
    let mayBeLate: Bool
    /// What of it was malformed behind the head.
    var refusal: Problem?
    var hasBegun = false

    init(_ request: HTTPRequest, mayBeLate: Bool) {
        self.request = request
        self.mayBeLate = mayBeLate
    }
}
