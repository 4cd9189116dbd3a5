import AccessReceipts
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@testable import Relay

/// More than the gateway takes on, and more than a policy lets through.
@Suite(.serialized) struct OverloadTests {
    private static let size = 20_000_000

    /// Holds an exchange under way until its response was read slowly to its end.
    private static func slowly(_ world: World, _ client: TestClient) async throws -> PlainClient.Response {
        let plain = try await world.plainClient(http2: false)
        let response = try await plain.send(
            client.plain(.init(World.path("open", "bytes/\(Self.size)"))), keepsContent: false, pause: .milliseconds(5))
        await plain.close()
        return response
    }

    private static func wait(until condition: () -> Bool) async throws {
        for _ in 0..<500 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test(arguments: [false, true])
    func moreExchangesThanAllowedAreShed(http2: Bool) async throws {
        try await World.with(configure: { $0.limits.exchanges = 3 }) { world in
            try await world.withClient(http2: http2) { client in
                async let accepted = withThrowingTaskGroup(of: PlainClient.Response.self) { group in
                    for _ in 0..<3 { group.addTask { try await Self.slowly(world, client) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try await Self.wait { world.gateway.gateway.exchangesInFlight == 3 }
                for _ in 0..<20 {
                    let shed = try await client.get(World.path("open", "hello"))
                    #expect(shed.status == 503)
                    #expect(shed.headers["retry-after"] == ["1"])
                    #expect(shed.text.contains("urn:hansa:problem:overloaded"))
                }
                for response in try await accepted {
                    #expect(response.isWhole && response.size == Self.size)
                }
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    @Test func oneCityTakesNoMoreThanItsShare() async throws {
        try await World.with(configure: { $0.limits.exchangesPerCity = 1 }) { world in
            try await world.withClient { client in
                async let accepted = Self.slowly(world, client)
                try await Self.wait { world.gateway.gateway.exchangesInFlight == 1 }
                let shed = try await client.get(World.path("open", "hello"))
                #expect(shed.status == 503)
                #expect(shed.text.contains("your city has as many exchanges under way"))
                try await world.withClient(key: "\(TestNetwork.stranger)#tls") { other in
                    // Another city is heard, whatever the policies then say.
                    let status = try await other.get(World.path("open", "hello")).status
                    #expect(status != 503)
                }
                #expect(try await accepted.isWhole)
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    /// Whoever waits too long in a queue that stands is told to come back, before it costs anything; a city that asks for
    /// little is heard.
    @Test func requestsThatWaitTooLongAreShed() async throws {
        try await World.with(configure: {
            $0.eventLoops = 1
            $0.timeouts.queue = .milliseconds(20)
            $0.timeouts.upstreamQueue = .seconds(60)
        }) { world in
            try await world.withClient(http2: true) { client in
                try await world.withClient(key: "\(TestNetwork.stranger)#tls") { other in
                    let end = ContinuousClock.now + .seconds(3)
                    async let heard = Self.ask(other, until: end) { $0.keyID = "\(TestNetwork.stranger)#exchange" }
                    let answers = try await withThrowingTaskGroup(of: [TestClient.Response].self) { group in
                        for _ in 0..<80 { group.addTask { try await Self.ask(client, until: end) } }
                        return try await group.reduce(into: []) { $0 += $1 }
                    }
                    let (served, shed) = (answers.filter { $0.status == 200 }, answers.filter { $0.status == 503 })
                    #expect(!served.isEmpty && !shed.isEmpty && served.count + shed.count == answers.count)
                    #expect(shed.allSatisfy { $0.headers["retry-after"] == ["1"] && $0.receipt == nil })
                    #expect(shed.allSatisfy { $0.text.contains("requests wait too long") })
                    #expect(try await heard.allSatisfy { $0.status == 200 })
                    // What was served has a receipt, and what was shed none.
                    for answer in served { #expect(try await world.gateway.receipt(answer.receipt) != nil) }
                    let stored = try await world.gateway.store.reader.size()
                    #expect(try await stored == UInt64(served.count + heard.count))
                    #expect(try await client.get(World.path("open", "hello")).status == 200)
                }
            }
        }
    }

    /// Far more at a time than can be served, of a city whose bound is lifted: what is let in is answered before more is let
    /// in, so that a few connections to the provider are enough, and what is over is shed.
    @Test func farMoreThanCanBeServedIsShed() async throws {
        let (connections, streams) = (4, 100)
        try await World.with(configure: {
            $0.eventLoops = 1
            $0.limits.exchanges = 100_000
            $0.limits.exchangesPerCity = 100_000
            $0.timeouts.queue = .milliseconds(400)
            $0.timeouts.upstreamQueue = .seconds(60)
        }) { world in
            try await world.withClient { client in
                var clients: [PlainClient] = []
                for _ in 0..<connections { clients.append(try await world.plainClient(http2: true)) }
                let end = ContinuousClock.now + .seconds(4)
                let answers = try await withThrowingTaskGroup(of: [PlainClient.Response].self) { group in
                    for plain in clients {
                        for _ in 0..<streams {
                            group.addTask {
                                var answers: [PlainClient.Response] = []
                                while ContinuousClock.now < end {
                                    let request = try client.plain(.init(World.path("open", "hello")))
                                    answers.append(try await plain.send(request))
                                }
                                return answers
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                for plain in clients { await plain.close() }
                let served = answers.filter { $0.head?.status == .ok }
                let shed = answers.filter { $0.head?.status == .serviceUnavailable }
                let observed = world.origin.observed
                #expect(served.count + shed.count == answers.count)
                #expect(served.count > 20 && shed.count > served.count, "\(served.count) of \(answers.count)")
                #expect(served.allSatisfy { $0.isWhole && $0.size == 5 })
                #expect(shed.allSatisfy { $0.head?.headerFields[.retryAfter] == "1" && $0.isWhole })
                #expect(observed.heads.count == served.count)
                #expect(observed.connections < 128, "\(observed.connections) connections")
                for answer in served {
                    #expect(try await world.gateway.receipt(answer.head?.headerFields[.exchangeReceipt]) != nil)
                }
                #expect(try await world.gateway.store.reader.size() == UInt64(served.count))
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    /// Whoever was shed may ask again on the same connection, when it likes: its header did come in time.
    @Test func aConnectionWhoseRequestIsShedStaysOpen() async throws {
        try await World.with(configure: {
            $0.limits.exchanges = 0
            $0.timeouts.header = .seconds(1)
        }) { world in
            try await world.withClient { client in
                let raw = try await world.rawClient()
                for count in 1...2 {
                    raw.write(Array(try client.text(.init(World.path("open", "hello"))).utf8))
                    let isAnswered = await raw.wait(for: .seconds(5)) {
                        String(decoding: raw.bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 503 ").count
                            > count
                    }
                    #expect(isAnswered)
                    #expect(await raw.end(within: .seconds(2)) == .timedOut)
                }
                let answers = String(decoding: raw.bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 503 ")
                #expect(answers.count == 3)
                await raw.close()
            }
        }
    }

    /// Asks again and again, one request at a time.
    private static func ask(
        _ client: TestClient, until end: ContinuousClock.Instant,
        _ change: @Sendable (inout TestClient.Request) -> Void = { _ in }
    ) async throws -> [TestClient.Response] {
        var answers: [TestClient.Response] = []
        while ContinuousClock.now < end { answers.append(try await client.get(World.path("open", "hello"), change)) }
        return answers
    }

    /// The connections that are open stay, a further one is closed unheard, and when one leaves another is let in.
    @Test func connectionsBeyondTheBoundAreClosed() async throws {
        try await World.with(configure: { $0.limits.connections = 2 }) { world in
            let tls = try TestClient.tls(world.network, key: "\(TestNetwork.consumer)#tls")
            func connect() async throws -> RawClient { try await RawClient(port: world.gateway.port, tls: tls) }
            var open: [RawClient] = []
            for _ in 0..<2 {
                open.append(try await connect())
                // A request that is refused shows that the connection is up.
                open.last?.write(Array("GET / HTTP/1.1\r\nHost: \(world.gateway.authority)\r\n\r\n".utf8))
                let isUp = await open.last?.wait(for: .seconds(5)) { !(open.last?.bytes.isEmpty ?? true) }
                #expect(isUp ?? false)
            }
            for _ in 0..<5 {
                let (text, end) = try await connect().exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", for: .seconds(3))
                #expect(text.isEmpty && end == .closed)
            }
            for client in open { #expect(await client.end(within: .milliseconds(100)) == .timedOut) }
            await open[0].close()
            let isLetIn = try await Self.isEventuallyLetIn { try await connect() }
            #expect(isLetIn)
            await open[1].close()
        }
    }

    private static func isEventuallyLetIn(_ connect: () async throws -> RawClient) async throws -> Bool {
        for _ in 0..<50 {
            let (text, _) = try await connect().exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", for: .seconds(3))
            if !text.isEmpty { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test func dutiesHoldNoMoreThanTheirShareOfMemory() async throws {
        try await World.with(configure: { $0.limits.transformedResponses = 10 }) { world in
            try await world.withClient { client in
                let refused = try await client.get(World.path("redacted", "json"))
                #expect(refused.status == 503)
                #expect(refused.text.contains("urn:hansa:problem:overloaded"))
            }
        }
    }

    @Test func aGatewayWhoseKeyIsRevokedExchangesNothing() async throws {
        try await World.with { world in
            try await world.withClient { client in
                #expect(try await client.get(World.path("open", "hello")).status == 200)
                try await world.network.revoke("\(TestNetwork.operatorCode)#exchange")
                let refused = try await client.get(World.path("open", "hello"))
                #expect(refused.status == 503)
                #expect(refused.text.contains("urn:hansa:problem:gateway-not-active"))
            }
        }
    }

    /// A refusal of HEAD has no content, or the next response would be read from it.
    @Test func refusalOfHeadHasNoContent() async throws {
        try await World.with(configure: { $0.limits.exchanges = 0 }) { world in
            try await world.withClient { client in
                let bytes =
                    try client.text(.init(World.path("open", "hello")) { $0.method = "HEAD" })
                    + client.text(.init(World.path("open", "hello")), adding: "Connection: close")
                let (text, _) = try await world.rawClient().exchange(bytes)
                #expect(text.components(separatedBy: "HTTP/1.1 503 ").count == 3, Comment(rawValue: text))
                #expect(text.components(separatedBy: "correlation").count == 2, Comment(rawValue: text))
                let (refused, _) = try await world.rawClient().exchange("HEAD /x HTTP/1.1\r\nHost: a/b\r\n\r\n")
                #expect(refused.hasPrefix("HTTP/1.1 400 ") && refused.hasSuffix("\r\n\r\n"), Comment(rawValue: refused))
            }
        }
    }

    @Test func exchangeThatNeverBeganIsNotCounted() async throws {
        try await World.with(configure: {
            $0.eventLoops = 1
            $0.limits.upstreamConnectionsPerOrigin = 1
            $0.timeouts.connect = .seconds(60)
        }) { world in
            try await world.withClient { client in
                async let served = Self.slowly(world, client)
                try await Self.wait { world.origin.observed.heads.count == 1 }
                let gone = try await world.rawClient()
                gone.write(Array(try client.text(.init(World.path("counted", "hello"))).utf8))
                try await Self.wait { world.gateway.gateway.exchangesInFlight == 2 }
                #expect(world.gateway.gateway.exchangesInFlight == 2)
                await gone.close()
                // The use is given back once the gateway has seen that its consumer is gone.
                try await Self.wait { world.gateway.gateway.exchangesInFlight <= 1 }
                #expect(try await served.isWhole)
                var statuses: [Int] = []
                for _ in 0..<3 { statuses.append(try await client.get(World.path("counted", "hello")).status) }
                #expect(statuses == [200, 200, 429])
            }
        }
    }

    @Test func moreThanMayWaitForAProviderAreShed() async throws {
        try await World.with(configure: {
            $0.eventLoops = 1
            $0.limits.upstreamConnectionsPerOrigin = 1
            $0.limits.upstreamWaiters = 1
            $0.timeouts.connect = .seconds(60)
        }) { world in
            try await world.withClient { client in
                async let served = Self.slowly(world, client)
                try await Self.wait { world.origin.observed.heads.count == 1 }
                async let waiting = client.get(World.path("open", "hello"))
                try await Self.wait { world.gateway.gateway.exchangesInFlight == 2 }
                let shed = try await client.get(World.path("open", "hello"))
                #expect(shed.status == 503)
                #expect(shed.headers["retry-after"] == ["1"])
                #expect(try await world.gateway.receipt(shed.receipt)?.decision.reason == "overloaded")
                #expect(try await served.isWhole)
                #expect(try await waiting.status == 200)
            }
        }
    }

    @Test func usedUpQuotaSaysWhenThereIsMore() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let path = World.path("counted", "hello")
                for _ in 0..<2 { #expect(try await client.get(path).status == 200) }
                let refused = try await client.get(path)
                #expect(refused.status == 429)
                #expect(try JSONValue(parsing: refused.content)["type"]?.string == "urn:hansa:problem:quota-exceeded")
                let seconds = try #require(refused.headers.first(name: "retry-after").flatMap { Int($0) })
                #expect((3500...3601).contains(seconds))
                let policy = try #require(refused.headers.first(name: "ratelimit-policy"))
                let limit = try #require(refused.headers.first(name: "ratelimit"))
                let name = try #require(policy.split(separator: ";").first)
                #expect(policy == "\(name);q=2;w=3600")
                #expect(limit == "\(name);r=0;t=\(seconds)")
                #expect(name.hasPrefix("\"") && name.hasSuffix("#/permission/0\""))
                let receipt = try #require(try await world.gateway.receipt(refused.receipt))
                #expect(receipt.decision.outcome == .deny)
                #expect(receipt.response?.status == 429)
                // What no passing of time permits is a denial like any other.
                let other = try await client.get(path) { $0.method = "POST" }
                #expect(other.status == 403)
                #expect(other.headers["ratelimit"].isEmpty && other.headers["retry-after"].isEmpty)
            }
        }
    }

    @Test func quotasThatWouldNotHelpAreNotSpokenOf() async throws {
        try await World.with { world in
            try await world.network.publish("both", origin: world.origin.url)
            try await world.network.enforce(
                """
                {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:both",
                 "permission": [{"target": "did:ma:156.1301/both", "action": "read", "constraint": [
                   {"leftOperand": "count", "operator": "lteq", "rightOperand": {"@value": "1", "@type": "xsd:integer"},
                    "unit": "perMinute"},
                   {"leftOperand": "count", "operator": "lteq", "rightOperand": {"@value": "1", "@type": "xsd:integer"},
                    "unit": "perDay"},
                   {"leftOperand": "purpose", "operator": "eq", "rightOperand": "environmental-research"}]}]}
                """)
            try await world.withClient { client in
                let path = World.path("both", "hello")
                #expect(try await client.get(path).status == 200)
                let refused = try await client.get(path)
                #expect(refused.status == 429)
                // Both windows are named; the longer one says when.
                let policies = try #require(refused.headers.first(name: "ratelimit-policy"))
                #expect(policies.contains(";q=1;w=60") && policies.contains(";q=1;w=86400"))
                let seconds = try #require(refused.headers.first(name: "retry-after").flatMap { Int($0) })
                #expect(seconds > 86_000)
                let other = try await client.get(path) { $0.purpose = "marketing" }
                #expect(other.status == 403)
            }
        }
    }
}
