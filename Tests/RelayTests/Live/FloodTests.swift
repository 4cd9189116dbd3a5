import AccessReceipts
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Relay

/// HTTP/2 used to make the gateway work or remember for nothing: the connection ends, everybody else is served.
@Suite(.serialized) struct FloodTests {
    typealias Client = FrameClient

    struct Flood: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the GOAWAY frame has to say (RFC 9113, section 7).
        let code: UInt32
        let frames: @Sendable (_ index: Int, _ request: [(String, String)]) -> [UInt8]

        init(
            _ name: String, _ code: UInt32,
            _ frames: @escaping @Sendable (_ index: Int, _ request: [(String, String)]) -> [UInt8]
        ) {
            (self.testDescription, self.code, self.frames) = (name, code, frames)
        }
    }

    private static let protocolError: UInt32 = 0x1
    private static let flowControlError: UInt32 = 0x3
    private static let compressionError: UInt32 = 0x9
    private static let cancel: UInt32 = 0x8
    private static let enhanceYourCalm: UInt32 = 0xB

    private static func stream(_ index: Int) -> UInt32 { UInt32(2 * index + 1) }

    static let floods: [Flood] = [
        Flood("streams opened and reset", Self.enhanceYourCalm) { index, request in
            Client.headers(request, stream: Self.stream(index), ends: false)
                + Client.frame(.reset, stream: Self.stream(index), payload: [0, 0, 0, 8])
        },
        Flood("streams opened for the gateway to reset", Self.enhanceYourCalm) { index, request in
            Client.headers(request, stream: Self.stream(index), ends: false)
                + Client.headers([("x-a", "b")], stream: Self.stream(index), ends: false)
        },
        Flood("malformed headers", Self.enhanceYourCalm) { index, request in
            Client.headers(request + [("connection", "close")], stream: Self.stream(index))
        },
        Flood("more streams than allowed", Self.protocolError) { index, request in
            Client.headers(request, stream: Self.stream(index), ends: false)
        },
        Flood("pings", Self.enhanceYourCalm) { _, _ in
            Client.frame(.ping, payload: [UInt8](repeating: 0, count: 8))
        },
        Flood("settings", Self.enhanceYourCalm) { _, _ in Client.frame(.settings) },
        Flood("settings that change the table's size", Self.enhanceYourCalm) { index, _ in
            Client.frame(.settings, payload: [0, 1, 0, 0, UInt8(index % 16), 0])
        },
        Flood("priorities", Self.enhanceYourCalm) { index, _ in
            Client.frame(.priority, stream: Self.stream(index), payload: [0, 0, 0, 0, 1])
        },
        Flood("data without bytes", Self.enhanceYourCalm) { index, request in
            index == 0
                ? Client.headers(request, stream: 1, ends: false) : Client.frame(.data, stream: 1)
        },
        Flood("continuations without bytes", Self.enhanceYourCalm) { index, _ in
            Client.frame(index == 0 ? .headers : .continuation, stream: 1)
        },
        Flood("continuations without end", Self.protocolError) { index, _ in
            Client.frame(
                index == 0 ? .headers : .continuation, stream: 1,
                payload: index > 4 ? [] : [UInt8](repeating: 0, count: 16_000))
        },
        Flood("a large field named often", Self.compressionError) { index, _ in
            guard index == 0 else { return [] }
            let bomb = Client.literal("x-a", String(repeating: "a", count: 3900), indexed: true)
            return Client.frame(
                .headers, flags: Client.endHeaders | Client.endStream, stream: 1,
                payload: bomb + [UInt8](repeating: 0xBE, count: 12_000))
        },
        Flood("a window over its limit", Self.flowControlError) { _, _ in
            Client.frame(.windowUpdate, payload: [0x7F, 0xFF, 0xFF, 0xFF])
        },
    ]

    @Test(arguments: Self.floods)
    func endTheirConnectionOnly(flood: Flood) async throws {
        try await World.with { world in
            try await world.withClient(http2: true) { client in
                #expect(try await client.get(World.path("open", "hello")).status == 200)
                let before = ResidentMemory.bytes
                let attacker = try await FrameClient(world)
                var request = try client.plain(.init(World.path("open", "hello")) { $0.method = "POST" })
                request.headerFields = [:]
                let fields = Client.fields(request)
                for start in stride(from: 0, to: 3000, by: 50) {
                    attacker.raw.write((start..<start + 50).flatMap { flood.frames($0, fields) })
                }
                #expect(await attacker.raw.end(within: .seconds(10)) == .closed)
                #expect(attacker.goAway == flood.code)
                // Other tests of the process take some too.
                #expect(ResidentMemory.bytes - before < 128 << 20)
                let start = ContinuousClock.now
                #expect(try await client.get(World.path("open", "hello")).status == 200)
                #expect(ContinuousClock.now - start < .seconds(2))
                await attacker.raw.close()
                #expect(try await Self.isQuiet(world))
            }
        }
    }

    /// Waits until no exchange is under way.
    static func isQuiet(_ world: World) async throws -> Bool {
        for _ in 0..<400 {
            if world.gateway.gateway.exchangesInFlight == 0 { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// A consumer that gives no window keeps no exchange for longer than content may pause.
    @Test(arguments: ["hello", "bytes/3000000"])
    func responsesThatAreNotTakenAreGivenUp(path: String) async throws {
        try await World.with(configure: { $0.timeouts.body = .milliseconds(500) }) { world in
            try await world.withClient(http2: true) { client in
                let attacker = try await FrameClient(world, settings: [(id: 0x4, value: 0)])
                for index in 0..<20 {
                    let request = try client.plain(.init(World.path("open", path)))
                    attacker.raw.write(Client.headers(Client.fields(request), stream: Self.stream(index)))
                }
                let areReset = await attacker.raw.wait(for: .seconds(5)) {
                    attacker.frames.count { $0.kind == .reset } == 20
                }
                #expect(areReset)
                #expect(attacker.frames.allSatisfy { $0.kind != .data })
                #expect(try await Self.isQuiet(world))
                #expect(try await client.get(World.path("open", "hello")).status == 200)
                await attacker.raw.close()
            }
        }
    }

    /// Nor does it keep a stream that was refused before there was an exchange, whether it does not take the answer or does
    /// not end its request: others may be opened in its place.
    @Test(arguments: [true, false])
    func refusalsThatAreNotTakenAreGivenUp(endsRequest: Bool) async throws {
        try await World.with(configure: {
            $0.limits.exchanges = 0
            $0.limits.streamsPerConnection = 10
            $0.timeouts.body = .milliseconds(500)
        }) { world in
            try await world.withClient { client in
                let attacker = try await FrameClient(world, settings: endsRequest ? [(id: 0x4, value: 0)] : [])
                let request = Client.fields(try client.plain(.init(World.path("open", "hello"))))
                for round in 1...3 {
                    for index in 10 * (round - 1)..<10 * round {
                        attacker.raw.write(Client.headers(request, stream: Self.stream(index), ends: endsRequest))
                    }
                    let areReset = await attacker.raw.wait(for: .seconds(5)) {
                        attacker.frames.count { $0.kind == .reset } == 10 * round
                    }
                    #expect(areReset)
                }
                #expect(attacker.frames.count { $0.kind == .headers } == 30)
                let taken = attacker.frames.count { $0.kind == .data && $0.flags & Client.endStream != 0 }
                #expect(taken == (endsRequest ? 0 : 30))
                #expect(attacker.frames.allSatisfy { $0.kind != .reset || $0.errorCode == Self.cancel })
                #expect(attacker.goAway == nil)
                await attacker.raw.close()
            }
        }
    }

    @Test func malformedStreamLeavesTheOthersAlone() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let peer = try await FrameClient(world)
                let good = Client.fields(try client.plain(.init(World.path("open", "bytes/60000"))))
                let other = Client.fields(try client.plain(.init(World.path("open", "hello"))))
                peer.raw.write(
                    Client.headers(good, stream: 1)
                        + Client.headers(good + [("transfer-encoding", "chunked")], stream: 3)
                        + Client.headers([(":method", "GET"), (":path", "/")], stream: 5)
                        + Client.headers([("X-Upper", "a")] + good, stream: 7))
                let areReset = await peer.raw.wait(for: .seconds(5)) {
                    peer.frames.count { $0.kind == .reset && $0.errorCode == Self.protocolError } == 3
                }
                #expect(areReset)
                peer.raw.write(Client.headers(other, stream: 9))
                let areAnswered = await peer.raw.wait(for: .seconds(5)) {
                    peer.frames.count { $0.kind == .data && $0.flags & Client.endStream != 0 } == 2
                }
                #expect(areAnswered)
                #expect(peer.goAway == nil)
                await peer.raw.close()
            }
        }
    }

    /// RFC 9113, section 5.1: half-closed (remote).
    @Test func aRequestThatGoesOnAfterItsEndEndsTheConnection() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let peer = try await FrameClient(world)
                let request = Client.fields(try client.plain(.init(World.path("open", "bytes/60000"))))
                peer.raw.write(Client.headers(request, stream: 1) + Client.headers([("x-test", "ok")], stream: 1))
                #expect(await peer.raw.end(within: .seconds(5)) == .closed)
                #expect(try await Self.isQuiet(world))
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    @Test func headersOfManyFieldsAreRefused() async throws {
        try await World.with { world in
            try await world.withClient(http2: true) { client in
                let response = try await client.get(World.path("open", "hello")) {
                    $0.fields = (0..<100).map { ("X-\($0)", "a") }
                }
                #expect(response.status == 431)
                #expect(world.origin.observed.heads.isEmpty)
            }
        }
    }
}
