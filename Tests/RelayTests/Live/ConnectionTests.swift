import AccessReceipts
import AsyncHTTPClient
import CityIdentity
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import Relay

/// Who is let in, and who is cut off.
@Suite(.serialized) struct ConnectionTests {
    private static let consumerKey = "\(TestNetwork.consumer)#tls"

    private func isRefused(_ world: World, certificate: TLSCertificate, key: PrivateKey) async throws -> Bool {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.pem.utf8)).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem))
        tls.certificateVerification = .none
        return try await self.isRefused(world, tls)
    }

    /// In TLS 1.3 a client only hears of a refusal after its own end of the handshake: with an alert, and no answer.
    private func isRefused(_ world: World, _ tls: TLSConfiguration) async throws -> Bool {
        let client: RawClient
        do { client = try await RawClient(port: world.gateway.port, tls: tls) } catch { return true }
        let (text, end) = await client.exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", for: .seconds(3))
        return text.isEmpty && end != .timedOut
    }

    @Test func onlyKeysOfTheLedgerAreLetIn() async throws {
        try await World.with { world in
            let network = world.network
            let key = try network.key(Self.consumerKey)
            #expect(try await !self.isRefused(world, certificate: network.certificate(for: Self.consumerKey), key: key))
            let unknown = try PrivateKey(generating: .es256)
            let cases: [(String, TLSCertificate, PrivateKey)] = [
                ("unknown key", try network.certificate(for: Self.consumerKey, key: unknown), unknown),
                ("expired", try network.certificate(for: Self.consumerKey, notBefore: -600, notAfter: -60), key),
                ("not yet valid", try network.certificate(for: Self.consumerKey, notBefore: 600, notAfter: 1200), key),
                ("another's name", try network.certificate(for: Self.consumerKey, code: TestNetwork.stranger), key),
                (
                    "key of another purpose", try network.certificate(for: "\(TestNetwork.consumer)#exchange"),
                    try network.key("\(TestNetwork.consumer)#exchange")
                ),
                (
                    "right name, key of another city",
                    try network.certificate(for: "\(TestNetwork.stranger)#tls", code: TestNetwork.consumer),
                    try network.key("\(TestNetwork.stranger)#tls")
                ),
            ]
            for (name, certificate, key) in cases {
                #expect(
                    try await self.isRefused(world, certificate: certificate, key: key), Comment(rawValue: name))
            }
            var without = TLSConfiguration.makeClientConfiguration()
            without.certificateVerification = .none
            #expect(try await self.isRefused(world, without), "no certificate")
            var old = try TestClient.tls(network, key: Self.consumerKey)
            old.maximumTLSVersion = .tlsv12
            #expect(try await self.isRefused(world, old), "TLS 1.2")
            try await network.revoke("\(TestNetwork.stranger)#tls")
            let revoked = try network.certificate(for: "\(TestNetwork.stranger)#tls")
            #expect(
                try await self.isRefused(
                    world, certificate: revoked, key: network.key("\(TestNetwork.stranger)#tls")), "revoked")
            try await network.suspend(TestNetwork.stranger)
            let suspended = try network.certificate(for: "\(TestNetwork.stranger)#tls-2")
            #expect(
                try await self.isRefused(
                    world, certificate: suspended, key: network.key("\(TestNetwork.stranger)#tls-2")), "suspended")
        }
    }

    @Test func revokedKeyLosesItsOpenConnectionWithinASecond() async throws {
        try await World.with { world in
            let tls = try TestClient.tls(world.network, key: Self.consumerKey)
            let client = try await RawClient(port: world.gateway.port, tls: tls)
            async let end = client.exchange("", for: .seconds(10))
            try await Task.sleep(for: .milliseconds(300))
            try await world.network.revoke(Self.consumerKey)
            let start = ContinuousClock.now
            #expect(await end.1 != .timedOut)
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }

    /// A city that is suspended or retired is out with all its keys; one that was only suspended may come back.
    @Test(arguments: [false, true]) func citiesThatAreNotActiveAreOut(isRetired: Bool) async throws {
        try await World.with { world in
            let network = world.network
            let code = TestNetwork.consumer
            let open = try await world.rawClient()
            async let end = open.exchange("", for: .seconds(20))
            try await Task.sleep(for: .milliseconds(300))
            if isRetired { try await network.retire(code) } else { try await network.suspend(code) }
            let start = ContinuousClock.now
            #expect(await end.1 != .timedOut)
            #expect(ContinuousClock.now - start < .seconds(2))
            for name in ["tls", "tls-2"] {
                let certificate = try network.certificate(for: "\(code)#\(name)")
                let key = try network.key("\(code)#\(name)")
                #expect(try await self.isRefused(world, certificate: certificate, key: key), Comment(rawValue: name))
            }
            try? await network.reinstate(code)
            let certificate = try network.certificate(for: Self.consumerKey)
            let isStillRefused = try await self.isRefused(
                world, certificate: certificate, key: network.key(Self.consumerKey))
            #expect(isStillRefused == isRetired)
        }
    }

    /// What an exchange may stand on; without it, it ends.
    enum Ground: CaseIterable { case connectionKey, signingKey, dataset }

    @Test(arguments: Ground.allCases)
    func anExchangeEndsWithWhatPermittedItAndTheReceiptSaysSo(_ ground: Ground) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let plain = try await world.plainClient(http2: false)
                async let response = plain.send(
                    client.plain(.init(World.path("open", "bytes/4000000000"))), keepsContent: false,
                    pause: .milliseconds(5))
                try await Task.sleep(for: .milliseconds(500))
                switch ground {
                case .connectionKey: try await world.network.revoke(Self.consumerKey)
                case .signingKey: try await world.network.revoke("\(TestNetwork.consumer)#exchange")
                case .dataset: try await world.network.withdraw("open")
                }
                let cut = try await response
                await plain.close()
                #expect(!cut.isWhole)
                let closing = try await self.closing(of: cut.head?.headerFields[.exchangeReceipt], world)
                guard case .closing(let facts) = closing?.kind else {
                    Issue.record("there is no closing receipt")
                    return
                }
                #expect(facts.end == .cut)
            }
        }
    }

    /// The closing receipt of an exchange that was broken off is written when the client knows already.
    private func closing(of id: String?, _ world: World) async throws -> Receipt? {
        for _ in 0..<100 {
            if let receipt = try await world.gateway.closing(of: id) { return receipt }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    @Test func revokedSigningKeyIsRefusedOnAnOpenConnection() async throws {
        try await World.with { world in
            try await world.withClient { client in
                #expect(try await client.get(World.path("open", "hello")).status == 200)
                try await world.network.revoke("\(TestNetwork.consumer)#exchange")
                let refused = try await client.get(World.path("open", "hello"))
                #expect(refused.status == 401)
                #expect(refused.text.contains("key-not-active"))
            }
        }
    }

    @Test func headerThatTricklesInIsNotWaitedFor() async throws {
        try await World.with(configure: { $0.timeouts.header = .milliseconds(400) }) { world in
            let client = try await RawClient(
                port: world.gateway.port, tls: TestClient.tls(world.network, key: Self.consumerKey))
            let pieces = (0..<40).map { ("X-\($0): a\r\n", Duration.milliseconds(100)) }
            let start = ContinuousClock.now
            let (_, end) = await client.exchange([("GET /x HTTP/1.1\r\n", .zero)] + pieces, for: .seconds(6))
            #expect(end != .timedOut)
            #expect(ContinuousClock.now - start < .seconds(3))
        }
    }

    @Test func silentConnectionsAreClosed() async throws {
        try await World.with(configure: {
            $0.timeouts.handshake = .milliseconds(300)
            $0.timeouts.idle = .milliseconds(300)
        }) { world in
            let tls = try TestClient.tls(world.network, key: Self.consumerKey)
            let idle = try await RawClient(port: world.gateway.port, tls: tls)
            #expect(await idle.exchange("", for: .seconds(5)).1 != .timedOut)
            let mute = try await RawClient(port: world.gateway.port, tls: nil)
            #expect(await mute.exchange("", for: .seconds(5)).1 != .timedOut)
        }
    }

    @Test func shutdownFinishesWhatIsUnderWay() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let plain = try await world.plainClient(http2: false)
                async let response = plain.send(
                    client.plain(.init(World.path("open", "bytes/20000000"))), keepsContent: false,
                    pause: .milliseconds(1))
                try await Task.sleep(for: .milliseconds(300))
                await world.gateway.beginShutdown()
                #expect(try await response.isWhole)
                await plain.close()
                await #expect(throws: (any Error).self) { try await client.get(World.path("open", "hello")) }
            }
        }
    }
}
