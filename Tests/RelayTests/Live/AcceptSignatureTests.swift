import AccessReceipts
import AsyncHTTPClient
import CityIdentity
import Foundation
import HTTPTypes
import MessageSignatures
import NIOCore
import NIOHTTP1
import Testing

@testable import Relay

/// Signatures on responses as consumers ask for them (RFC 9421, section 5).
@Suite(.serialized) struct AcceptSignatureTests {
    /// Asks, and reads the response's signatures with their bases.
    private func signatures(
        _ world: World, _ client: TestClient, asking text: String, path: String = "hello"
    ) async throws -> [(signature: SignatureFields.LabelledSignature, base: String)] {
        let request = try client.signed(
            .init(World.path("open", path)) { $0.fields = [("Accept-Signature", text)] })
        let response = try await client.send(request)
        #expect(response.status == 200, Comment(rawValue: response.text))
        let lines = { (headers: [(String, String)]) in FieldLines(headers.map { (name: $0.0, value: $0.1) }) }
        let asked = HTTPMessage(
            method: "GET", scheme: "https", authority: world.gateway.authority, target: World.path("open", path),
            fields: lines(request.headers.map { ($0.name, $0.value) }))
        let answer = HTTPMessage(
            status: response.status, fields: lines(response.headers.map { ($0.name, $0.value) }), request: asked)
        let key = try world.network.key("\(TestNetwork.operatorCode)#exchange").publicKey
        return try SignatureFields(answer.fields).signatures.map { signature in
            let base = try signature.input.signatureBase(for: answer)
            #expect(key.isValidSignature(signature.signature, for: base))
            #expect(signature.input.parameters.keyID == "\(TestNetwork.operatorCode)#exchange")
            return (signature, String(decoding: base, as: UTF8.self))
        }
    }

    private static let own = [
        "\"@status\": 200", "\"content-digest\": sha-256=", "\"exchange-receipt\": ", "\"@method\";req: GET",
        "\"@target-uri\";req: https://", "\"signature\";req;key=\"hansa\": ",
    ]

    @Test func ownSignatureCoversEnoughWhateverIsAskedFor() async throws {
        try await World.with { world in
            try await world.withClient { client in
                for (text, labels) in [
                    ("x=(\"@status\")", ["x", "hansa"]), ("hansa=()", ["hansa", "hansa-1"]),
                    ("hansa=(\"etag\"), b=(\"x-absent\")", ["hansa", "hansa-1"]), ("b=(\"x-absent\")", ["hansa"]),
                ] {
                    let signatures = try await self.signatures(world, client, asking: text)
                    #expect(signatures.map(\.signature.label) == labels, Comment(rawValue: text))
                    let own = try #require(signatures.last)
                    #expect(own.signature.input.parameters.tag == "hansa-receipt")
                    for line in Self.own { #expect(own.base.contains(line), Comment(rawValue: own.base)) }
                }
            }
        }
    }

    @Test func componentsAndParametersAreAsAskedFor() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let signatures = try await self.signatures(
                    world, client,
                    asking: """
                        mine=("etag" "@status" "content-digest";key="sha-256" "@path";req);created;expires;nonce="n-1";\
                        keyid="\(TestNetwork.operatorCode)#exchange";alg="ecdsa-p256-sha256";tag="my-app"
                        """)
                let mine = try #require(signatures.first?.signature)
                #expect(mine.label == "mine")
                #expect(
                    mine.input.components.map(\.description) == [
                        "\"etag\"", "\"@status\"", "\"content-digest\";key=\"sha-256\"", "\"@path\";req",
                    ])
                let parameters = mine.input.parameters
                let created = try #require(parameters.created)
                #expect(try #require(parameters.expires) - created == 300)
                #expect(parameters.nonce == "n-1")
                #expect(parameters.algorithm == "ecdsa-p256-sha256")
                #expect(parameters.tag == "my-app")
                #expect(signatures.count == 2)
            }
        }
    }

    @Test func ownSignatureIsMadeOnceWhereItIsAskedFor() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let signatures = try await self.signatures(
                    world, client,
                    asking: """
                        sig=("@status" "content-digest" "exchange-receipt" "@method";req "@target-uri";req \
                        "signature";req;key="hansa");tag="hansa-receipt"
                        """)
                #expect(signatures.map(\.signature.label) == ["sig"])
            }
        }
    }

    @Test(arguments: [
        "x", "x=(", "x=(\"@status\" \"@status\")", "x=(\"@nothing\")", "x=(\"@method\")", "x=(\"x-absent\";req)",
        "x=(\"@status\");created=1", "x=(\"@status\");keyid=\"MA.156.1301#exchange\"",
        "x=(\"@status\");alg=\"ed25519\"",
        "x=(\"@status\");tag=\"hansa-exchange\"", "x=(\"@status\");tag=\"hansa-relay\"",
        "x=(\"@status\");tag=\"hansa-receipt\"", "a=(), b=(), c=(), d=(), e=()",
    ])
    func whatCannotBeSignedIsRefused(text: String) async throws {
        try await World.with { world in
            try await world.withClient { client in
                let response = try await client.get(World.path("open", "hello")) {
                    $0.fields = [("Accept-Signature", text)]
                }
                #expect(response.status == 400)
                #expect(
                    response.text.contains("urn:hansa:problem:signature-unavailable"), Comment(rawValue: response.text))
                #expect(try await world.gateway.receipt(response.receipt)?.decision.outcome == .deny)
                #expect(world.origin.observed.heads.isEmpty)
            }
        }
    }

    /// A signature that covers so much that a receipt has no room for it is made, and the receipt goes without.
    @Test(arguments: [10, 200_000])
    func receiptOfALargeSignatureIsWrittenWithoutIt(size: Int) async throws {
        // Each of these bytes takes two in a receipt.
        let fields = ["x-large", "x-more"].map { "\($0): \(String(repeating: "\"", count: 15_000))\r\n" }.joined()
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\(fields)\r\n"
        let hostile = try await HostileOrigin(["large": [.send(answer + String(repeating: "a", count: size))]])
        try await World.with { world in
            try await HostileProviderTests.offer(hostile.url, in: world)
            try await world.withClient { client in
                let isStreamed = size > 65_536
                let digest = isStreamed ? "\"content-digest\";tr" : "\"content-digest\""
                let path = World.path("hostile", String(repeating: "a/", count: 2000) + "large")
                let plain = try await world.plainClient(http2: false)
                let response = try await plain.send(
                    client.plain(
                        .init(path) {
                            $0.fields = [
                                (
                                    "Accept-Signature",
                                    "x=(\"@status\" \(digest) \"exchange-receipt\" \"@method\";req \"@target-uri\";req "
                                        + "\"signature\";req;key=\"hansa\" \"x-large\" \"x-more\");tag=\"hansa-receipt\""
                                )
                            ]
                        }))
                await plain.close()
                #expect(response.head?.status == .ok && response.isWhole && response.size == size)
                let signed = response.trailers?[.signatureInput] ?? response.head?.headerFields[.signatureInput]
                #expect(signed?.contains("x-more") == true)
                let id = response.head?.headerFields[.exchangeReceipt]
                let last =
                    isStreamed ? try await world.gateway.closing(of: id) : try await world.gateway.receipt(id)
                let receipt = try #require(last)
                #expect(receipt.encoded.count <= Receipt.maximumSize)
                #expect(receipt.response?.size == UInt64(size))
                #expect(receipt.response?.digest != nil)
                #expect(receipt.response?.signature == nil)
                #expect(receipt.request.signature != nil)
            }
        }
        await hostile.close()
    }
}
