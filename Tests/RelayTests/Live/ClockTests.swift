import AccessReceipts
import CityIdentity
import Foundation
import NIOHTTP1
import NIOSSL
import Relay
import Synchronization
import Testing

/// A gateway whose clock is set back: nothing that was over comes back.
@Suite(.serialized) struct ClockTests {
    /// The system's clock, with what is added to it.
    private final class Clock: Sendable {
        private let offset = Mutex<Int64>(0)

        var now: Timestamp { Timestamp.now().adding(seconds: self.offset.withLock { $0 }) }
        func set(_ seconds: Int64) { self.offset.withLock { $0 = seconds } }
    }

    private func with(_ name: String, _ body: (World, TestGateway, TestClient, Clock) async throws -> Void) async throws
    {
        try await World.with { world in
            let clock = Clock()
            let gateway = try await TestGateway(world.network, name: name, clock: { clock.now })
            let client = try TestClient(world.network, gateway)
            do { try await body(world, gateway, client, clock) } catch {
                await client.close()
                await gateway.stop()
                throw error
            }
            await client.close()
            await gateway.stop()
        }
    }

    @Test func aClockBehindTheLedgerExchangesNothing() async throws {
        try await self.with("behind") { world, _, client, clock in
            clock.set(-4)
            #expect(try await client.get(World.path("open", "hello")).status == 200)
            clock.set(-60)
            let refused = try await client.get(World.path("open", "hello")) { $0.created -= 60 }
            #expect(refused.status == 503)
            #expect(refused.text.contains("urn:hansa:problem:clock-behind"))
            #expect(refused.headers.first(name: "retry-after") == "60")
            clock.set(0)
            #expect(try await client.get(World.path("open", "hello")).status == 200)
            #expect(world.origin.observed.heads.count == 2)
        }
    }

    /// The ledger saw the certificate's end before the clock was set back.
    @Test func anEndedCertificateIsNotRevived() async throws {
        try await self.with("revived") { world, gateway, _, clock in
            let key = "\(TestNetwork.consumer)#tls-2"
            let certificate = try world.network.certificate(for: key, notBefore: -600, notAfter: -2)
            // A block is made after the certificate's end.
            try await world.network.publish("later", origin: world.origin.url)
            clock.set(-5)
            let tls = try TestClient.tls(world.network, key: key, certificate: certificate)
            let bytes = "GET /x HTTP/1.1\r\nHost: \(gateway.authority)\r\nConnection: close\r\n\r\n"
            let ended = try await Self.answer(bytes, port: gateway.port, tls: tls)
            #expect(ended.isEmpty)
            let good = try world.network.certificate(for: key, notBefore: -600)
            let lives = try await Self.answer(
                bytes, port: gateway.port, tls: TestClient.tls(world.network, key: key, certificate: good))
            #expect(lives.hasPrefix("HTTP/1.1 404 "))
        }
    }

    private static func answer(_ bytes: String, port: Int, tls: TLSConfiguration) async throws -> String {
        guard let raw = try? await RawClient(port: port, tls: tls) else { return "" }
        return await raw.exchange(bytes, for: .seconds(3)).0
    }

    @Test func whatWasForgottenIsNotLetInAgain() async throws {
        try await self.with("forgotten") { world, gateway, client, clock in
            let request = try client.signed(.init(World.path("open", "hello")) { $0.lifetime = 2 })
            #expect(try await client.send(request).status == 200)
            // Both a signature that lives on and the end of the first are seen at a later time: the first is forgotten.
            clock.set(30)
            let later = try client.signed(.init(World.path("open", "hello")) { $0.created += 30 })
            #expect(try await client.send(later).status == 200)
            #expect(try await client.send(request).text.contains("signature-expired"))
            clock.set(0)
            let replayed = try await client.send(request)
            #expect(replayed.status == 401)
            #expect(replayed.text.contains("urn:hansa:problem:replayed"))
            #expect(world.origin.observed.heads.count == 2)
            // Nor after a restart, though no row of the store speaks of it.
            await gateway.stop()
            let again = try await TestGateway(world.network, name: "forgotten") { $0.port = gateway.port }
            let other = try TestClient(world.network, again)
            #expect(try await other.send(request).text.contains("urn:hansa:problem:replayed"))
            await other.close()
            await again.stop()
        }
    }
}
