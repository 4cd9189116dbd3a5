import AccessReceipts
import Foundation
import HTTPTypes
import NIOCore
import Relay
import Testing

/// Consumers that send or take content so slowly that it would keep an exchange for hours, though they never pause.
@Suite(.serialized) struct SlowContentTests {
    private static func upload(_ count: Int) -> TestClient.Request {
        .init(World.path("open", "received")) {
            $0.method = "POST"
            $0.content = [UInt8](repeating: UInt8(ascii: "a"), count: count)
        }
    }

    /// Sends a request's content a piece at a time.
    private static func send(
        _ count: Int, piece: Int, every pause: Duration, _ world: World, _ client: TestClient
    ) async throws -> (text: String, end: RawClient.End, took: Duration) {
        let raw = try await world.rawClient()
        let head = try client.text(Self.upload(count), adding: "Content-Length: \(count)", "Connection: close")
        let pieces = (0..<count / piece).map { _ in (text: String(repeating: "a", count: piece), pause: pause) }
        let start = ContinuousClock.now
        let (text, end) = await raw.exchange([(head, .zero)] + pieces, for: .seconds(15))
        return (text, end, ContinuousClock.now - start)
    }

    /// Gathered content, and content that is passed on as it comes.
    @Test(arguments: [4000, 400_000])
    func requestThatTricklesInIsRefused(count: Int) async throws {
        try await World.with(configure: {
            $0.limits.contentRate = 1000
            $0.timeouts.contentWindow = .seconds(1)
        }) { world in
            try await world.withClient { client in
                // 200 bytes a second, and never a pause that would be too long by itself.
                let slow = try await Self.send(count, piece: 10, every: .milliseconds(50), world, client)
                #expect(slow.end == .closed)
                // All of it would take 20 s or more.
                #expect(slow.took < .seconds(12))
                #expect(slow.text.hasPrefix("HTTP/1.1 408 "), Comment(rawValue: slow.text))
                #expect(slow.text.contains("urn:hansa:problem:request-timeout"))
                #expect(slow.text.contains("the content comes too slowly"))
                #expect(world.origin.observed.ends == 0)
                let receipt = try #require(try await world.gateway.receipts().first)
                #expect(receipt.response?.status == 408)
            }
        }
    }

    @Test func requestThatIsFastEnoughIsNotHurried() async throws {
        try await World.with(configure: {
            $0.limits.contentRate = 1000
            $0.timeouts.contentWindow = .seconds(1)
        }) { world in
            try await world.withClient { client in
                let steady = try await Self.send(8000, piece: 200, every: .milliseconds(80), world, client)
                #expect(steady.text.hasPrefix("HTTP/1.1 200 "), Comment(rawValue: steady.text))
                #expect(steady.took > .seconds(3))
            }
        }
    }

    /// A consumer that takes a little now and then does not keep a stream, nor what the gateway holds for it.
    @Test func responseThatIsTakenTooSlowlyIsGivenUp() async throws {
        try await World.with(configure: { $0.timeouts.body = .seconds(1) }) { world in
            try await world.withClient { client in
                let raw = try await world.rawClient(reads: false)
                let before = ResidentMemory.bytes
                raw.write(Array(try client.text(.init(World.path("open", "bytes/500000000"))).utf8))
                let start = ContinuousClock.now
                while world.gateway.gateway.exchangesInFlight == 0, ContinuousClock.now - start < .seconds(5) {
                    try await Task.sleep(for: .milliseconds(10))
                }
                var taken = 0
                while world.gateway.gateway.exchangesInFlight > 0, ContinuousClock.now - start < .seconds(20) {
                    try await raw.readOnce()
                    taken += 1
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(ContinuousClock.now - start < .seconds(15))
                #expect(taken > 5)
                #expect(world.gateway.gateway.exchangesInFlight == 0)
                // Other tests of the process take some too.
                #expect(ResidentMemory.bytes - before < 128 << 20)
                await raw.close()
                let ends = try await world.gateway.receipts().compactMap { receipt -> Receipt.Closing.End? in
                    if case .closing(let facts) = receipt.kind { facts.end } else { nil }
                }
                #expect(ends == [.aborted])
            }
        }
    }
}
