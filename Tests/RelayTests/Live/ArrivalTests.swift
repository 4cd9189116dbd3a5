import AccessReceipts
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Relay

/// Requests that wait for their event loop before they are begun, as all do here: what comes behind their heads waits too, in order.
@Suite(.serialized) struct ArrivalTests {
    private static func with(_ body: (World, TestClient) async throws -> Void) async throws {
        // No turn has time for any, and one that waits alone is never late.
        try await World.with(configure: { $0.timeouts.queue = .nanoseconds(20) }) { world in
            try await world.withClient { client in try await body(world, client) }
        }
    }

    private static func wait(until condition: () -> Bool) async throws -> Bool {
        for _ in 0..<500 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }

    private static func post(_ content: [UInt8]) -> TestClient.Request {
        .init(World.path("open", "received")) {
            $0.method = "POST"
            $0.content = content
        }
    }

    /// Gathered and streamed, at once and in pieces.
    @Test(arguments: [false, true], [1, 3, 160])
    func contentWaitsBehindItsHead(http2: Bool, count: Int) async throws {
        try await Self.with { world, client in
            let pieces = (0..<count).map { number in [UInt8](repeating: UInt8(number & 0xFF), count: 16_384) }
            let content = pieces.flatMap(\.self)
            let plain = try await world.plainClient(http2: http2)
            for _ in 0..<(http2 ? 3 : 1) {
                let response = try await plain.send(client.plain(Self.post(content)), content: pieces)
                #expect(response.head?.status == .ok && response.isWhole)
                #expect(String(decoding: response.content, as: UTF8.self) == "\(content.count)")
                #expect(try await world.gateway.receipt(response.head?.headerFields[.exchangeReceipt]) != nil)
            }
            await plain.close()
            let none = try await Self.wait { world.gateway.gateway.exchangesInFlight == 0 }
            #expect(none)
        }
    }

    /// Of requests that are sent in one piece each gets its own content, also behind one that is refused at once.
    @Test func pipelinedRequestsKeepTheirContent() async throws {
        try await Self.with { world, client in
            var text = try client.text(.init("/nowhere"))
            for length in [1, 20, 300] {
                let content = [UInt8](repeating: 0x61, count: length)
                text += try client.text(Self.post(content), adding: "Content-Length: \(length)")
                text += String(decoding: content, as: UTF8.self)
            }
            text += try client.text(.init(World.path("open", "hello")), adding: "Connection: close")
            let (answer, end) = try await world.rawClient().exchange(text, for: .seconds(10))
            #expect(end == .closed)
            let answers = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0 }
            #expect(answers.map { $0.prefix(3) } == ["404", "200", "200", "200", "200"], Comment(rawValue: answer))
            let contents = answers.dropFirst().compactMap { $0.components(separatedBy: "\r\n\r\n").last }
            #expect(Array(contents.prefix(3)) == ["1", "20", "300"], Comment(rawValue: answer))
        }
    }

    /// A request that turns out to be malformed behind its head is answered once, and receipted.
    @Test func whatIsMalformedBehindAHeadIsRefused() async throws {
        try await Self.with { world, client in
            let text =
                try client.text(Self.post([0x61]), adding: "Transfer-Encoding: chunked") + "zz\r\n\r\n"
                + client.text(.init(World.path("open", "hello")))
            let (answer, end) = try await world.rawClient().exchange(text, for: .seconds(10))
            #expect(end == .closed)
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, Comment(rawValue: answer))
            #expect(answer.hasPrefix("HTTP/1.1 400 "), Comment(rawValue: answer))
            let none = try await Self.wait { world.gateway.gateway.exchangesInFlight == 0 }
            #expect(none)
            #expect(try await world.gateway.store.reader.size() == 1)
            #expect(try await client.get(World.path("open", "hello")).status == 200)
        }
    }

    /// Consumers that do not wait for their answers leave nothing behind.
    @Test func whoLeavesWhileWaitingIsForgotten() async throws {
        try await Self.with { world, client in
            for _ in 0..<20 {
                let raw = try await world.rawClient()
                raw.write(Array(try client.text(.init(World.path("open", "hello"))).utf8))
                await raw.close()
            }
            let none = try await Self.wait { world.gateway.gateway.exchangesInFlight == 0 }
            #expect(none)
            #expect(try await client.get(World.path("open", "hello")).status == 200)
        }
    }
}
