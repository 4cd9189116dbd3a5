import NIOCore

/// Who hears what the provider's system answers.
protocol UpstreamReceiver: AnyObject {
    /// More of the response may be read now.
    var wantsUpstreamRead: Bool { get }
    func upstreamResponded(_ head: UpstreamResponseHead)
    func upstreamSent(_ content: ByteBuffer)
    /// What could be read at once was read.
    func upstreamReadComplete()
    func upstreamEnded()
    /// The connection broke before the response was whole.
    func upstreamBroke(_ error: any Error)
    /// The connection can take more of the request, or cannot for now.
    func upstreamWritabilityChanged()
}

/// One connection to a provider's system: an HTTP/1.1 exchange at a time, its bytes read only when they are wanted.
///
/// Bound to its event loop. The pool owns it while it is idle, an exchange while it is lent.
final class UpstreamConnection: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// The ledger key the peer proved; `nil` over plain `http`.
    let peer: PeerKey?
    private let channel: any Channel
    private weak var pool: UpstreamPool?
    private let key: UpstreamPool.Key
    private var receiver: (any UpstreamReceiver)?
    private var context: ChannelHandlerContext?
    private var readHeld = false
    private var parser: HTTP1ResponseParser
    /// What came and is not a whole line yet.
    private var unread = ByteBuffer()
    /// The request's content goes out in chunks.
    private var isChunked = false
    private var sentEnd = true
    private var receivedEnd = true
    private var keepsAlive = true
    /// Exchanges served so far.
    private(set) var served = 0

    init(channel: any Channel, peer: PeerKey?, pool: UpstreamPool, key: UpstreamPool.Key, limits: RelayLimits) {
        self.channel = channel
        self.parser = HTTP1ResponseParser(limits: limits)
        self.peer = peer
        self.pool = pool
        self.key = key
    }

    var isActive: Bool { self.channel.isActive && self.keepsAlive }
    var isWritable: Bool { self.channel.isWritable }

    // MARK: Use

    /// Lends the connection for one exchange.
    func lend(to receiver: any UpstreamReceiver) {
        self.receiver = receiver
        (self.sentEnd, self.receivedEnd) = (false, false)
    }

    /// Sends a request's head.
    /// - Parameter write: writes it, and says how it is framed.
    func send(isHead: Bool, write: (inout ByteBuffer) throws -> UpstreamRequest.Framing) rethrows {
        var buffer = self.channel.allocator.buffer(capacity: Self.usualHead)
        self.isChunked = try write(&buffer) == .chunked
        self.parser.begin(isHead: isHead)
        self.context?.write(self.wrapOutboundOut(buffer), promise: nil)
    }

    private static let usualHead = 2048

    func send(_ content: ByteBuffer) {
        guard self.isChunked else {
            self.context?.write(self.wrapOutboundOut(content), promise: nil)
            return
        }
        // An empty chunk would be the last one.
        guard content.readableBytes > 0 else { return }
        var buffer = self.channel.allocator.buffer(capacity: 16)
        HTTP1Writer.writeChunkHead(content.readableBytes, into: &buffer)
        self.context?.write(self.wrapOutboundOut(buffer), promise: nil)
        self.context?.write(self.wrapOutboundOut(content), promise: nil)
        self.context?.write(self.wrapOutboundOut(ByteBuffer(staticString: "\r\n")), promise: nil)
    }

    /// Sends the request's end and everything before it.
    func sendEnd() {
        self.sentEnd = true
        if self.isChunked {
            var buffer = self.channel.allocator.buffer(capacity: 8)
            HTTP1Writer.writeEnd(nil, into: &buffer)
            self.context?.write(self.wrapOutboundOut(buffer), promise: nil)
        }
        self.context?.flush()
        self.giveBackIfDone()
    }

    func flush() { self.context?.flush() }

    /// Reads on, if a read was held back and is wanted now.
    func resumeReading() {
        guard self.readHeld, self.receiver?.wantsUpstreamRead ?? true else { return }
        self.readHeld = false
        self.context?.read()
    }

    /// The exchange gives the connection up; what may still come is of no use to anybody.
    func abort() {
        self.receiver = nil
        self.keepsAlive = false
        self.channel.close(promise: nil)
    }

    /// The connection's key is no longer good: whoever uses it sees it break.
    func cut() {
        self.broke(RelayError(.upstream, "the key of the provider's system is no longer active"))
        self.channel.close(promise: nil)
    }

    private func giveBackIfDone() {
        guard self.sentEnd, self.receivedEnd, self.receiver != nil else { return }
        self.receiver = nil
        self.served += 1
        guard self.keepsAlive, let pool = self.pool else { return self.channel.close(promise: nil) }
        // Reads go on, so that the peer's closing is noticed.
        self.resumeReading()
        pool.giveBack(self, key: self.key)
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if self.receiver?.wantsUpstreamRead ?? true { context.read() } else { self.readHeld = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What nobody asked for: the two sides no longer agree on where messages begin.
        guard self.receiver != nil else { return self.abort() }
        var bytes = self.unwrapInboundIn(data)
        if self.unread.readableBytes > 0 { self.unread.writeBuffer(&bytes) } else { self.unread = bytes }
        do {
            while let receiver = self.receiver, let event = try self.parser.next(&self.unread) {
                self.deliver(event, to: receiver)
            }
            if self.unread.readableBytes == 0 {
                self.unread = ByteBuffer()
            } else if self.receiver == nil {
                self.abort()
            }
        } catch {
            self.broke(error)
            context.close(promise: nil)
        }
    }

    private func deliver(_ event: HTTP1ResponseParser.Event, to receiver: any UpstreamReceiver) {
        switch event {
        case .head(let head):
            self.keepsAlive = self.keepsAlive && head.keepsAlive
            receiver.upstreamResponded(head)
        case .content(let content):
            receiver.upstreamSent(content)
        case .end:
            self.receivedEnd = true
            // What stands behind the end would be the next exchange's answer.
            if !self.sentEnd || self.unread.readableBytes > 0 { self.keepsAlive = false }
            receiver.upstreamEnded()
            self.giveBackIfDone()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.receiver?.upstreamReadComplete()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.receiver?.upstreamWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.broke(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let receiver = self.receiver, self.parser.closed() { self.deliver(.end, to: receiver) }
        self.broke(RelayError(.upstream, "the connection was closed"))
        self.pool?.closed(self, key: self.key)
    }

    private func broke(_ error: any Error) {
        self.keepsAlive = false
        guard let receiver = self.receiver else { return }
        self.receiver = nil
        receiver.upstreamBroke(error)
    }
}
