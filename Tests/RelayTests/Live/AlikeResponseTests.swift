import AccessReceipts
import HTTPTypes
import MessageSignatures
import NIOCore
import NIOHTTP1
import Testing

@testable import Relay

/// Responses whose rows go out only where another is alike in `phone`, through a running gateway.
@Suite(.serialized) struct AlikeResponseTests {
    private static func with(
        limit: Int = 8 << 20, origin: String? = nil, _ body: (World, TestClient) async throws -> Void
    ) async throws {
        try await World.with(configure: { $0.limits.transformedResponse = limit }) { world in
            try await world.network.publish("alike", origin: origin ?? world.origin.url)
            try await world.network.enforce(
                """
                {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"hansa": "urn:hansa:policy:"}], "@type": "Set",
                 "uid": "urn:test:alike", "permission": [{"target": "did:ma:156.1301/alike", "action": "read", "duty": [
                   {"action": [{"rdf:value": {"@id": "hansa:suppressBelow"}, "refinement": [
                     {"leftOperand": "hansa:alike", "operator": "isAllOf", "rightOperand": ["/*/phone"]},
                     {"leftOperand": "hansa:rows", "operator": "gteq", "rightOperand": 2}]}]}]}]}
                """)
            try await world.withClient { try await body(world, $0) }
        }
    }

    /// Longer than what else goes out in pieces, and still judged whole: there is one receipt, and the digest stands in front.
    @Test(arguments: [false, true])
    func longResponsesAreJudgedWhole(http2: Bool) async throws {
        try await Self.with { world, client in
            let rows = String(decoding: OriginContent.rows(withPhone: true), as: UTF8.self)
            let expected = Array(("[" + (rows + rows).dropLast(2) + "]").utf8)
            #expect(expected.count > 65_536)
            let plain = try await world.plainClient(http2: http2)
            let response = try await plain.send(
                try client.plain(.init(World.path("alike", "rows/2")) { $0.fields = [("Range", "bytes=0-9")] }))
            await plain.close()
            let isExpected = response.isWhole && response.content == expected
            #expect(isExpected)
            let fields = try #require(response.head?.headerFields)
            #expect(response.head?.status == .ok)
            #expect(fields[.contentLength] == String(expected.count))
            #expect(fields[.contentDigest] == ContentDigest(of: expected).fieldValue)
            #expect(response.trailers?[.contentDigest] == nil)
            let receipt = try #require(try await world.gateway.receipt(fields[.exchangeReceipt]))
            #expect(receipt.kind == .single && receipt.response?.size == UInt64(expected.count))
            // The provider is asked for the whole.
            #expect(world.origin.observed.heads.last?.headers["range"].isEmpty == true)
        }
    }

    @Test func nothingIsLeftOfATableOfSingleRows() async throws {
        try await Self.with { world, client in
            let response = try await client.get(World.path("alike", "csv")) {
                $0.fields = [("If-None-Match", "\"1\"")]
            }
            #expect(response.status == 200 && response.text == "station,phone,wind\n")
            #expect(response.headers["content-length"] == ["19"] && response.headers["etag"].isEmpty)
            #expect(world.origin.observed.heads.last?.headers["if-none-match"].isEmpty == true)
            let head = try await client.get(World.path("alike", "csv")) { $0.method = "HEAD" }
            #expect(head.status == 200 && head.content.isEmpty)
            #expect(head.headers["content-length"].isEmpty && head.headers["etag"].isEmpty)
        }
    }

    /// No rows, a fault in the last one, another type, and more than may be held: refused before the first byte.
    @Test(arguments: ["json", "twice/2", "html", "rows/40"])
    func whatCannotBeJudgedIsRefusedWhole(path: String) async throws {
        try await Self.with(limit: 1 << 20) { world, client in
            let response = try await client.get(World.path("alike", path))
            #expect(response.status == 502, "\(response.text)")
            #expect(response.text.contains("urn:hansa:problem:duty-not-performed"))
            #expect(!response.text.contains("13800000000") && response.content.count < 2000)
            let receipt = try #require(try await world.gateway.receipt(response.receipt))
            #expect(receipt.decision.reason == "duty-not-performed" && receipt.kind == .single)
            #expect(receipt.response?.status == 502 && receipt.response?.size ?? 0 == 0)
            // What was held is free again.
            #expect(try await client.get(World.path("alike", "rows/1")).status == 200)
        }
    }

    @Test func aPartOfATableIsNotTakenForTheWhole() async throws {
        let row = #"{"phone":1}"#
        let type = "Content-Type: application/json\r\n"
        let hostile = try await HostileOrigin([
            "partial": [
                .send(
                    "HTTP/1.1 206 Partial Content\r\n\(type)Content-Range: bytes 0-24/99\r\nContent-Length: 25\r\n\r\n"),
                .send("[\(row),\(row)]"),
            ],
            "cut": [
                .send("HTTP/1.1 200 OK\r\n\(type)Content-Length: 1000\r\n\r\n[\(row),\(row)"),
                .pause(.milliseconds(100)), .close,
            ],
        ])
        try await Self.with(origin: hostile.url) { world, client in
            for path in ["partial", "cut"] {
                let response = try await client.get(World.path("alike", path))
                #expect(response.status == 502)
                #expect(!response.text.contains("phone"), "\(response.text)")
                #expect(try await world.gateway.receipt(response.receipt)?.response?.status == 502)
            }
        }
        await hostile.close()
    }
}
