import AccessReceipts
import CityIdentity
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@testable import Relay

/// Quotas by bytes, with a running gateway: what passes counts, however it passes, and after a restart.
@Suite(.serialized) struct VolumeTests {
    /// One million bytes an hour of a dataset, and five uses.
    private static func publish(_ world: World, origin: String? = nil) async throws {
        try await world.network.publish("metered", origin: origin ?? world.origin.url)
        try await world.network.enforce(
            """
            {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"hansa": "urn:hansa:policy:"}], "@type": "Set",
             "uid": "urn:test:metered", "permission": [{"target": "did:ma:156.1301/metered", "action": "read",
             "constraint": [
               {"leftOperand": "hansa:volume", "operator": "lt", "rightOperand": 1000001, "unit": "hansa:BPerHour"},
               {"leftOperand": "count", "operator": "lteq", "rightOperand": 5, "unit": "hansa:perDay"}]}]}
            """)
    }

    /// What is left, of bytes and of uses.
    private static func rest(_ response: TestClient.Response) -> [String] {
        let field = response.headers.first(name: "ratelimit") ?? ""
        return field.split(separator: ",").compactMap { item in
            item.split(separator: ";").first { $0.hasPrefix("r=") }.map { String($0.dropFirst(2)) }
        }
    }

    @Test("whole and streamed responses, with and without a stated length", arguments: ["bytes", "chunks"])
    func passed(kind: String) async throws {
        try await World.with { world in
            try await Self.publish(world)
            try await world.withClient { client in
                let first = try await client.get(World.path("metered", "\(kind)/1000"))
                #expect(first.status == 200)
                let policy = try #require(first.headers.first(name: "ratelimit-policy"))
                #expect(policy.contains(";q=1000000;qu=\"content-bytes\";w=3600"))
                #expect(policy.contains(";q=5;w=86400"))
                #expect(Self.rest(first) == ["1000000", "4"])
                let second = try await client.get(World.path("metered", "\(kind)/3000000"))
                #expect(second.status == 200 && second.content.count == 3_000_000)
                #expect(Self.rest(second) == ["999000", "3"])
                // The limit was passed by what was under way, and nothing more passes.
                let refused = try await client.get(World.path("metered", "hello"))
                #expect(refused.status == 429)
                #expect(try JSONValue(parsing: refused.content)["type"]?.string == "urn:hansa:problem:quota-exceeded")
                let seconds = try #require(refused.headers.first(name: "retry-after").flatMap { Int($0) })
                #expect((3_000...3_601).contains(seconds))
                #expect(Self.rest(refused) == ["0"])
                #expect(refused.headers.first(name: "ratelimit-policy")?.contains(";q=1000000;qu=") == true)
            }
            await world.gateway.stop()
            let again = try await TestGateway(world.network)
            let client = try TestClient(world.network, again)
            #expect(try await client.get(World.path("metered", "hello")).status == 429)
            await client.close()
            await again.stop()
        }
    }

    @Test("an exchange that two permissions permit is counted by both")
    func twice() async throws {
        try await World.with { world in
            try await Self.publish(world)
            try await world.network.enforce(
                """
                {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"hansa": "urn:hansa:policy:"}], "@type": "Set",
                 "uid": "urn:test:twice", "permission": [{"target": "did:ma:156.1301/metered", "action": "read",
                 "constraint": [
                   {"leftOperand": "hansa:volume", "operator": "lt", "rightOperand": 3000000, "unit": "hansa:BPerDay"},
                   {"leftOperand": "count", "operator": "lteq", "rightOperand": 3, "unit": "hansa:perDay"}]}]}
                """)
            try await world.withClient { client in
                var statuses: [Int] = []
                for _ in 0..<6 { statuses.append(try await client.get(World.path("metered", "hello")).status) }
                #expect(statuses == [200, 200, 200, 200, 200, 429])
            }
            let counts = world.gateway.store.usage
            let uses = counts.rules.sorted().map {
                counts.count(rule: $0, dataset: "MA.156.1301/metered", consumer: nil, since: .earliest)
            }
            let bytes = counts.rules.sorted().map {
                counts.count(rule: $0, dataset: "MA.156.1301/metered", consumer: nil, since: .earliest, measure: .bytes)
            }
            #expect(uses.sorted() == [3, 5])
            #expect(bytes.count == 2 && bytes.allSatisfy { $0 > 0 })
            #expect(bytes.max()! * 3 == bytes.min()! * 5)
        }
    }

    @Test("a stated length beyond all counting counts no more than it may, and is settled by what passed")
    func stated() async throws {
        let ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        let hostile = try await HostileOrigin([
            "small": [.send(ok + "Content-Length: 3\r\n\r\nabc")],
            "huge": [.send(ok + "Content-Length: \(Int64.max)\r\n\r\nabc"), .pause(.seconds(3)), .close],
        ])
        try await World.with { world in
            try await Self.publish(world, origin: hostile.url)
            try await world.withClient { client in
                let first = try await client.get(World.path("metered", "small"))
                #expect(first.text == "abc")
            }
            for _ in 0..<2 {
                try await world.withClient { client in
                    let cut = try? await client.get(World.path("metered", "huge"))
                    #expect(cut?.status == nil)
                }
            }
            try await world.withClient { client in
                let last = try await client.get(World.path("metered", "small"))
                #expect(last.status == 200)
                #expect(Self.rest(last) == ["\(1_000_000 - 9)", "1"])
            }
        }
        await hostile.close()
    }

    @Test("what has no content counts nothing, and a permission without a quota says nothing of any")
    func nothing() async throws {
        try await World.with { world in
            try await Self.publish(world)
            try await world.withClient { client in
                let head = try await client.get(World.path("metered", "bytes/500000")) { $0.method = "HEAD" }
                #expect(Self.rest(head) == ["1000000", "4"])
                let missing = try await client.get(World.path("metered", "empty"))
                #expect(Self.rest(missing) == ["1000000", "3"])
                let open = try await client.get(World.path("open", "hello"))
                #expect(open.status == 200 && open.headers["ratelimit"].isEmpty)
            }
        }
    }
}
