import CityIdentity
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Relay
import Testing

/// Where a published origin may point the gateway, and what becomes of one that does not answer.
@Suite(.serialized) struct OriginTests {
    /// Spellings of this machine, of its link and of private networks; `PORT` is where a provider's system listens.
    static let places = [
        "127.0.0.1:PORT", "127.1.2.3:PORT", "127.1:PORT", "2130706433:PORT", "0x7f000001:PORT", "0177.0.0.1:PORT",
        "localhost:PORT", "LOCALHOST:PORT", "localhost.:PORT", "[::1]:PORT", "[::ffff:127.0.0.1]:PORT",
        "[::ffff:7f00:1]:PORT", "[0:0:0:0:0:ffff:7f00:0001]:PORT", "[::127.0.0.1]:PORT", "[64:ff9b::7f00:1]:PORT",
        "[2002:7f00:1::]:PORT", "0.0.0.0:PORT", "0:PORT", "[::]:PORT", "10.0.0.1", "172.16.0.1", "192.168.0.1",
        "100.64.0.1", "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "224.0.0.1", "255.255.255.255",
    ]

    @Test func privatePlacesAreNotReached() async throws {
        try await World.with(configure: {
            $0.allowsPrivateUpstreams = false
            $0.timeouts.connect = .seconds(3)
        }) { world in
            let names = Self.places.indices.map { "place-\($0)" }
            for (name, place) in zip(names, Self.places) {
                let authority = place.replacing("PORT", with: "\(world.origin.port)")
                try await world.network.publish(name, origin: "http://\(authority)/data/")
            }
            let targets = names.map { "\"did:ma:156.1301/\($0)\"" }.joined(separator: ", ")
            try await world.network.enforce(
                """
                {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:places",
                 "permission": [{"target": [\(targets)], "action": "read"}]}
                """)
            try await world.withClient { client in
                for (name, place) in zip(names, Self.places) {
                    let start = ContinuousClock.now
                    let response = try await client.get(World.path(name, "hello"))
                    #expect(response.status == 502, "\(place)")
                    #expect(response.text.contains("urn:hansa:problem:provider-unreachable"), "\(place)")
                    // Neither what the address is nor whether something listens there is said; a correlation's digits
                    // may be any.
                    let said = response.text.components(separatedBy: "\"correlation\"")[0]
                    #expect(!said.contains("address") && !said.contains("127"), "\(response.text)")
                    #expect(ContinuousClock.now - start < .seconds(2), "\(place)")
                }
            }
            #expect(world.origin.observed.connections == 0)
        }
    }

    @Test func namesOfThisMachineAreReachedWhereThatIsAllowed() async throws {
        try await World.with { world in
            try await HostileProviderTests.offer(
                "http://localhost:\(world.origin.port)/data/", as: "named", in: world)
            try await world.withClient { client in
                let response = try await client.get(World.path("named", "hello"))
                #expect(response.text == "hello")
            }
        }
    }

    /// No origin may be a way to the gateway's other listeners, or to hosts that a redirection names.
    @Test func redirectionsToPrivatePlacesAreTheConsumersToFollow() async throws {
        let hostile = try await HostileOrigin([
            "moved": [
                .send("HTTP/1.1 307 Moved\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n"),
                .close,
            ]
        ])
        try await World.with { world in
            try await HostileProviderTests.offer(hostile.url, in: world)
            try await world.withClient { client in
                let response = try await client.get(World.path("hostile", "moved"))
                #expect(response.status == 307)
                #expect(response.headers.first(name: "location") == "http://169.254.169.254/latest/")
                #expect(hostile.observed.requests.count == 1)
            }
        }
        await hostile.close()
    }

    /// After five failures an origin is left alone, then tried by one exchange, and taken up again when it answers.
    @Test func anOriginThatIsDownIsLeftAloneUntilItAnswers() async throws {
        // It takes connections, so that they can be counted, and knows nothing of TLS.
        let down = try await HostileOrigin([:])
        let url = down.url.replacing("http://", with: "https://")
        let port = try #require(URL(string: url)?.port)
        try await World.with(configure: { $0.eventLoops = 1 }) { world in
            try await HostileProviderTests.offer(url, in: world)
            try await world.withClient { client in
                for _ in 0..<40 {
                    let refused = try await client.get(World.path("hostile", "hello"))
                    #expect(refused.status == 502)
                    #expect(refused.headers.first(name: "retry-after") == "5")
                }
                // Five tries, and one more for each pause, of 1, 2, 4 s and so on, that was over in the meantime.
                #expect((5...10).contains(down.observed.connections), "\(down.observed.connections)")
                await down.close()
                let back = try await TestOrigin(tls: Self.tls(world), port: port)
                var statuses: [Int] = []
                for _ in 0..<200 where statuses.last != 200 {
                    statuses.append(try await client.get(World.path("hostile", "hello")).status)
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(statuses.last == 200 && statuses.dropLast().allSatisfy { $0 == 502 })
                for _ in 0..<3 { #expect(try await client.get(World.path("hostile", "hello")).status == 200) }
                #expect(back.observed.connections == 1)
                // Other origins are not concerned.
                #expect(try await client.get(World.path("open", "hello")).status == 200)
                await back.close()
            }
        }
    }

    /// TLS of a system of the provider's.
    private static func tls(_ world: World) throws -> NIOSSLContext {
        let id = "\(TestNetwork.provider)#tls"
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(try world.network.certificate(for: id).pem.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(try world.network.key(id).pem.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    /// A city of many origins keeps no more connections without work than a city may.
    @Test func connectionsWithoutWorkAreBoundedForACity() async throws {
        try await World.with(configure: {
            $0.eventLoops = 1
            $0.limits.upstreamIdlePerCity = 2
        }) { world in
            var origins: [HostileOrigin] = []
            for index in 0..<5 {
                let origin = try await HostileOrigin(["a": [.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")]])
                try await HostileProviderTests.offer(origin.url, as: "many-\(index)", in: world)
                origins.append(origin)
            }
            try await world.withClient { client in
                for _ in 0..<2 {
                    for index in origins.indices {
                        let response = try await client.get(World.path("many-\(index)", "a"))
                        #expect(response.text == "a")
                    }
                }
            }
            // The first two kept theirs; the others made one anew each time.
            #expect(origins.map(\.observed.connections) == [1, 1, 2, 2, 2])
            for origin in origins { await origin.close() }
        }
    }
}
