import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOHTTPTypesHTTP2
import NIOPosix
import NIOSSL

/// A client over HTTP/1.1 or HTTP/2 that shows a response's trailers, and reads only as fast as it is asked to.
final class PlainClient: Sendable {
    typealias Stream = NIOAsyncChannel<HTTPResponsePart, HTTPRequestPart>

    /// A response as it came.
    struct Response: Sendable {
        var head: HTTPResponse?
        var content: [UInt8] = []
        var size = 0
        var trailers: HTTPFields?
        var isWhole = false
    }

    private let makeStream: @Sendable () async throws -> Stream
    private let channel: any Channel

    init(port: Int, tls: TLSConfiguration, http2: Bool) async throws {
        var tls = tls
        tls.applicationProtocols = [http2 ? "h2" : "http/1.1"]
        let context = try NIOSSLContext(configuration: tls)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if http2 {
            let (channel, multiplexer) = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    try sync.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    let multiplexer = try sync.configureAsyncHTTP2Pipeline(mode: .client) { stream in
                        stream.eventLoop.makeSucceededVoidFuture()
                    }
                    return (channel, multiplexer)
                }
            }
            self.channel = channel
            self.makeStream = {
                try await multiplexer.openStream { stream in
                    stream.eventLoop.makeCompletedFuture {
                        try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTPClientCodec())
                        return try Self.wrap(stream)
                    }
                }
            }
        } else {
            let stream = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    try sync.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    try sync.addHTTPClientHandlers()
                    try sync.addHandler(HTTP1ToHTTPClientCodec())
                    return try Self.wrap(channel)
                }
            }
            self.channel = stream.channel
            self.makeStream = { stream }
        }
    }

    private static func wrap(_ channel: any Channel) throws -> Stream {
        try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 2, highWatermark: 10), isOutboundHalfClosureEnabled: false))
    }

    /// Sends a request and reads its response, waiting now and then if asked to; says of each piece how much came until then.
    func send(
        _ request: HTTPRequest, content: [[UInt8]] = [], keepsContent: Bool = true, pause: Duration? = nil,
        received: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Response {
        var response = Response()
        let stream = try await self.makeStream()
        do {
            try await stream.executeThenClose { inbound, outbound in
                try await outbound.write(.head(request))
                for piece in content { try await outbound.write(.body(ByteBuffer(bytes: piece))) }
                try await outbound.write(.end(nil))
                for try await part in inbound {
                    switch part {
                    case .head(let head): response.head = head
                    case .body(let piece):
                        response.size += piece.readableBytes
                        received(response.size)
                        if keepsContent { response.content.append(contentsOf: piece.readableBytesView) }
                        if let pause { try await Task.sleep(for: pause) }
                    case .end(let trailers):
                        response.trailers = trailers
                        response.isWhole = true
                        return
                    }
                }
            }
        } catch  where response.head != nil {
            // What came until then is what the test looks at.
        }
        return response
    }

    func close() async { try? await self.channel.close() }
}
