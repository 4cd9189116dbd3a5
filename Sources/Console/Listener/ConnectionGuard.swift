import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// How many connections each address has open at a listener; never more entries than the listener has connections.
final class ConnectionCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Counts a connection in, unless the address has as many as it may.
    func enter(_ address: String) -> Bool {
        counts.withLock { counts in
            guard counts[address, default: 0] < limit else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    func leave(_ address: String) {
        counts.withLock { counts in
            counts[address, default: 1] -= 1
            if counts[address] == 0 { counts[address] = nil }
        }
    }
}

/// Keeps one address from taking all connections of a listener, and a slow client from keeping one.
///
/// A silent connection is ended by the idle time; this ends those that are not silent and yet say nothing.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    struct Limits: Sendable {
        /// From the connection, with its TLS handshake, to the end of the first request's head.
        var firstHead = TimeAmount.seconds(5)
        /// From there to the end of the request's content.
        var content = TimeAmount.seconds(10)
        /// From a response to the end of the next request's head.
        var nextHead: TimeAmount
    }

    private let counts: ConnectionCounts
    private let limits: Limits
    private var address: String?
    private var deadline: Scheduled<Void>?

    init(counts: ConnectionCounts, limits: Limits) {
        self.counts = counts
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let name = context.remoteAddress?.subscriber ?? "local"
        guard counts.enter(name) else { return context.close(promise: nil) }
        address = name
        expect(within: limits.firstHead, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        if let address { counts.leave(address) }
        address = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: expect(within: limits.content, context)
        case .body: break
        case .end: deadline?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { expect(within: limits.nextHead, context) }
        context.write(data, promise: promise)
    }

    private func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
