import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL
import NIOTLS

/// One consumer's connection from its acceptance to its end: who it is, what it speaks, and how long it may be silent.
///
/// Bound to its event loop, whose `RelayLoop` looks at its deadline and its key a few times a second.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Phase {
        case handshake
        /// No exchange is under way.
        case idle
        /// Bytes of an HTTP/1.1 request came, but not yet all of its header.
        case header
        /// So many exchanges are under way; they have deadlines of their own.
        case busy(Int)
    }

    private let loop: RelayLoop
    private let channel: any Channel
    /// Where the peer connected from.
    let address: String
    /// The port that it connected to.
    let port: Int?
    /// The peer has not proven who it is.
    private(set) var isHandshaking = true
    private var phase: Phase = .handshake
    private var speaksHTTP2 = false
    private(set) var peer: PeerKey?
    /// When the phase ends the connection; `nil` while exchanges are under way.
    private(set) var deadline: NIODeadline?
    private var isQuiescing = false

    init(channel: any Channel, loop: RelayLoop) {
        self.channel = channel
        self.address = channel.remoteAddress?.ipAddress ?? ""
        self.port = channel.localAddress?.port
        self.loop = loop
        self.deadline = .now() + loop.core.configuration.timeouts.handshake
    }

    // MARK: Handshake

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated) = event as? TLSUserEvent {
            self.handshakeCompleted(negotiated, context: context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// The certificate is looked up here too, since a resumed session brings it along without asking the callback.
    private func handshakeCompleted(_ negotiated: String?, context: ChannelHandlerContext) {
        let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
        switch self.loop.core.verify(certificate) {
        case .success(let peer):
            self.isHandshaking = false
            self.loop.core.handshakeEnded(from: self.address)
            guard self.loop.admit(self, peer: peer) else {
                self.loop.core.metrics.refuse(.tooManyConnections)
                return context.close(promise: nil)
            }
            self.peer = peer
            self.phase = .idle
            self.deadline = .now() + self.loop.core.configuration.timeouts.idle
            self.speaksHTTP2 = negotiated == "h2"
            do {
                try ServerPipeline.configure(
                    self.channel, speaksHTTP2: self.speaksHTTP2, connection: self, peer: peer, loop: self.loop)
            } catch {
                context.fireErrorCaught(error)
                context.close(promise: nil)
            }
            if self.isQuiescing { self.quiesce() }
        case .failure(let refusal):
            self.loop.core.refused(refusal, remote: context.remoteAddress)
            context.close(promise: nil)
        }
    }

    // MARK: Exchanges

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.loop.hasWork()
        if case .idle = self.phase, !self.speaksHTTP2 {
            self.phase = .header
            self.deadline = .now() + self.loop.core.configuration.timeouts.header
        }
        context.fireChannelRead(data)
    }

    /// An exchange's header is there.
    func exchangeBegan() {
        if case .busy(let count) = self.phase { self.phase = .busy(count + 1) } else { self.phase = .busy(1) }
        self.deadline = nil
    }

    /// An exchange is over, however it ended.
    func exchangeEnded() {
        guard case .busy(let count) = self.phase else { return }
        guard count == 1 else {
            self.phase = .busy(count - 1)
            return
        }
        self.phase = .idle
        self.deadline = .now() + self.loop.core.configuration.timeouts.idle
    }

    // MARK: The end

    /// The deadline passed.
    func timedOut() {
        self.loop.core.metrics.connectionTimedOut()
        self.channel.close(promise: nil)
    }

    /// The peer's key is no longer good: whatever is under way ends here.
    func cut() {
        self.channel.pipeline.fireUserInboundEventTriggered(ConnectionCut())
        self.channel.close(promise: nil)
    }

    /// No new exchange begins; the connection closes after the last one.
    func quiesce() {
        self.isQuiescing = true
        switch self.phase {
        case .handshake: break
        case .idle, .header, .busy: self.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOSSLError, is BoringSSLError: context.close(promise: nil)
        default: context.fireErrorCaught(error)
        }
    }

    /// Comes for every connection, also for one that was never active.
    func handlerRemoved(context: ChannelHandlerContext) { self.loop.forget(self) }
}

/// The connection is being cut because its key is no longer good.
struct ConnectionCut: Sendable {}
