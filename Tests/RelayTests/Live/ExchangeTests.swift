import AccessReceipts
import AsyncHTTPClient
import CityIdentity
import Foundation
import HTTPTypes
import MessageSignatures
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@testable import Relay

@Suite(.serialized) struct ExchangeTests {
    @Test(arguments: [false, true])
    func smallExchangeHasOneReceipt(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient(http2: http2) { client in
                let response = try await client.get(World.path("open", "hello?x=1")) {
                    $0.fields = [
                        ("Accept-Signature", "mine=(\"@status\")"), ("X-Mine", "kept"),
                        ("Exchange-Consumer", "forged"),
                    ]
                }
                #expect(response.status == 200)
                #expect(response.version == (http2 ? .http2 : .http1_1))
                #expect(response.text == "hello")
                #expect(
                    response.headers.first(name: "content-digest") == ContentDigest(of: Array("hello".utf8)).fieldValue)
                let receipt = try #require(try await world.gateway.receipt(response.receipt))
                #expect(receipt.kind == .single)
                #expect(receipt.consumer.description == TestNetwork.consumer)
                #expect(receipt.decision.outcome == .permit)
                #expect(receipt.decision.policy != nil)
                #expect(receipt.response?.status == 200)
                #expect(receipt.response?.size == 5)
                #expect(receipt.purpose == "environmental-research")
                #expect(receipt.target == "https://\(world.gateway.authority)\(World.path("open", "hello?x=1"))")
                let signature = try #require(receipt.request.signature)
                let key = try world.network.key("\(TestNetwork.consumer)#exchange").publicKey
                #expect(key.isValidSignature(signature.value, for: signature.base))
                let own = try #require(receipt.response?.signature)
                let gatewayKey = try world.network.key("\(TestNetwork.operatorCode)#exchange").publicKey
                #expect(gatewayKey.isValidSignature(own.value, for: own.base))
                #expect(response.headers.first(name: "signature")?.contains("hansa=:") == true)
                let head = try #require(world.origin.observed.heads.first)
                #expect(head.uri == "/data/hello?x=1")
                #expect(head.headers["exchange-consumer"] == [TestNetwork.consumer])
                #expect(head.headers["exchange-receipt"] == [response.receipt ?? "none"])
                #expect(head.headers["x-mine"] == ["kept"])
                #expect(head.headers["signature-input"].count == 1)
                #expect(head.headers["signature-input"].first?.contains("hansa-relay") == true)
                #expect(head.headers["traceparent"].count == 1)
            }
        }
    }

    @Test(arguments: [false, true], ["bytes", "chunks"])
    func longResponseStreamsBetweenTwoReceipts(http2: Bool, kind: String) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let count = 3_000_000
                let plain = try await world.plainClient(http2: http2)
                let response = try await plain.send(
                    try client.plain(
                        .init(World.path("open", "\(kind)/\(count)")) { $0.fields = [("Accept-Signature", "hansa=()")] }
                    ))
                await plain.close()
                #expect(response.head?.status == .ok)
                #expect(response.isWhole)
                #expect(response.content.count == count)
                let digest = ContentDigest(of: response.content)
                #expect(response.trailers?[.contentDigest] == digest.fieldValue)
                #expect(response.trailers?[.signature] != nil)
                let id = response.head?.headerFields[.exchangeReceipt]
                let opening = try #require(try await world.gateway.receipt(id))
                #expect(opening.kind == .opening)
                let closing = try #require(try await world.gateway.closing(of: id))
                #expect(closing.response?.size == UInt64(count))
                #expect(closing.response?.digest?.value == digest[.sha256])
                #expect(closing.response?.signature != nil)
                guard case .closing(let facts) = closing.kind else {
                    Issue.record("the last receipt is not a closing one")
                    return
                }
                #expect(facts.end == .complete)
            }
        }
    }

    @Test func headAndEmptyResponsesHaveNoContent() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let head = try await client.get(World.path("open", "hello")) { $0.method = "HEAD" }
                #expect(head.status == 200)
                #expect(head.content.isEmpty)
                #expect(head.headers.first(name: "content-length") == "5")
                let long = try await client.get(World.path("open", "bytes/5000000")) { $0.method = "HEAD" }
                #expect(long.headers.first(name: "content-length") == "5000000")
                #expect(long.content.isEmpty)
                let empty = try await client.get(World.path("open", "empty"))
                #expect(empty.status == 204)
                #expect(try await world.gateway.receipt(empty.receipt)?.response?.status == 204)
                let missing = try await client.get(World.path("open", "missing"))
                #expect(missing.status == 404)
                #expect(missing.text == "nothing")
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    @Test func rangesPassThrough() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let part = try await client.get(World.path("open", "range")) { $0.fields = [("Range", "bytes=10-19")] }
                #expect(part.status == 206)
                #expect(part.headers.first(name: "content-range") == "bytes 10-19/100")
                #expect(part.text == "0123456789")
                #expect(try await world.gateway.receipt(part.receipt)?.response?.status == 206)
            }
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let response = try await client.get(World.path("open", "redirect"))
                #expect(response.status == 302)
                #expect(world.origin.observed.heads.count == 1)
            }
        }
    }

    @Test func providersWordForTheGatewayIsTakenOut() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let response = try await client.get(World.path("open", "forged"))
                #expect(response.headers["exchange-receipt"].count == 1)
                #expect(response.receipt != "forged")
                #expect(response.headers["signature"].isEmpty)
                #expect(response.headers["x-kept"] == ["1"])
            }
        }
    }

    @Test(arguments: [
        ("json", #"{"station":"a","wind":3}"#), ("csv", "station,wind\na,3\nb,4\n"),
    ])
    func fieldsAreRedacted(path: String, expected: String) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let response = try await client.get(World.path("redacted", path)) {
                    $0.fields = [("Range", "bytes=10-19"), ("Accept-Encoding", "gzip")]
                }
                #expect(response.status == 200)
                #expect(response.text == expected)
                #expect(response.headers["etag"].isEmpty)
                #expect(
                    response.headers.first(name: "content-digest") == ContentDigest(of: Array(expected.utf8)).fieldValue
                )
                let head = try #require(world.origin.observed.heads.first)
                #expect(head.headers["range"].isEmpty)
                #expect(head.headers["accept-encoding"] == ["identity"])
            }
        }
    }

    @Test func contentThatCannotBeRedactedIsNotPassedOn() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let response = try await client.get(World.path("redacted", "html"))
                #expect(response.status == 502)
                let problem = try JSONValue(parsing: response.content)
                #expect(problem["type"]?.string == "urn:hansa:problem:duty-not-performed")
                #expect(try await world.gateway.receipt(response.receipt)?.decision.reason == "duty-not-performed")
            }
        }
    }

    @Test(arguments: [("missing", 404), ("redirect", 302)])
    func whatIsNoSuccessGoesOutWithoutContentUnderADuty(path: String, status: Int) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let response = try await client.get(World.path("redacted", path))
                #expect(response.status == status)
                #expect(response.content.isEmpty)
                #expect(response.headers["content-type"].isEmpty)
                #expect(response.headers["etag"].isEmpty)
                #expect(response.headers["content-length"] == ["0"])
                #expect(response.headers.first(name: "content-digest") == ContentDigest(of: []).fieldValue)
                #expect(try await world.gateway.receipt(response.receipt)?.response?.size == 0)
            }
        }
    }

    @Test func countsAreKeptAcrossARestart() async throws {
        try await World.with { world in
            let path = World.path("counted", "hello")
            try await world.withClient { client in
                #expect(try await client.get(path).status == 200)
                async let one = client.get(path).status
                async let other = client.get(path).status
                let statuses = [try await one, try await other]
                #expect(statuses.sorted() == [200, 429])
            }
            await world.gateway.stop()
            let again = try await TestGateway(world.network)
            let client = try TestClient(world.network, again)
            #expect(try await client.get(path).status == 429)
            await client.close()
            await again.stop()
        }
    }
}
