import Foundation
import HTTPTypes
import Testing

@testable import Relay

/// Whom a request says it is for: this gateway, or the signature was meant for another.
@Suite(.serialized) struct AuthorityTests {
    private static func statuses(
        _ world: World, _ authorities: [String], http2: Bool
    ) async throws -> [String: Int] {
        var statuses: [String: Int] = [:]
        try await world.withClient { client in
            for authority in authorities {
                let plain = try await world.plainClient(http2: http2)
                let request = try client.plain(
                    .init(World.path("open", "hello")) {
                        $0.authority = authority.replacing("PORT", with: "\(world.gateway.port)")
                    })
                let response = try await plain.send(request)
                await plain.close()
                statuses[authority] = response.head?.status.code
                #expect(
                    response.head?.status.code == 200
                        || String(decoding: response.content, as: UTF8.self).contains("urn:hansa:problem:misdirected"))
            }
        }
        return statuses
    }

    @Test(arguments: [false, true])
    func withoutSettingsTheCertificateSays(http2: Bool) async throws {
        try await World.with { world in
            let own = try await Self.statuses(world, ["127.0.0.1:PORT", "localhost:PORT"], http2: http2)
            #expect(own.values.allSatisfy { $0 == 200 }, "\(own)")
            let others = try await Self.statuses(
                world,
                [
                    "gateway.example:PORT", "localhost", "localhost:1", "127.0.0.1", "127.0.0.2:PORT", "127.1:PORT",
                    "[::1]:PORT", "localhost.:PORT", "xlocalhost:PORT", "localhost.example:PORT",
                ], http2: http2)
            #expect(others.values.allSatisfy { $0 == 421 }, "\(others)")
            #expect(world.origin.observed.heads.count == 2)
            // Nothing is known yet of who asks: the refusal is no part of the record.
            #expect(try await world.gateway.receipts().count == 2)
        }
    }

    @Test func whatIsNamedIsAddedToTheCertificate() async throws {
        try await World.with(configure: { $0.authorities = .ofCertificate(and: ["Gateway.example", "[::0:1]:9"]) }) {
            world in
            let statuses = try await Self.statuses(
                world, ["gateway.example", "gateway.example:443", "127.0.0.1:PORT", "[::1]:9", "gateway.example:PORT"],
                http2: false)
            #expect(
                statuses == [
                    "gateway.example": 200, "gateway.example:443": 200, "127.0.0.1:PORT": 200, "[::1]:9": 200,
                    "gateway.example:PORT": 421,
                ])
        }
    }

    @Test func whatIsNamedAloneIsAll() async throws {
        try await World.with(configure: { $0.authorities = .only(["gateway.example"]) }) { world in
            let statuses = try await Self.statuses(world, ["gateway.example", "127.0.0.1:PORT"], http2: false)
            #expect(statuses == ["gateway.example": 200, "127.0.0.1:PORT": 421])
        }
    }

    @Test func anyIsSaidInSoManyWords() async throws {
        try await World.with(configure: { $0.authorities = .any }) { world in
            let statuses = try await Self.statuses(world, ["other.example"], http2: false)
            #expect(statuses == ["other.example": 200])
        }
    }

    /// The signature binds the authority too: it does not help to write this gateway's into the header.
    @Test func signatureForAnotherGatewayDoesNotVerifyHere() async throws {
        try await World.with { world in
            try await world.withClient { client in
                var request = try client.plain(.init(World.path("open", "hello")) { $0.authority = "other.example" })
                request.authority = world.gateway.authority
                let plain = try await world.plainClient(http2: false)
                let response = try await plain.send(request)
                await plain.close()
                #expect(response.head?.status.code == 401)
                #expect(world.origin.observed.heads.isEmpty)
            }
        }
    }

    @Test(arguments: ["", "a b", "a:0", "a:65536", "https://a", "a/b", "[::1"])
    func whatIsNoAuthorityIsRefusedAtTheStart(text: String) {
        #expect(throws: RelayError.self) { try AuthorityRule(.only([text]), certificateChain: "") }
    }

    @Test func aCertificateThatCannotBeReadIsRefusedAtTheStart() {
        #expect(throws: RelayError.self) { try AuthorityRule(.ofCertificate(), certificateChain: "none") }
        #expect(throws: Never.self) { try AuthorityRule(.only(["a"]), certificateChain: "none") }
    }
}
