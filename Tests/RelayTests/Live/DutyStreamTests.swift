import AccessReceipts
import HTTPTypes
import MessageSignatures
import NIOHTTP1
import StrictJSON
import Synchronization
import Testing

@testable import Relay

/// Long responses under a policy's duty, which takes the field `phone` out.
@Suite(.serialized) struct DutyStreamTests {
    private static let edited = OriginContent.rows(withPhone: false)

    @Test(arguments: [false, true])
    func longResponsesAreEditedAsTheyCome(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let plain = try await world.plainClient(http2: http2)
                let response = try await plain.send(try client.plain(.init(World.path("redacted", "rows/40"))))
                await plain.close()
                let expected = Array("[".utf8) + (0..<40).flatMap { _ in Self.edited } + Array("{}]".utf8)
                let isWhole = response.isWhole
                #expect(isWhole)
                let isExpected = response.content == expected
                #expect(isExpected)
                #expect(response.trailers?[.contentDigest] == ContentDigest(of: expected).fieldValue)
                let id = response.head?.headerFields[.exchangeReceipt]
                #expect(try await world.gateway.receipt(id)?.kind == .opening)
                let closing = try #require(try await world.gateway.closing(of: id))
                #expect(closing.response?.size == UInt64(expected.count))
                #expect(closing.response?.digest?.value == ContentDigest(of: expected)[.sha256])
            }
        }
    }

    @Test func memoryStaysFlatAndASlowConsumerHoldsTheProviderBack() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let blocks = 700
                let plain = try await world.plainClient(http2: false)
                let before = ResidentMemory.bytes
                let most = Mutex((memory: 0, ahead: 0))
                let response = try await plain.send(
                    try client.plain(.init(World.path("redacted", "rows/\(blocks)"))), keepsContent: false,
                    pause: .milliseconds(1)
                ) { size in
                    let ahead = world.origin.observed.streamed - size
                    most.withLock { $0 = (max($0.memory, ResidentMemory.bytes), max($0.ahead, ahead)) }
                }
                await plain.close()
                let isWhole = response.isWhole
                #expect(isWhole)
                #expect(response.size == blocks * Self.edited.count + "[{}]".utf8.count)
                #expect(response.size > 40 << 20)
                let (memory, ahead) = most.withLock { $0 }
                #expect(memory - before < 24 << 20, "grew by \(memory - before)")
                #expect(ahead < 24 << 20, "\(ahead) bytes ahead")
            }
        }
    }

    @Test(arguments: [false, true])
    func whatTurnsOutMalformedOnTheWayNeverLooksWhole(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let plain = try await world.plainClient(http2: http2)
                let response = try await plain.send(try client.plain(.init(World.path("redacted", "twice/40"))))
                await plain.close()
                #expect(response.head?.status == .ok)
                let isWhole = response.isWhole
                #expect(!isWhole)
                let id = response.head?.headerFields[.exchangeReceipt]
                var closing: Receipt?
                for _ in 0..<100 where closing == nil {
                    closing = try await world.gateway.closing(of: id)
                    try await Task.sleep(for: .milliseconds(20))
                }
                guard case .closing(let facts) = closing?.kind else {
                    Issue.record("there is no closing receipt")
                    return
                }
                #expect(facts.end == .failed)
            }
        }
    }

    @Test func nothingGoesOutBeforeAFieldOfTheDutyWasFound() async throws {
        try await World.with(configure: { $0.limits.transformedResponse = 1 << 20 }) { world in
            try await world.withClient { client in
                // Found in the last row, within the limit.
                let found = try await client.get(World.path("redacted", "unnamed/10"))
                #expect(found.status == 200)
                #expect(found.content.count == 10 * Self.edited.count + "[{}]".utf8.count)
                // Not found within it.
                let refused = try await client.get(World.path("redacted", "unnamed/40"))
                #expect(refused.status == 502)
                #expect(refused.text.contains("urn:hansa:problem:duty-not-performed"))
                #expect(refused.text.contains("redact `/*/phone`, `/phone`"), "\(refused.text)")
                #expect(try await world.gateway.receipt(refused.receipt)?.decision.reason == "duty-not-performed")
            }
        }
    }

    @Test func theFieldsThatARefusedResponseLacksAreNamed() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let refused = try await client.get(World.path("redacted", "windy"))
                #expect(refused.status == 502)
                let problem = try JSONValue(parsing: refused.content)
                #expect(problem["type"]?.string == "urn:hansa:problem:duty-not-performed")
                #expect(
                    problem["detail"]?.string
                        == "the response cannot go out: it lacks the fields of a duty of the policy: redact `/*/phone`, `/phone`"
                )
                // Of what is of another kind nothing is known of its fields.
                let other = try await client.get(World.path("redacted", "html"))
                #expect(other.status == 502)
                #expect(try JSONValue(parsing: other.content)["detail"] == nil)
            }
        }
    }

    @Test func headOfAnEditedResponseSaysNothingOfItsLength() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let head = try await client.get(World.path("redacted", "json")) {
                    $0.method = "HEAD"
                    $0.fields = [("A-IM", "vcdiff")]
                }
                #expect(head.status == 200)
                #expect(head.content.isEmpty)
                #expect(head.headers["content-length"].isEmpty)
                #expect(head.headers["etag"].isEmpty)
                #expect(world.origin.observed.heads.first?.headers["a-im"].isEmpty == true)
            }
        }
    }
}
