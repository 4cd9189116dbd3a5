import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// A TLS connection on which a test writes what it likes and reads what comes.
final class RawClient: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// How a connection ended.
    enum End: Equatable {
        case closed
        case failed
        case timedOut
    }

    private let connection: Connection

    /// - Parameter tls: `nil` to say nothing of TLS.
    init(port: Int, tls: TLSConfiguration?) async throws {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        self.connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    return try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: false))
                }
            }
    }

    /// Writes, then reads until the other end closes or the time is over.
    func exchange(_ pieces: [(text: String, pause: Duration)], for time: Duration = .seconds(5)) async -> (String, End)
    {
        let received = Received()
        let connection = self.connection
        let end = await withTaskGroup(of: End.self) { group in
            group.addTask {
                do {
                    try await connection.executeThenClose { inbound, outbound in
                        for piece in pieces {
                            try await outbound.write(ByteBuffer(string: piece.text))
                            try await Task.sleep(for: piece.pause)
                        }
                        for try await buffer in inbound { await received.append(buffer) }
                    }
                    return .closed
                } catch is CancellationError {
                    return .timedOut
                } catch {
                    return .failed
                }
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return .timedOut
            }
            let first = await group.next() ?? .failed
            group.cancelAll()
            return first
        }
        return (await received.text, end)
    }

    func exchange(_ text: String, for time: Duration = .seconds(5)) async -> (String, End) {
        await self.exchange([(text, .zero)], for: time)
    }
}

private actor Received {
    private(set) var text = ""

    func append(_ buffer: ByteBuffer) { self.text += String(buffer: buffer) }
}
