import AccessReceipts
import CityIdentity
import Foundation
import MessageSignatures
import NIOHTTP1
import Relay
import StrictJSON
import Testing

/// Requests that must not be passed on, each with the problem the peer is told.
@Suite(.serialized) struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let slug: String
        let status: Int
        let isReceipted: Bool
        let request: @Sendable () -> TestClient.Request

        init(
            _ name: String, _ status: Int, _ slug: String, receipted: Bool = true,
            path: String = World.path("open", "hello"),
            _ change: @escaping @Sendable (inout TestClient.Request) -> Void = { _ in }
        ) {
            self.testDescription = name
            self.slug = slug
            self.status = status
            self.isReceipted = receipted
            self.request = { TestClient.Request(path, change) }
        }
    }

    static let cases: [Case] = [
        Case("no policy", 403, "not-permitted", path: World.path("closed", "hello")),
        Case("other purpose", 403, "not-permitted") { $0.purpose = "marketing" },
        Case("no purpose", 403, "not-permitted") { $0.purpose = nil },
        Case("method not offered", 405, "method-not-allowed") { $0.method = "DELETE" },
        Case("unknown dataset", 404, "unknown-dataset", path: World.path("nothing", "hello")),
        Case("not an exchange", 404, "not-found", receipted: false, path: "/other"),
        Case("encoded slash", 400, "malformed-target", receipted: false, path: World.path("open", "a%2Fb")),
        Case("encoded dots", 400, "malformed-target", receipted: false, path: World.path("open", "%2e%2e/x")),
        Case("wrong tag", 401, "signature-required") { $0.tag = "hansa-relay" },
        Case("method not covered", 401, "signature-invalid") { $0.components = ["@target-uri", "exchange-purpose"] },
        Case("target not covered", 401, "signature-invalid") { $0.components = ["@method", "exchange-purpose"] },
        Case("path covered instead of target", 401, "signature-invalid") {
            $0.components = ["@method", "@path", "exchange-purpose"]
        },
        Case("purpose not covered", 401, "signature-invalid") { $0.components = ["@method", "@target-uri"] },
        Case("expired", 401, "signature-expired") { $0.created = Timestamp.now().seconds - 66 },
        Case("in the future", 401, "signature-expired") { $0.created = Timestamp.now().seconds + 8 },
        Case("lives too long", 401, "signature-expired") { $0.lifetime = 61 },
        Case("does not live", 401, "signature-expired") { $0.lifetime = 0 },
        Case("empty nonce", 401, "signature-invalid") { $0.nonce = "" },
        Case("long nonce", 401, "signature-invalid") { $0.nonce = String(repeating: "n", count: 129) },
        Case("another's key", 403, "key-not-of-peer") { $0.keyID = "\(TestNetwork.stranger)#exchange" },
        Case("another's name", 401, "signature-invalid") { $0.signingKeyID = "\(TestNetwork.stranger)#exchange" },
        Case("key of another purpose", 401, "key-not-active") { $0.keyID = "\(TestNetwork.consumer)#policy-1" },
        Case("unknown key", 401, "key-not-active") {
            $0.keyID = "\(TestNetwork.consumer)#exchange-9"
            $0.signingKeyID = "\(TestNetwork.consumer)#exchange"
        },
        Case("no key identifier", 401, "signature-invalid") {
            $0.keyID = "nobody"
            $0.signingKeyID = "\(TestNetwork.consumer)#exchange"
        },
        Case("algorithm of another key", 401, "signature-invalid") {
            $0.keyID = "\(TestNetwork.consumer)#exchange-2"
            $0.signingKeyID = "\(TestNetwork.consumer)#exchange"
            $0.algorithm = .ecdsaP256SHA256
        },
        Case("malformed purpose", 400, "malformed-request") { $0.purpose = "a, b" },
        Case("unsupported digest", 400, "digest-required") {
            $0.method = "POST"
            $0.content = [1]
            $0.fields = [("Content-Digest", "md5=:AAAAAAAAAAAAAAAAAAAAAA==:")]
        },
        Case("digest not covered", 401, "signature-invalid") {
            $0.method = "POST"
            $0.content = [1]
            $0.components = ["@method", "@target-uri", "exchange-purpose"]
        },
        Case("digest of other content", 400, "digest-mismatch") {
            $0.method = "POST"
            $0.content = [1]
            $0.fields = [("Content-Digest", ContentDigest(of: [2]).fieldValue)]
        },
        Case("one of two digests of other content", 400, "digest-mismatch") {
            $0.method = "POST"
            $0.content = [1]
            let wrong = ContentDigest(of: [2], [.sha512]).fieldValue
            $0.fields = [("Content-Digest", "\(ContentDigest(of: [1]).fieldValue), \(wrong)")]
        },
    ]

    @Test func areRefusedAndReceipted() async throws {
        try await World.with { world in
            for http2 in [false, true] {
                try await world.withClient(http2: http2) { client in
                    for refused in Self.cases {
                        let response = try await client.send(refused.request())
                        let problem = try JSONValue(parsing: response.content)
                        let name = Comment(rawValue: "\(refused.testDescription): \(response.text)")
                        #expect(response.status == refused.status, name)
                        #expect(problem["type"]?.string == "urn:hansa:problem:\(refused.slug)", name)
                        #expect(problem["correlation"]?.string?.isEmpty == false, name)
                        #expect(response.headers.first(name: "content-type") == "application/problem+json", name)
                        #expect((response.receipt != nil) == refused.isReceipted, name)
                        guard refused.isReceipted else { continue }
                        let receipt = try #require(try await world.gateway.receipt(response.receipt), name)
                        #expect(receipt.response?.status == refused.status, name)
                        let denied = refused.slug != "digest-mismatch"
                        #expect((receipt.decision.outcome == .deny) == denied, name)
                    }
                    #expect(try await client.get(World.path("open", "hello")).status == 200)
                }
            }
            #expect(world.origin.observed.content == 0)
            #expect(world.origin.observed.ends == 2)
        }
    }

    /// RFC 9110, section 15.5.6.
    @Test(arguments: [false, true]) func anotherMethodIsToldWhichThereAre(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient(http2: http2) { client in
                for method in ["DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
                    let refused = try await client.get(World.path("open", "hello")) { $0.method = method }
                    #expect(refused.status == 405, "\(method)")
                    #expect(refused.headers["allow"] == ["GET, HEAD, POST, PUT"], "\(method)")
                    let receipt = try await world.gateway.receipt(refused.receipt)
                    #expect(receipt?.decision.reason == "method-not-allowed", "\(method)")
                }
                #expect(try await client.get("/nothing") { $0.method = "DELETE" }.status == 404)
                #expect(world.origin.observed.heads.isEmpty)
            }
        }
    }

    @Test func everyAlgorithmIsTaken() async throws {
        try await World.with { world in
            try await world.withClient { client in
                for (key, algorithm) in [
                    ("exchange", MessageSignatures.SignatureAlgorithm.ecdsaP256SHA256), ("exchange-2", .ed25519),
                ] {
                    for named in [nil, algorithm] {
                        let response = try await client.get(World.path("open", "hello")) {
                            $0.keyID = "\(TestNetwork.consumer)#\(key)"
                            $0.algorithm = named
                        }
                        #expect(response.status == 200)
                    }
                }
            }
        }
    }

    @Test func replaysAreRefusedAlsoAfterARestart() async throws {
        try await World.with { world in
            var replayed = TestClient.Request(World.path("open", "hello"))
            replayed.nonce = "used-once"
            try await world.withClient { client in
                let request = try client.signed(replayed)
                #expect(try await client.send(request).status == 200)
                let again = try await client.send(request)
                #expect(again.status == 401)
                #expect(again.text.contains("urn:hansa:problem:replayed"))
                try await world.withClient { other in
                    let elsewhere = try await other.send(request)
                    #expect(elsewhere.status == 401)
                }
                // The same nonce under a new signature is refused too.
                #expect(try await client.send(replayed).status == 401)
            }
            await world.gateway.stop()
            let gateway = try await TestGateway(world.network) { $0.port = world.gateway.port }
            let client = try TestClient(world.network, gateway)
            let response = try await client.send(try client.signed(replayed))
            #expect(response.status == 401)
            #expect(response.text.contains("urn:hansa:problem:replayed"))
            await client.close()
            await gateway.stop()
        }
    }

    /// Each gateway of a city has a name of its own, and what was signed for one is nothing to another.
    ///
    /// Where two are made to answer for one name, each knows what it took itself, and no more.
    @Test(arguments: [false, true]) func replayAtAnotherGatewayOfTheSameCity(theyShareAName: Bool) async throws {
        let shared = "exchange.example"
        let authorities: AnsweredAuthorities = theyShareAName ? .only([shared]) : .ofCertificate()
        try await World.with(configure: { $0.authorities = authorities }) { world in
            let second = try await TestGateway(world.network, name: "second") { $0.authorities = authorities }
            try await world.withClient { client in
                let request = TestClient.Request(World.path("open", "hello")) {
                    if theyShareAName { $0.authority = shared }
                }
                let text = try client.text(request, adding: "Connection: close")
                let renamed = text.replacing("Host: \(world.gateway.authority)", with: "Host: \(second.authority)")
                var statuses: [String] = []
                for (gateway, text) in [
                    (world.gateway, text), (second, text), (second, renamed), (world.gateway, text),
                ] {
                    let tls = try TestClient.tls(world.network, key: "\(TestNetwork.consumer)#tls")
                    let (answer, _) = try await RawClient(port: gateway.port, tls: tls).exchange(
                        text, for: .seconds(20))
                    statuses.append(String(answer.dropFirst("HTTP/1.1 ".count).prefix(3)))
                }
                #expect(statuses == (theyShareAName ? ["200", "200", "401", "401"] : ["200", "421", "401", "401"]))
            }
            await second.stop()
            #expect(world.origin.observed.heads.count == (theyShareAName ? 2 : 1))
        }
    }

    /// Denials of what nobody signed would fill the store of receipts for good: a city has so many a minute.
    @Test func denialsWithoutASignatureLeaveABoundedNumberOfReceipts() async throws {
        try await World.with(configure: { $0.limits.unverifiedDenials = 3 }) { world in
            try await world.withClient { client in
                // The count begins anew with the minute.
                let rest = 60_000 - Timestamp.now().milliseconds % 60_000
                if rest < 10_000 { try await Task.sleep(for: .milliseconds(rest)) }
                var receipts: [String?] = []
                for index in 0..<10 {
                    let refused = try await client.get(World.path("open", "hello")) {
                        if index % 2 == 0 { $0.lifetime = 0 } else { $0.tag = "none" }
                    }
                    #expect(refused.status == 401)
                    receipts.append(refused.receipt)
                }
                #expect(receipts.map { $0 != nil } == [true, true, true] + [Bool](repeating: false, count: 7))
                // What a city signed is on the record whatever its number, and so is another city's denial.
                let signed = try await client.get(World.path("closed", "hello"))
                #expect(signed.status == 403 && signed.receipt != nil)
                try await world.withClient(key: "\(TestNetwork.stranger)#tls") { stranger in
                    let refused = try await stranger.get(World.path("open", "hello"))
                    #expect(refused.status == 403 && refused.receipt != nil)
                }
                let stored = try await world.gateway.receipts()
                #expect(stored.count == 5)
                #expect(stored.count { $0.consumer.description == TestNetwork.consumer } == 4)
            }
        }
    }

    /// Live signatures are remembered, and a city may have half of what there is room for.
    @Test func signaturesOfOneCityLeaveRoomForOthers() async throws {
        try await World.with(configure: { $0.limits.nonces = 10 }) { world in
            try await world.withClient { client in
                for _ in 0..<5 { #expect(try await client.get(World.path("open", "hello")).status == 200) }
                let refused = try await client.get(World.path("open", "hello"))
                #expect(refused.status == 503)
                #expect(refused.text.contains("urn:hansa:problem:overloaded"))
                #expect(refused.headers.first(name: "retry-after") == "5")
                try await world.withClient(key: "\(TestNetwork.stranger)#tls") { stranger in
                    let other = try await stranger.get(World.path("closed", "hello")) {
                        $0.keyID = "\(TestNetwork.stranger)#exchange"
                    }
                    // Heard and judged, not shut out.
                    #expect(other.status == 403)
                    #expect(other.text.contains("urn:hansa:problem:not-permitted"))
                }
            }
        }
    }
}
