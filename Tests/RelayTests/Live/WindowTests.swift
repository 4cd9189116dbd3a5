import Foundation
import HTTPTypes
import NIOHTTP1
import Testing

@testable import Relay

/// Games with the flow control of HTTP/2 (RFC 9113, section 5.2), and what else of a stream is not its request.
@Suite(.serialized) struct WindowTests {
    typealias Client = FrameClient

    private static let protocolError: UInt32 = 0x1
    private static let flowControlError: UInt32 = 0x3

    private static func update(_ increment: UInt32, stream: UInt32 = 0) -> [UInt8] {
        Client.frame(.windowUpdate, stream: stream, payload: (0..<4).map { UInt8(increment >> (24 - 8 * $0) & 0xFF) })
    }

    private static func isEnded(_ client: FrameClient, stream: UInt32 = 1) -> Bool {
        client.frames.contains { $0.stream == stream && ($0.flags & Client.endStream != 0 || $0.kind == .reset) }
    }

    /// A consumer that takes its response byte by byte gets it whole, and costs nobody else anything.
    @Test func aWindowOfOneByteIsServed() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let peer = try await FrameClient(world, settings: [(id: 0x4, value: 1)])
                let request = try client.plain(.init(World.path("open", "bytes/200")))
                peer.raw.write(Client.headers(Client.fields(request), stream: 1))
                var taken = 0
                while !Self.isEnded(peer) {
                    let isMore = await peer.raw.wait(for: .seconds(5)) {
                        Self.isEnded(peer)
                            || peer.frames.reduce(0) { $0 + ($1.kind == .data ? $1.payload.count : 0) } > taken
                    }
                    guard isMore else { break }
                    taken = peer.frames.reduce(0) { $0 + ($1.kind == .data ? $1.payload.count : 0) }
                    if taken % 50 == 1 {
                        #expect(try await client.get(World.path("open", "hello")).status == 200)
                    }
                    peer.raw.write(Self.update(1, stream: 1))
                }
                taken = peer.frames.reduce(0) { $0 + ($1.kind == .data ? $1.payload.count : 0) }
                #expect(taken == 200)
                #expect(peer.frames.allSatisfy { $0.kind != .data || $0.payload.count <= 1 })
                #expect(peer.goAway == nil)
                await peer.raw.close()
                #expect(try await FloodTests.isQuiet(world))
            }
        }
    }

    struct Game: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: UInt32
        /// Whether it is the connection that is ended with the code; else the stream.
        let endsConnection: Bool
        let frames: [UInt8]

        init(_ name: String, _ code: UInt32, endsConnection: Bool, _ frames: [UInt8]) {
            (self.testDescription, self.code, self.endsConnection, self.frames) = (name, code, endsConnection, frames)
        }
    }

    private static let limit: UInt32 = 0x7FFF_FFFF

    static let games = [
        Game(
            "stream's window over its limit", Self.flowControlError, endsConnection: false,
            Self.update(Self.limit, stream: 1)),
        Game(
            "initial window over its limit", Self.flowControlError, endsConnection: true,
            Client.frame(.settings, payload: [0, 4, 0x80, 0, 0, 0])),
        Game(
            "initial window that lifts a stream's over its limit", Self.flowControlError, endsConnection: true,
            Self.update(Self.limit - 65_535, stream: 1)
                + Client.frame(.settings, payload: [0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
        ),
        Game("no increment on a stream", Self.protocolError, endsConnection: false, Self.update(0, stream: 1)),
        Game("no increment on the connection", Self.protocolError, endsConnection: true, Self.update(0)),
        Game(
            "increment of a stream that is idle", Self.protocolError, endsConnection: true, Self.update(1, stream: 99)),
    ]

    @Test(arguments: Self.games) func endsWhatItIsPlayedWith(game: Game) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let peer = try await FrameClient(world)
                // An upload that waits for content, which the gateway gathers before anything is passed on.
                let request = try client.plain(
                    .init(World.path("open", "upload")) {
                        $0.method = "POST"
                        $0.content = Array("abc".utf8)
                    })
                let fields = Client.fields(request).filter { $0.0 != "content-length" }
                peer.raw.write(Client.headers(fields, stream: 1, ends: false) + game.frames)
                let hasEnded = await peer.raw.wait(for: .seconds(5)) {
                    game.endsConnection ? peer.goAway != nil : peer.frames.contains { $0.kind == .reset }
                }
                #expect(hasEnded)
                let code =
                    game.endsConnection ? peer.goAway : peer.frames.first { $0.kind == .reset }?.errorCode
                #expect(code == game.code)
                // Who plays with one stream is not heard on others of the connection either.
                #expect(await peer.raw.end(within: .seconds(5)) == .closed)
                #expect(try await FloodTests.isQuiet(world))
                #expect(world.origin.observed.heads.isEmpty)
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    /// Trailers of a request end at the gateway, as over HTTP/1.1; what may not stand in them ends the stream.
    @Test func trailersEndAtTheGateway() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let trailers: [(fields: [(String, String)], isTaken: Bool)] = [
                    ([("exchange-consumer", "MA.840.0667000")], true), ([(":path", "/other")], false),
                    ([("connection", "close")], false),
                ]
                let peer = try await FrameClient(world)
                for (index, trailer) in trailers.enumerated() {
                    let stream = UInt32(2 * index + 1)
                    let request = try client.plain(
                        .init(World.path("open", "received")) {
                            $0.method = "POST"
                            $0.content = Array("abc".utf8)
                        })
                    peer.raw.write(
                        Client.headers(Client.fields(request), stream: stream, ends: false)
                            + Client.frame(.data, stream: stream, payload: Array("abc".utf8))
                            + Client.headers(trailer.fields, stream: stream))
                    let hasEnded = await peer.raw.wait(for: .seconds(5)) { Self.isEnded(peer, stream: stream) }
                    #expect(hasEnded)
                    let isReset = peer.frames.contains { $0.stream == stream && $0.kind == .reset }
                    #expect(isReset != trailer.isTaken, "\(trailer.fields)")
                }
                #expect(peer.goAway == nil)
                await peer.raw.close()
                #expect(world.origin.observed.trailers == 0)
                #expect(world.origin.observed.heads.map { $0.headers["exchange-consumer"] } == [[TestNetwork.consumer]])
            }
        }
    }

    /// Tunnels, also the one that WebSocket asks for (RFC 8441), are not opened.
    @Test func tunnelsAreNotOpened() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let fields = Client.fields(try client.plain(.init(World.path("open", "hello"))))
                let connect = fields.map { $0.0 == ":method" ? (":method", "CONNECT") : $0 }
                let tunnels = [
                    [(":method", "CONNECT"), (":authority", "127.0.0.1:22")],
                    connect.prefix(4) + [(":protocol", "websocket")] + connect.dropFirst(4), connect,
                ]
                for tunnel in tunnels {
                    let peer = try await FrameClient(world)
                    peer.raw.write(Client.headers(Array(tunnel), stream: 1, ends: false))
                    let hasEnded = await peer.raw.wait(for: .seconds(5)) { Self.isEnded(peer) || peer.goAway != nil }
                    #expect(hasEnded)
                    let content = peer.frames.filter { $0.kind == .data }.flatMap(\.payload)
                    let text = String(decoding: content, as: UTF8.self)
                    #expect(text.isEmpty || text.contains("urn:hansa:problem:"), Comment(rawValue: text))
                    await peer.raw.close()
                }
                #expect(world.origin.observed.heads.isEmpty)
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }
}
