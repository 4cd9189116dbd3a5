import AccessReceipts
import Foundation
import MessageSignatures
import NIOCore
import NIOHTTP1
import Testing

@testable import Relay

/// HTTP/1.1 beyond a request and its response: pipelines, expectations, chunks, trailers, upgrades.
@Suite(.serialized) struct HTTP1Tests {
    private static func statuses(_ text: String) -> [String] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
    }

    private static func post(_ content: String, _ path: String = "received") -> TestClient.Request {
        .init(World.path("open", path)) {
            $0.method = "POST"
            $0.content = Array(content.utf8)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let bytes =
                    try client.text(.init(World.path("open", "missing")))
                    + client.text(.init(World.path("open", "hello")))
                    + client.text(.init(World.path("open", "json")), adding: "Connection: close")
                let (text, end) = try await world.rawClient().exchange(bytes, for: .seconds(10))
                #expect(end == .closed)
                #expect(Self.statuses(text) == ["404", "200", "200"], Comment(rawValue: text))
            }
        }
    }

    /// What a consumer does not take must not pile up in the gateway, however many requests it sends.
    @Test func pipelinedRequestsWaitUntilTheirAnswersAreTaken() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let count = 160
                let raw = try await world.rawClient(reads: false)
                for _ in 0..<count {
                    raw.write(Array(try client.text(.init(World.path("open", "bytes/60000"))).utf8))
                }
                var seen = 0
                repeat {
                    seen = world.origin.observed.heads.count
                    try await Task.sleep(for: .milliseconds(500))
                } while world.origin.observed.heads.count > seen
                #expect(seen < count)
                try await raw.read()
                let areAnswered = await raw.wait(for: .seconds(60)) {
                    world.origin.observed.heads.count == count && raw.bytes.count > count * 60_000
                }
                #expect(areAnswered, "\(world.origin.observed.heads.count) of \(count), \(seen) before")
                await raw.close()
            }
        }
    }

    @Test func contentIsOnlyAskedForWhereItIsPermitted() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let expectation = ["Expect: 100-continue", "Content-Length: 3"]
                let permitted = try await world.rawClient()
                permitted.write(
                    Array(try client.text(Self.post("abc"), adding: expectation[0], expectation[1]).utf8))
                let isAsked = await permitted.wait(for: .seconds(5)) { !permitted.bytes.isEmpty }
                #expect(isAsked)
                permitted.write(Array("abc".utf8))
                let isAnswered = await permitted.wait(for: .seconds(5)) { permitted.bytes.count > 200 }
                #expect(isAnswered)
                let text = String(decoding: permitted.bytes, as: UTF8.self)
                #expect(Self.statuses(text) == ["100", "200"], Comment(rawValue: text))
                await permitted.close()
                var other = Self.post("abc")
                other.purpose = "marketing"
                let (refused, end) = try await world.rawClient().exchange(
                    client.text(other, adding: expectation[0], expectation[1]))
                #expect(Self.statuses(refused) == ["403"], Comment(rawValue: refused))
                // The content was never sent, so that nothing after the header can be trusted.
                #expect(end == .closed)
                #expect(world.origin.observed.heads.count == 1)
            }
        }
    }

    @Test(arguments: [
        "websocket", "h2c",
    ])
    func upgradesAreNotAgreedTo(other: String) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let bytes =
                    try client.text(
                        .init(World.path("open", "hello")), adding: "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: \(other)", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13")
                    + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                let (text, end) = try await world.rawClient().exchange(bytes)
                #expect(end == .closed)
                #expect(Self.statuses(text) == ["200"], Comment(rawValue: text))
                #expect(text.contains("Connection: close"))
                let head = try #require(world.origin.observed.heads.first)
                for name in ["upgrade", "http2-settings", "connection"] { #expect(head.headers[name].isEmpty) }
            }
        }
    }

    @Test func spacesInTheRequestLineChangeNothing() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let path = World.path("open", "hello")
                // RFC 9112, section 3, lets a recipient parse by words. What is passed on is written anew.
                let bytes = try client.text(.init(path), adding: "Connection: close")
                    .replacingOccurrences(of: "GET \(path) HTTP/1.1", with: "GET   \(path)   HTTP/1.1")
                let (text, _) = try await world.rawClient().exchange(bytes)
                #expect(Self.statuses(text) == ["200"], Comment(rawValue: text))
                #expect(world.origin.observed.heads.map(\.uri) == ["/data/hello"])
            }
        }
    }

    /// Whitespace around a field's value is not of it (RFC 9110, section 5.5): not for the signature, nor for the provider.
    @Test func whitespaceAroundValuesIsTakenOff() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let text = try client.text(
                    .init(World.path("open", "hello")) { $0.fields = [("X-Test", "a \t b"), ("X-Empty", "")] },
                    adding: "Connection: close")
                let spaced =
                    text.split(separator: "\r\n", omittingEmptySubsequences: false).enumerated().map { index, line in
                        guard index > 0, let colon = line.firstIndex(of: ":") else { return String(line) }
                        let value = line[line.index(after: colon)...].trimmingPrefix(" ")
                        return "\(line[...colon])\t \(value) \t "
                    }.joined(separator: "\r\n")
                let (answer, _) = try await world.rawClient().exchange(spaced)
                #expect(Self.statuses(answer) == ["200"], Comment(rawValue: answer))
                let head = try #require(world.origin.observed.heads.first)
                #expect(head.headers["x-test"] == ["a \t b"] && head.headers["x-empty"] == [""])
            }
        }
    }

    /// Bytes that are no UTF-8 are not replaced by others: what was signed would no longer be what is read.
    @Test(arguments: [false, true]) func valuesThatAreNotUTF8AreRefused(http2: Bool) async throws {
        let values: [[UInt8]] = [
            [0xFF], [0x61, 0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE4, 0xB8], Array("\u{FFFD}".utf8),
        ]
        try await World.with { world in
            try await world.withClient { client in
                for value in values + [Array("石家庄".utf8)] {
                    let isGood = value == Array("石家庄".utf8)
                    let text = try await Self.answer(toFieldOf: value, world, client, http2: http2)
                    #expect(text.contains("urn:hansa:problem:malformed-request") != isGood, "\(value): \(text)")
                    #expect(text.contains("hello") == isGood, "\(value): \(text)")
                }
                #expect(world.origin.observed.heads.map { $0.headers["x-test"] } == [["石家庄"]])
            }
        }
    }

    /// What is answered to a request with a field of these bytes.
    private static func answer(
        toFieldOf value: [UInt8], _ world: World, _ client: TestClient, http2: Bool
    ) async throws -> String {
        guard http2 else {
            let text = try client.text(.init(World.path("open", "hello")), adding: "Connection: close", "X-Test: ?")
            let bytes = Array(text.utf8.dropLast(5)) + value + Array("\r\n\r\n".utf8)
            let raw = try await world.rawClient()
            raw.write(bytes)
            _ = await raw.end(within: .seconds(5))
            return String(decoding: raw.bytes, as: UTF8.self)
        }
        let request = try client.plain(.init(World.path("open", "hello")))
        let peer = try await FrameClient(world)
        let block = FrameClient.fields(request).flatMap { FrameClient.literal($0.0, $0.1) }
        let field = [0, 6] + Array("x-test".utf8) + [UInt8(value.count)] + value
        peer.raw.write(
            FrameClient.frame(
                .headers, flags: FrameClient.endHeaders | FrameClient.endStream, stream: 1, payload: block + field))
        _ = await peer.raw.wait(for: .seconds(5)) {
            peer.frames.contains { $0.stream == 1 && ($0.flags & FrameClient.endStream != 0 || $0.kind == .reset) }
        }
        let content = peer.frames.filter { $0.kind == .data }.flatMap(\.payload)
        await peer.raw.close()
        return String(decoding: content, as: UTF8.self)
    }

    @Test func absoluteTargetIsTheSameAsItsPath() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let path = World.path("open", "hello")
                let bytes = try client.text(.init(path), adding: "Connection: close")
                    .replacingOccurrences(of: "GET /", with: "GET https://\(world.gateway.authority)/")
                let (text, _) = try await world.rawClient().exchange(bytes)
                #expect(Self.statuses(text) == ["200"], Comment(rawValue: text))
                #expect(world.origin.observed.heads.map(\.uri) == ["/data/hello"])
            }
        }
    }

    @Test func trailersEndAtTheGateway() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let bytes =
                    try client.text(Self.post("abc"), adding: "Transfer-Encoding: chunked", "Connection: close")
                    + "3;name=\"value\"\r\nabc\r\n0\r\nExchange-Consumer: MA.840.0667000\r\n\r\n"
                let (text, _) = try await world.rawClient().exchange(bytes)
                #expect(Self.statuses(text) == ["200"], Comment(rawValue: text))
                #expect(world.origin.observed.trailers == 0)
                let head = try #require(world.origin.observed.heads.first)
                #expect(head.headers["exchange-consumer"] == [TestNetwork.consumer])
                #expect(head.headers["content-length"] == ["3"])
            }
        }
    }

    /// Content whose framing breaks on the way: refused, never passed on whole, and the connection ends.
    static let broken: [(name: String, content: String, statuses: Set<String>)] = [
        ("size that is no number", "x\r\nabc\r\n0\r\n\r\n", ["400"]),
        ("size with sign", "-3\r\nabc\r\n0\r\n\r\n", ["400"]),
        ("size with prefix", "0x3\r\nabc\r\n0\r\n\r\n", ["400"]),
        ("size over 64 bits", "10000000000000003\r\nabc\r\n0\r\n\r\n", ["400"]),
        ("bare line feed after the size", "3\nabc\r\n0\r\n\r\n", ["400"]),
        ("chunk without its end", "3\r\nabcd\r\n0\r\n\r\n", ["400"]),
        ("control in an extension", "3;a=\u{0}\r\nabc\r\n0\r\n\r\n", ["400"]),
        ("length in the trailer", "3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n", ["400"]),
        ("large trailer", "3\r\nabc\r\n0\r\nX-A: \(String(repeating: "a", count: 40_000))\r\n\r\n", ["431"]),
        ("content that stops", "3\r\nab", ["408"]),
        ("extension without end", "3;a=\(String(repeating: "a", count: 200_000))", ["408"]),
    ]

    @Test func brokenContentIsRefused() async throws {
        try await World.with(configure: { $0.timeouts.body = .milliseconds(600) }) { world in
            try await world.withClient { client in
                for (name, content, statuses) in Self.broken {
                    let head = try client.text(Self.post("abc"), adding: "Transfer-Encoding: chunked")
                    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
                    let isWhole = content.hasSuffix("\r\n\r\n")
                    let (text, end) = try await world.rawClient().exchange(head + content + (isWhole ? smuggled : ""))
                    let comment = Comment(rawValue: "\(name): \(text.prefix(300))")
                    #expect(end == .closed, comment)
                    #expect(Self.statuses(text).count == 1 && statuses.isSuperset(of: Self.statuses(text)), comment)
                }
                #expect(world.origin.observed.heads.isEmpty)
                let receipts = try await world.gateway.receipts()
                #expect(receipts.count == Self.broken.count)
                #expect(receipts.allSatisfy { $0.response?.status != 200 })
            }
        }
    }

    @Test func contentOverItsLimitIsRefused() async throws {
        try await World.with(configure: { $0.limits.requestContent = 100_000 }) { world in
            try await world.withClient { client in
                let announced = try await world.rawClient().exchange(
                    client.text(Self.post("abc"), adding: "Content-Length: 100001"))
                #expect(Self.statuses(announced.0) == ["413"], Comment(rawValue: announced.0))
                let chunk = "8000\r\n\(String(repeating: "a", count: 0x8000))\r\n"
                let chunked = try await world.rawClient().exchange(
                    client.text(Self.post("abc"), adding: "Transfer-Encoding: chunked")
                        + String(repeating: chunk, count: 4))
                #expect(Self.statuses(chunked.0) == ["413"], Comment(rawValue: chunked.0))
                #expect(announced.1 == .closed && chunked.1 == .closed)
                #expect(world.origin.observed.ends == 0)
            }
        }
    }

    @Test func authoritiesThatDisagreeAreRefused() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let request = try client.plain(.init(World.path("open", "hello")))
                let peer = try await FrameClient(world)
                let fields = FrameClient.fields(request)
                let schemed = fields.map { $0.0 == ":scheme" ? (":scheme", "http") : $0 }
                peer.raw.write(
                    FrameClient.headers(fields + [("host", "other.example")], stream: 1)
                        + FrameClient.headers(schemed, stream: 3))
                let areAnswered = await peer.raw.wait(for: .seconds(5)) {
                    peer.frames.count { $0.kind == .data && $0.flags & FrameClient.endStream != 0 } == 2
                }
                #expect(areAnswered)
                let answers = peer.frames.filter { $0.kind == .data }.map {
                    String(decoding: $0.payload, as: UTF8.self)
                }
                #expect(answers.joined().components(separatedBy: "urn:hansa:problem:malformed-request").count == 3)
                #expect(world.origin.observed.heads.isEmpty)
                await peer.raw.close()
            }
        }
    }
}
