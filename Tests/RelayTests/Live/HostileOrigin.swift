import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A provider's system on loopback that answers with the bytes a test likes.
final class HostileOrigin: Sendable {
    /// What it does with a connection, one after the other.
    enum Step: Sendable {
        case send(String)
        /// Sends the same again and again, as fast as it is taken, until the connection closes.
        case flood(String)
        /// Sends the same again and again, with a pause after each.
        case drip(String, every: TimeAmount)
        case pause(TimeAmount)
        case close
        /// Ends the connection with RST.
        case reset
    }

    struct Seen: Sendable {
        var requests: [String] = []
        var connections = 0
        /// Bytes that were written.
        var sent = 0
    }

    final class SeenBox: Sendable {
        let value = Mutex(Seen())
    }

    private let seen = SeenBox()
    private let channel: any Channel

    /// - Parameter scripts: what follows a request's header, by the last segment of its path.
    init(_ scripts: [String: [Step]], port: Int = 0) async throws {
        let seen = self.seen
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HostileHandler(scripts, seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    var url: String { "http://127.0.0.1:\(self.channel.localAddress?.port ?? 0)/data/" }
    var observed: Seen { self.seen.value.withLock { $0 } }
    func close() async { try? await self.channel.close() }
}

private final class HostileHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let scripts: [String: [HostileOrigin.Step]]
    private let seen: HostileOrigin.SeenBox
    private var received: [UInt8] = []
    private var steps: ArraySlice<HostileOrigin.Step> = []
    private var flooding: ByteBuffer?

    init(_ scripts: [String: [HostileOrigin.Step]], seen: HostileOrigin.SeenBox) {
        self.scripts = scripts
        self.seen = seen
    }

    func channelActive(context: ChannelHandlerContext) { self.seen.value.withLock { $0.connections += 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.received += self.unwrapInboundIn(data).readableBytesView
        // What begins as TLS does is not spoken here.
        if self.received.first == 22 { return context.close(promise: nil) }
        let text = String(decoding: self.received, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"), let line = text.split(separator: "\r\n").first else { return }
        self.received = Array(text[end.upperBound...].utf8)
        self.seen.value.withLock { $0.requests.append(String(line)) }
        let path = line.split(separator: " ").dropFirst().first ?? ""
        self.steps = (self.scripts[path.split(separator: "/").last.map(String.init) ?? ""] ?? [.close])[...]
        self.next(context)
    }

    private func next(_ context: ChannelHandlerContext) {
        guard context.channel.isActive, let step = self.steps.popFirst() else { return }
        switch step {
        case .send(let text):
            self.write(ByteBuffer(string: text), context)
            self.next(context)
        case .flood(let text):
            self.flooding = ByteBuffer(string: text)
            self.pump(context)
        case .drip(let text, let pause):
            self.write(ByteBuffer(string: text), context)
            self.steps.insert(step, at: self.steps.startIndex)
            self.next(context, after: pause)
        case .pause(let amount): self.next(context, after: amount)
        case .close: context.close(promise: nil)
        case .reset:
            let channel = context.channel
            guard let options = channel as? any SocketOptionProvider else { return }
            options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func next(_ context: ChannelHandlerContext, after amount: TimeAmount) {
        context.eventLoop.assumeIsolated().scheduleTask(in: amount) { self.next(context) }
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        self.seen.value.withLock { $0.sent += bytes.readableBytes }
        context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    }

    private func pump(_ context: ChannelHandlerContext) {
        while let flooding = self.flooding, context.channel.isActive, context.channel.isWritable {
            self.write(flooding, context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { self.pump(context) }
    func channelInactive(context: ChannelHandlerContext) { self.flooding = nil }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A provider's system that takes connections and reads nothing.
final class BlockedOrigin: Sendable {
    private let channel: any Channel

    init() async throws {
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.socketOption(.so_rcvbuf), value: 65_536)
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var url: String { "http://127.0.0.1:\(self.channel.localAddress?.port ?? 0)/data/" }
    func close() async { try? await self.channel.close() }
}
