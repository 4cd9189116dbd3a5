import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection on which a test writes the bytes it likes, and reads what comes or lets it lie.
final class RawClient: Sendable {
    /// How a connection ended.
    enum End: Equatable {
        case closed
        case timedOut
    }

    private final class Received: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let received: Received

        init(_ received: Received) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = self.unwrapInboundIn(data)
            self.received.bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let received = Received()

    /// - Parameters:
    ///   - tls: `nil` to say nothing of TLS.
    ///   - reads: `false` to leave what comes where it is until `read`.
    init(port: Int, tls: TLSConfiguration?, reads: Bool = true) async throws {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let received = self.received
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        // What is left lying is to be the other end's burden, not the system's.
        if !reads { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: 65_536) }
        self.channel =
            try await bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(Collector(received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        if !reads {
            // The handshake needs what the other end says.
            try await Task.sleep(for: .milliseconds(300))
            try await self.channel.setOption(.autoRead, value: false).get()
        }
    }

    /// What came so far.
    var bytes: [UInt8] { self.received.bytes.withLock { $0 } }

    func write(_ bytes: [UInt8]) { self.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    /// Takes what was left lying, and what comes.
    func read() async throws { try await self.channel.setOption(.autoRead, value: true).get() }

    /// Takes once what lies there.
    func readOnce() async throws {
        try await self.channel.eventLoop.submit { [channel] in channel.read() }.get()
    }

    /// Waits until the other end closes or the time is over.
    func end(within time: Duration) async -> End { await self.wait(for: time) { false } ? .closed : .timedOut }

    /// Waits until something is so or the other end closes; `false` if the time is over before.
    func wait(for time: Duration, until condition: () -> Bool) async -> Bool {
        let end = ContinuousClock.now + time
        while self.channel.isActive, !condition() {
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return true
    }

    func close() async { try? await self.channel.close() }

    /// Writes, then reads until the other end closes or the time is over.
    func exchange(_ pieces: [(text: String, pause: Duration)], for time: Duration = .seconds(5)) async -> (String, End)
    {
        let start = ContinuousClock.now
        for piece in pieces where self.channel.isActive {
            self.write(Array(piece.text.utf8))
            try? await Task.sleep(for: piece.pause)
        }
        let end = await self.end(within: time - (ContinuousClock.now - start))
        await self.close()
        return (String(decoding: self.bytes, as: UTF8.self), end)
    }

    func exchange(_ text: String, for time: Duration = .seconds(5)) async -> (String, End) {
        await self.exchange([(text, .zero)], for: time)
    }
}
