import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A provider's system on loopback whose behaviour is asked for by path.
final class TestOrigin: Sendable {
    /// What arrived, and how.
    struct Seen: Sendable {
        var heads: [HTTPRequestHead] = []
        var content = 0
        var ends = 0
        var trailers = 0
        /// Bytes of streams that were written, as far as back-pressure let them be.
        var streamed = 0
        var connections = 0
        var broken = 0
    }

    private let seen: SeenBox
    private let channel: any Channel

    final class SeenBox: Sendable {
        let value = Mutex(Seen())
    }

    init(tls: NIOSSLContext? = nil, port: Int = 0) async throws {
        let seen = SeenBox()
        self.seen = seen
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withErrorHandling: false, withOutboundHeaderValidation: false)
                    try channel.pipeline.syncOperations.addHandler(OriginHandler(seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    var port: Int { self.channel.localAddress?.port ?? 0 }
    var url: String { "http://127.0.0.1:\(self.port)/data/" }
    var secureURL: String { "https://127.0.0.1:\(self.port)/data/" }
    var observed: Seen { self.seen.value.withLock { $0 } }

    func close() async { try? await self.channel.close() }
}

/// One piece of what `/data/bytes/…` answers with.
enum OriginContent {
    static let piece: [UInt8] = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    /// What `/data/rows/…` repeats: 64 rows of JSON, with or without the field `phone`.
    static func rows(withPhone: Bool) -> [UInt8] {
        let note = String(repeating: "note ", count: 200)
        let phone = withPhone ? #""phone":"13800000000","# : ""
        return Array(String(repeating: "{\(phone)\"note\":\"\(note)\"},\n", count: 64).utf8)
    }
}

private final class OriginHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let seen: TestOrigin.SeenBox
    private var head: HTTPRequestHead?
    private var received = 0
    private var left = 0
    private var endsStream = false
    private var isPumping = false
    /// What a stream repeats, and what it ends with.
    private var piece = OriginContent.piece
    private var last: [UInt8] = []

    init(seen: TestOrigin.SeenBox) { self.seen = seen }

    func channelActive(context: ChannelHandlerContext) { self.seen.value.withLock { $0.connections += 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            self.received = 0
            self.seen.value.withLock { $0.heads.append(head) }
            if head.uri == "/data/early-error" {
                self.answer(context, status: .payloadTooLarge, text: "no")
                self.head = nil
            }
        case .body(let content):
            self.received += content.readableBytes
            self.seen.value.withLock { $0.content += content.readableBytes }
        case .end(let trailers):
            self.seen.value.withLock {
                $0.ends += 1
                $0.trailers += trailers?.count ?? 0
            }
            if let head = self.head { self.answer(head, context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.seen.value.withLock { $0.broken += 1 }
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = head.uri.dropFirst("/data/".count)
        switch path.prefix(while: { $0 != "/" && $0 != "?" }) {
        case "bytes": self.stream(Int(path.dropFirst(6)) ?? 0, head, context, chunked: false)
        case "chunks": self.stream(Int(path.dropFirst(7)) ?? 0, head, context, chunked: true)
        case "rows": self.rows(Int(path.dropFirst(5)) ?? 0, context, named: true, last: #"{"phone":1}]"#)
        case "twice": self.rows(Int(path.dropFirst(6)) ?? 0, context, named: true, last: #"{"a":1,"a":2}]"#)
        case "unnamed": self.rows(Int(path.dropFirst(8)) ?? 0, context, named: false, last: #"{"phone":1}]"#)
        case "json":
            self.answer(
                context, text: #"{"station":"a","phone":"1","wind":3}"#,
                type: "application/json")
        case "windy": self.answer(context, text: #"[{"wind":3}]"#, type: "application/json")
        case "csv": self.answer(context, text: "station,phone,wind\na,1,3\nb,2,4\n", type: "text/csv")
        case "html": self.answer(context, text: "<p>a</p>", type: "text/html")
        case "range": self.range(head, context)
        case "slow": break
        case "cut":
            self.write(context, .ok, ["Content-Length": "1000000"])
            context.writeAndFlush(
                self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: OriginContent.piece)))), promise: nil)
            let channel = context.channel
            context.eventLoop.scheduleTask(in: .milliseconds(50)) { channel.close(promise: nil) }
        case "splitting":
            self.answer(context, text: "x", extra: [("X-A", "b\u{0}c")])
        case "received": self.answer(context, text: "\(self.received)")
        case "redirect":
            self.answer(context, status: .found, text: "", extra: [("Location", "http://169.254.169.254/")])
        case "empty": self.answer(context, status: .noContent, text: "")
        case "missing": self.answer(context, status: .notFound, text: "nothing")
        case "forged":
            self.answer(
                context, text: "x", extra: [("Exchange-Receipt", "forged"), ("Signature", "forged"), ("X-Kept", "1")])
        default: self.answer(context, text: "hello")
        }
    }

    private func write(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        context.write(
            self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
            promise: nil)
    }

    private func answer(
        _ context: ChannelHandlerContext, status: HTTPResponseStatus = .ok, text: String, type: String = "text/plain",
        extra: [(String, String)] = []
    ) {
        var headers: HTTPHeaders = ["Content-Type": type, "ETag": "\"1\""]
        if status != .noContent { headers.add(name: "Content-Length", value: "\(text.utf8.count)") }
        headers.add(contentsOf: extra)
        self.write(context, status, headers)
        if !text.isEmpty, self.head?.method != .HEAD {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func range(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.headers["range"] == ["bytes=10-19"] else {
            return self.answer(context, text: String(repeating: "0123456789", count: 10))
        }
        self.answer(
            context, status: .partialContent, text: "0123456789", extra: [("Content-Range", "bytes 10-19/100")])
    }

    // MARK: Streams, under back-pressure

    private func stream(_ count: Int, _ head: HTTPRequestHead, _ context: ChannelHandlerContext, chunked: Bool) {
        self.write(
            context, .ok, chunked ? ["Transfer-Encoding": "chunked"] : ["Content-Length": "\(count)"])
        self.left = head.method == .HEAD ? 0 : count
        (self.piece, self.last) = (OriginContent.piece, [])
        self.endsStream = true
        self.pump(context)
    }

    /// An array of so many blocks of rows, and a last row.
    private func rows(_ count: Int, _ context: ChannelHandlerContext, named: Bool, last: String) {
        self.write(context, .ok, ["Transfer-Encoding": "chunked", "Content-Type": "application/json"])
        context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "[")))), promise: nil)
        (self.piece, self.last) = (OriginContent.rows(withPhone: named), Array(last.utf8))
        self.left = count * self.piece.count
        self.endsStream = true
        self.pump(context)
    }

    private func pump(_ context: ChannelHandlerContext) {
        // A write may change the writability: what it calls must not write into the middle of a chunk.
        guard !self.isPumping else { return }
        self.isPumping = true
        defer { self.isPumping = false }
        while self.left > 0, context.channel.isWritable {
            let count = min(self.left, self.piece.count)
            self.left -= count
            self.seen.value.withLock { $0.streamed += count }
            context.writeAndFlush(
                self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: self.piece.prefix(count))))),
                promise: nil)
        }
        if self.left == 0, self.endsStream {
            self.endsStream = false
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: self.last)))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { self.pump(context) }
}
