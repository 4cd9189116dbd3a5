import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import Relay

struct HTTP1ServerCodecTests {
    /// Counts what is asked of the network.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = Never

        var reads = 0

        func read(context: ChannelHandlerContext) {
            self.reads += 1
            context.read()
        }
    }

    @Test func nothingIsReadWhileARequestWaits() throws {
        let counter = ReadCounter()
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([counter, HTTP1ServerCodec(fieldLimit: 10)])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        let reads = counter.reads
        for path in ["/a", "/b"] {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: ["Host": "a"])
            try channel.writeInbound(HTTPServerRequestPart.head(head))
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
        }
        channel.read()
        #expect(counter.reads == reads)
        guard case .head(let first) = try channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("the first request was not delivered")
            return
        }
        #expect(first.path == "/a")
        _ = try channel.readInbound(as: HTTPRequestPart.self)
        #expect(try channel.readInbound(as: HTTPRequestPart.self) == nil)
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .noContent)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.run()
        guard case .head(let second) = try channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("the second request was not delivered")
            return
        }
        #expect(second.path == "/b")
        #expect(counter.reads == reads + 1)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
