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

    /// What goes out for a request and the parts of a response to it.
    private func written(
        _ method: HTTPMethod, _ requestFields: HTTPHeaders, _ parts: [HTTPResponsePart]
    ) throws -> String {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(HTTP1ServerCodec(fieldLimit: 10))
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        var headers: HTTPHeaders = ["Host": "a"]
        headers.add(contentsOf: requestFields)
        try channel.writeInbound(
            HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: method, uri: "/", headers: headers)))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        for part in parts { channel.write(part, promise: nil) }
        channel.flush()
        channel.embeddedEventLoop.run()
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        _ = try channel.finish(acceptAlreadyClosed: true)
        return text
    }

    private static let body = HTTPResponsePart.body(ByteBuffer(string: "0123456789abcdef"))

    @Test func lengthsFrameAsTheyAreSaid() throws {
        let head = HTTPResponse(status: .init(code: 200), headerFields: [.contentLength: "16", .eTag: "\"é\""])
        #expect(
            try written(.GET, [:], [.head(head), Self.body, .end(nil)])
                == "HTTP/1.1 200 OK\r\nContent-Length: 16\r\nETag: \"é\"\r\n\r\n0123456789abcdef")
        #expect(
            try written(.HEAD, [:], [.head(head), Self.body, .end(nil)])
                == "HTTP/1.1 200 OK\r\nContent-Length: 16\r\nETag: \"é\"\r\n\r\n")
    }

    @Test func chunksFrameWhatHasNoLength() throws {
        let trailers: HTTPFields = [.eTag: "x"]
        #expect(
            try written(
                .GET, [:],
                [
                    .head(HTTPResponse(status: .continue)), .head(HTTPResponse(status: .notFound)), Self.body,
                    .body(ByteBuffer()), .end(trailers),
                ])
                == "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10\r\n0123456789abcdef\r\n0\r\nETag: x\r\n\r\n")
        for status in [HTTPResponse.Status.noContent, .notModified] {
            let text = try written(.GET, [:], [.head(HTTPResponse(status: status)), .end(nil)])
            #expect(text == "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n\r\n")
        }
        #expect(
            try written(.HEAD, [:], [.head(HTTPResponse(status: .ok)), .end(nil)]) == "HTTP/1.1 200 OK\r\n\r\n")
    }

    @Test func theLastResponseSaysSo() throws {
        let head = HTTPResponse(status: .ok, headerFields: [.contentLength: "0", .connection: "keep-alive"])
        #expect(
            try written(.GET, ["Connection": "close"], [.head(head), .end(nil)])
                == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
}
