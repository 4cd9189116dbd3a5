import AccessReceipts
import CityIdentity
import Foundation
import HTTPTypes
import MessageSignatures
import NIOCore
import NIOSSL
import Synchronization
import Testing

@testable import Relay

/// Content that does not fit into memory, in both directions.
@Suite(.serialized) struct StreamingTests {
    private static let mebibyte = 1 << 20

    @Test(arguments: [false, true])
    func slowConsumerHoldsTheProviderBack(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let count = 64 * Self.mebibyte
                let plain = try await world.plainClient(http2: http2)
                let request = try client.plain(.init(World.path("open", "bytes/\(count)")))
                let lead = Mutex(0)
                let response = try await plain.send(request, keepsContent: false, pause: .milliseconds(1)) { size in
                    let ahead = world.origin.observed.streamed - size
                    lead.withLock { $0 = max($0, ahead) }
                }
                await plain.close()
                #expect(response.isWhole)
                #expect(response.size == count)
                // What the provider wrote and the consumer has not read is in the gateway or in the buffers of sockets.
                #expect(lead.withLock { $0 } < 24 * Self.mebibyte)
            }
        }
    }

    @Test(arguments: [false, true], [true, false])
    func uploadsStream(http2: Bool, saysLength: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let pieces = (0..<160).map { _ in OriginContent.piece }
                let content = pieces.flatMap(\.self)
                let plain = try await world.plainClient(http2: http2)
                var request = try client.plain(
                    .init(World.path("open", "received")) {
                        $0.method = "POST"
                        $0.content = content
                    })
                if !saysLength {
                    request.headerFields[.contentLength] = nil
                    if !http2 { request.headerFields[.transferEncoding] = "chunked" }
                }
                let response = try await plain.send(request, content: pieces)
                await plain.close()
                #expect(response.head?.status == .ok)
                #expect(String(decoding: response.content, as: UTF8.self) == "\(content.count)")
                let id = response.head?.headerFields[.exchangeReceipt]
                #expect(try await world.gateway.receipt(id)?.kind == .opening)
                let closing = try #require(try await world.gateway.closing(of: id))
                #expect(closing.request.size == UInt64(content.count))
                #expect(closing.request.digest?.value == ContentDigest(of: content)[.sha256])
                #expect(closing.response?.status == 200)
            }
        }
    }

    @Test(arguments: [false, true])
    func providerNeverSeesTheEndOfContentWithAnotherDigest(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let pieces = (0..<40).map { _ in OriginContent.piece }
                let content = pieces.flatMap(\.self)
                let plain = try await world.plainClient(http2: http2)
                let request = try client.plain(
                    .init(World.path("open", "received")) {
                        $0.method = "PUT"
                        $0.content = content
                        $0.fields = [("Content-Digest", ContentDigest(of: [1]).fieldValue)]
                    })
                let response = try await plain.send(request, content: pieces)
                await plain.close()
                #expect(response.head?.status.code == 400)
                #expect(String(decoding: response.content, as: UTF8.self).contains("digest-mismatch"))
                #expect(world.origin.observed.ends == 0)
                #expect(world.origin.observed.content < content.count)
                let id = response.head?.headerFields[.exchangeReceipt]
                guard case .closing(let facts) = try await world.gateway.closing(of: id)?.kind else {
                    Issue.record("there is no closing receipt")
                    return
                }
                #expect(facts.end == .aborted)
            }
        }
    }

    @Test(arguments: [false, true])
    func providerThatBreaksOffIsNotTakenForWhole(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let plain = try await world.plainClient(http2: http2)
                let response = try await plain.send(try client.plain(.init(World.path("open", "cut"))))
                await plain.close()
                // Where the provider broke off before the opening receipt was durable, nothing of its answer was sent yet.
                #expect(!response.isWhole || response.head?.status.code == 502)
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

    @Test func providersThatMisbehaveAreAnsweredFor() async throws {
        try await World.with(configure: { $0.timeouts.response = .milliseconds(400) }) { world in
            try await world.withClient { client in
                for (path, status, slug) in [
                    ("splitting", 502, "provider-invalid"), ("slow", 504, "provider-timeout"),
                ] {
                    let response = try await client.get(World.path("open", path))
                    #expect(response.status == status)
                    #expect(response.text.contains("urn:hansa:problem:\(slug)"))
                    #expect(try await world.gateway.receipt(response.receipt)?.decision.reason == slug)
                }
            }
        }
    }

    @Test func providerIsKnownByItsLedgerKey() async throws {
        let network = try await TestNetwork()
        let owner = TestNetwork.provider
        for (name, key, isProven) in [
            ("proven", "\(owner)#tls", true), ("other", "\(TestNetwork.stranger)#tls", false),
        ] {
            let certificate = try network.certificate(for: key)
            let tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.pem.utf8)).map {
                    .certificate($0)
                },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(network.key(key).pem.utf8), format: .pem)))
            let origin = try await TestOrigin(tls: try NIOSSLContext(configuration: tls))
            try await network.publish(name, origin: origin.secureURL)
            try await network.enforce(
                """
                {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:\(name)",
                 "permission": [{"target": "did:ma:156.1301/\(name)", "action": "read"}]}
                """)
            let gateway = try await TestGateway(network, name: name)
            let client = try TestClient(network, gateway)
            let response = try await client.get(World.path(name, "hello"))
            #expect(response.status == (isProven ? 200 : 502))
            if !isProven { #expect(response.text.contains("provider-unreachable")) }
            await client.close()
            await gateway.stop()
            await origin.close()
        }
        await network.close()
    }

    @Test func originsAreOnlyWhatTheConfigurationAllows() async throws {
        for (plain, local) in [(false, true), (true, false)] {
            try await World.with(configure: {
                $0.allowsPlainUpstreams = plain
                $0.allowsPrivateUpstreams = local
            }) { world in
                try await world.withClient { client in
                    let response = try await client.get(World.path("open", "hello"))
                    #expect(response.status == 502)
                    #expect(world.origin.observed.connections == 0)
                }
            }
        }
    }
}
