import AccessReceipts
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Relay
import Testing

/// A provider's system that lies, breaks off or never ends: the consumer gets no more than what is whole and clear, the
/// gateway holds little, and every exchange has its receipt.
@Suite(.serialized) struct HostileProviderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [HostileOrigin.Step]
        /// What the consumer may get.
        let statuses: Set<Int>
        /// The content, if it is the provider's.
        let content: String?

        init(_ name: String, _ steps: [HostileOrigin.Step], _ statuses: Int..., content: String? = nil) {
            (self.testDescription, self.steps, self.statuses, self.content) = (name, steps, Set(statuses), content)
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static let chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"

    private static func answer(_ fields: String, _ content: String = "abc") -> [HostileOrigin.Step] {
        [.send(Self.ok + fields + "\r\n" + content), .close]
    }

    static let cases: [Case] = [
        // Lengths.
        Case("more than it said", answer("Content-Length: 3\r\n", "abcdef"), 200, content: "abc"),
        Case(
            "a second response behind the first",
            answer("Content-Length: 3\r\n", "abcHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"), 200,
            content: "abc"),
        Case("less than it said, then closed", answer("Content-Length: 10\r\n"), 502),
        Case("less than it said, then reset", [.send(ok + "Content-Length: 10\r\n\r\nabc"), .reset], 502),
        Case("reset at once", [.reset], 502),
        Case("closed at once", [.close], 502),
        Case("reset inside the header", [.send("HTTP/1.1 200 OK\r\nContent-Le"), .reset], 502),
        Case("negative length", answer("Content-Length: -3\r\n"), 502),
        Case("length with sign", answer("Content-Length: +3\r\n"), 502),
        Case("length over 64 bits", answer("Content-Length: 18446744073709551619\r\n"), 502),
        Case("two lengths", answer("Content-Length: 3\r\nContent-Length: 2\r\n"), 502),
        Case("a list of lengths", answer("Content-Length: 3, 2\r\n"), 502),
        Case("length and chunks", answer("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 502),
        Case("content where there is none", [.send("HTTP/1.1 204 No Content\r\n\r\nabc"), .close], 204, content: ""),
        // Chunks.
        Case("unknown coding", answer("Transfer-Encoding: xchunked\r\n"), 502),
        Case("coding before chunks", answer("Transfer-Encoding: gzip, chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), 502),
        Case("chunked twice", answer("Transfer-Encoding: chunked, chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), 502),
        Case("chunk's size that is no number", [.send(chunked + "x\r\nabc\r\n0\r\n\r\n"), .close], 502),
        Case("chunk's size with sign", [.send(chunked + "-3\r\nabc\r\n0\r\n\r\n"), .close], 502),
        Case("chunk's size over 64 bits", [.send(chunked + "10000000000000003\r\nabc\r\n0\r\n\r\n"), .close], 502),
        Case("chunk without its end", [.send(chunked + "3\r\nabcd\r\n0\r\n\r\n"), .close], 502),
        Case("chunks without the last", [.send(chunked + "3\r\nabc\r\n"), .close], 502),
        Case("large trailer", [.send(chunked + "3\r\nabc\r\n0\r\n"), .flood("X-A: aaaaaaaaaaaaaaaa\r\n")], 502),
        // Header.
        Case("nothing of HTTP", [.send("SSH-2.0-OpenSSH_9.6\r\n"), .close], 502),
        Case("HTTP/0.9", [.send("hello"), .close], 502),
        Case("another version", [.send("HTTP/3.7 200 OK\r\nContent-Length: 3\r\n\r\nabc"), .close], 502),
        Case("status under 100", [.send("HTTP/1.1 099 No\r\nContent-Length: 3\r\n\r\nabc"), .close], 502),
        Case("status over 599", [.send("HTTP/1.1 600 No\r\nContent-Length: 3\r\n\r\nabc"), .close], 502),
        Case("another protocol", [.send("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nabc"), .close], 502),
        Case("bare carriage return in a field", answer("X-A: b\rSet-Cookie: c\r\nContent-Length: 3\r\n"), 502),
        Case("bare line feed after a field", answer("X-A: b\nContent-Length: 3\r\n"), 502),
        Case("bare line feeds", [.send("HTTP/1.1 200 OK\nContent-Length: 3\n\nabc"), .close], 502),
        Case("NUL in a field", answer("X-A: b\u{0}c\r\nContent-Length: 3\r\n"), 502),
        Case("folded field", answer("X-A: b\r\n c\r\nContent-Length: 3\r\n"), 502),
        Case("space before the colon", answer("X-A : b\r\nContent-Length: 3\r\n"), 502),
        Case("field without colon", answer("X-A\r\nContent-Length: 3\r\n"), 502),
        Case("large field", answer("X-A: \(String(repeating: "a", count: 40_000))\r\nContent-Length: 3\r\n"), 502),
        Case("many fields", answer((0..<200).map { "X-\($0): a\r\n" }.joined() + "Content-Length: 3\r\n"), 502),
        Case("header without end", [.send(ok), .flood("X-A: aaaaaaaaaaaaaaaa\r\n")], 502),
        Case("field without end", [.send(ok + "X-A: "), .flood(String(repeating: "a", count: 1000))], 502),
        Case("line without end", [.send("HTTP/1.1 200 "), .flood(String(repeating: "a", count: 1000))], 502),
        // Interim responses.
        Case(
            "a few interim responses",
            [.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")]
                + answer("Content-Length: 3\r\n"), 200, content: "abc"),
        Case("interim responses without end", [.flood("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")], 502),
        // Time.
        Case("no header", [.pause(.hours(1))], 504),
        Case("header that trickles in", [.send(ok), .drip("X-A: a\r\n", every: .milliseconds(50))], 504),
        Case("content that does not come", [.send(ok + "Content-Length: 3\r\n\r\n"), .pause(.hours(1))], 504),
        Case(
            "content that trickles in",
            [.send(ok + "Content-Length: 60000\r\n\r\n"), .drip("a", every: .milliseconds(50))], 504),
        Case(
            "chunk's extension without end",
            [.send(chunked + "3;a="), .drip(String(repeating: "a", count: 10_000), every: .milliseconds(20))], 502),
    ]

    @Test func getsNothingPastTheGateway() async throws {
        let scripts = Dictionary(uniqueKeysWithValues: Self.cases.enumerated().map { ("case-\($0)", $1.steps) })
        let hostile = try await HostileOrigin(scripts)
        try await World.with(configure: {
            $0.timeouts.body = .seconds(1)
            $0.timeouts.response = .seconds(1)
            $0.timeouts.contentWindow = .seconds(1)
            $0.limits.contentRate = 1000
        }) { world in
            try await Self.offer(hostile.url, in: world)
            try await world.withClient { client in
                let before = ResidentMemory.bytes
                for (index, hostile) in Self.cases.enumerated() {
                    let start = ContinuousClock.now
                    let response = try await client.get(World.path("hostile", "case-\(index)"))
                    let name = Comment(rawValue: "\(hostile.testDescription): \(response.status) \(response.text)")
                    #expect(hostile.statuses.contains(response.status), name)
                    #expect(ContinuousClock.now - start < .seconds(4), name)
                    if let content = hostile.content {
                        #expect(response.text == content, name)
                    } else {
                        let slug = response.status == 504 ? "provider-timeout" : "provider-"
                        #expect(response.text.contains("urn:hansa:problem:\(slug)"), name)
                    }
                    #expect(response.headers["x-a"].isEmpty && response.headers["set-cookie"].isEmpty, name)
                    let receipt = try #require(try await world.gateway.receipt(response.receipt), name)
                    #expect(receipt.response?.status == response.status, name)
                }
                // Other tests of the process take some too.
                #expect(ResidentMemory.bytes - before < 128 << 20)
                #expect(try await FloodTests.isQuiet(world))
                // Whatever it left on its connections, nobody else gets it.
                #expect(try await client.get(World.path("open", "hello")).text == "hello")
            }
            // No floods were read to their end.
            #expect(hostile.observed.sent < 64 << 20)
        }
        await hostile.close()
    }

    /// A stream that the provider slows down after its first pieces is broken off, and its closing receipt says why.
    @Test(arguments: [false, true])
    func streamThatTricklesInIsBrokenOff(http2: Bool) async throws {
        let hostile = try await HostileOrigin([
            "slow": [
                .send(Self.ok + "Content-Length: 10000000\r\n\r\n" + String(repeating: "a", count: 100_000)),
                .drip("a", every: .milliseconds(50)),
            ]
        ])
        try await World.with(configure: {
            $0.timeouts.contentWindow = .seconds(1)
            $0.limits.contentRate = 1000
        }) { world in
            try await Self.offer(hostile.url, in: world)
            try await world.withClient { client in
                let plain = try await world.plainClient(http2: http2)
                let start = ContinuousClock.now
                let response = try await plain.send(try client.plain(.init(World.path("hostile", "slow"))))
                await plain.close()
                #expect(ContinuousClock.now - start < .seconds(5))
                #expect(response.head?.status == .ok && !response.isWhole)
                let id = response.head?.headerFields[.init("exchange-receipt")!]
                #expect(try await Self.end(of: id, world) == .failed)
            }
        }
        await hostile.close()
    }

    /// A provider that does not take what the consumer sends is the one that is blamed.
    @Test func providerThatTakesNoContentTimesOut() async throws {
        let blocked = try await BlockedOrigin()
        try await World.with(configure: { $0.timeouts.body = .milliseconds(700) }) { world in
            try await Self.offer(blocked.url, in: world)
            try await world.withClient { client in
                let pieces = (0..<160).map { _ in OriginContent.piece }
                let plain = try await world.plainClient(http2: true)
                let request = try client.plain(
                    .init(World.path("hostile", "upload")) {
                        $0.method = "PUT"
                        $0.content = pieces.flatMap(\.self)
                    })
                // The stream is closed while the client still writes, which then hears of nothing else.
                _ = try? await plain.send(request, content: pieces)
                await plain.close()
                let opening = try #require(try await world.gateway.receipts().last { $0.kind == .opening })
                #expect(try await Self.end(of: opening.id.description, world) == .failed)
                let closing = try await world.gateway.closing(of: opening.id.description)
                #expect(closing?.response?.status == 504)
            }
        }
        await blocked.close()
    }

    // MARK: Help

    /// Puts a dataset at an origin, which anyone may read and use.
    static func offer(_ origin: String, as name: String = "hostile", in world: World) async throws {
        try await world.network.publish(name, origin: origin)
        try await world.network.enforce(
            """
            {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:\(name)",
             "permission": [{"target": "did:ma:156.1301/\(name)", "action": ["read", "use"]}]}
            """)
    }

    /// How the exchange of an opening receipt ended, once that is known.
    static func end(of id: String?, _ world: World) async throws -> Receipt.Closing.End? {
        for _ in 0..<200 {
            if case .closing(let facts) = try await world.gateway.closing(of: id)?.kind { return facts.end }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }
}
