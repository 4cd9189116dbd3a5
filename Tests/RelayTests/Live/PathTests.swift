import AsyncHTTPClient
import Foundation
import NIOHTTP1
import Testing

@testable import Relay

/// Paths that two readers could understand differently, and names that only look like another's: none reaches a provider.
@Suite(.serialized) struct PathTests {
    /// Targets with the status they get; all are signed as they are sent.
    static let targets: [(target: String, status: Int)] = [
        // Dot segments, plain and in disguise.
        ("/exchange/MA.156.1301/open/../closed/x", 400), ("/exchange/MA.156.1301/closed/../open/x", 400),
        ("/exchange/MA.156.1301/open/./x", 400), ("/exchange/MA.156.1301/open/a/..", 400),
        ("/exchange/MA.156.1301/open/%2e%2e/closed/x", 400), ("/exchange/MA.156.1301/open/%2E./x", 400),
        ("/exchange/MA.156.1301/open/..;a=b/x", 400), ("/exchange/MA.156.1301/open/%2e%2e;/x", 400),
        ("/exchange/MA.156.1301/%2e%2e/MA.156.1301/open/x", 400), ("/../exchange/MA.156.1301/open/x", 400),
        // Escapes of escapes.
        ("/exchange/MA.156.1301/open/%252e%252e/x", 400), ("/exchange/MA.156.1301/open/%25252e/x", 400),
        ("/exchange/MA.156.1301/open/a%252fb", 400), ("/exchange/MA.156.1301/open/a%255cb", 400),
        ("/exchange/MA.156.1301/open/%u002e%u002e/x", 400), ("/exchange/MA.156.1301/open/%", 400),
        ("/exchange/MA.156.1301/open/%2", 400), ("/exchange/MA.156.1301/open/%g0", 400),
        // Slashes, backslashes, NUL and other controls.
        ("/exchange/MA.156.1301/open/a%2fb", 400), ("/exchange/MA.156.1301/open/a%2Fb", 400),
        ("/exchange/MA.156.1301%2fopen/x", 400), ("/exchange%2fMA.156.1301/open/x", 400),
        ("/exchange/MA.156.1301/open/a%5cb", 400), ("/exchange/MA.156.1301/open/..%5cx", 400),
        ("/exchange/MA.156.1301/open/a%00", 400), ("/exchange/MA.156.1301/open/a%00.json", 400),
        ("/exchange/MA.156.1301/open/a?b=%00", 400), ("/exchange/MA.156.1301/open/a%0d%0aX-A:b", 400),
        ("/exchange/MA.156.1301/open/a%7f", 400), ("/exchange//MA.156.1301/open/x", 400),
        ("//exchange/MA.156.1301/open/x", 400), ("/exchange/MA.156.1301/open//x", 400),
        // What is not UTF-8: overlong dots and slashes, halves of surrogates, beyond Unicode.
        ("/exchange/MA.156.1301/open/%c0%ae%c0%ae/x", 400), ("/exchange/MA.156.1301/open/%e0%80%ae/x", 400),
        ("/exchange/MA.156.1301/open/a%c0%afb", 400), ("/exchange/MA.156.1301/open/a%c1%9cb", 400),
        ("/exchange/MA.156.1301/open/a%f0%80%80%afb", 400), ("/exchange/MA.156.1301/open/%ed%a0%80", 400),
        ("/exchange/MA.156.1301/open/%f5%80%80%80", 400), ("/exchange/MA.156.1301/open/%ff", 400),
        // Bytes that a URI may not hold.
        ("/exchange/MA.156.1301/open/a^b", 400), ("/exchange/MA.156.1301/open/a|b", 400),
        ("/exchange/MA.156.1301/open/a\"b", 400), ("/exchange/MA.156.1301/open/<a>", 400),
        ("/exchange/MA.156.1301/open/x#a", 400),
        // Codes and names that only look like another's: other case, other digits, zeros, dots, letters of other scripts.
        ("/Exchange/MA.156.1301/open/x", 404), ("/EXCHANGE/MA.156.1301/open/x", 404),
        ("/exchange/ma.156.1301/open/x", 404), ("/exchange/Ma.156.1301/open/x", 404),
        ("/exchange/MA.0156.1301/open/x", 404), ("/exchange/MA.156.01301/open/x", 404),
        ("/exchange/MA.156.1301./open/x", 404), ("/exchange/.MA.156.1301/open/x", 404),
        ("/exchange/MA..156.1301/open/x", 404), ("/exchange/MA.156.130%31/open/x", 404),
        ("/exchange/%4dA.156.1301/open/x", 404), ("/exchange/%d0%9c%d0%90.156.1301/open/x", 404),
        ("/exchange/MA.156.%ef%bc%91%ef%bc%93%ef%bc%90%ef%bc%91/open/x", 404),
        ("/exchange/MA%e2%80%8b.156.1301/open/x", 404), ("/exchange/MA.156.1301%20/open/x", 404),
        ("/exchange/MA.156.1301;a=b/open/x", 404), ("/exchange/did:ma:156.1301/open/x", 404),
        ("/exchange/MA.156.1301/OPEN/x", 404), ("/exchange/MA.156.1301/Open/x", 404),
        ("/exchange/MA.156.1301/%6fpen/x", 404), ("/exchange/MA.156.1301/open%20/x", 404),
        ("/exchange/MA.156.1301/open;a=b/x", 404), ("/exchange/MA.156.1301/%d0%beopen/x", 404),
        ("/exchange/MA.156.1301", 404), ("/exchange/", 404), ("/", 404),
        // The code of a city that has no such dataset.
        ("/exchange/MA.156.13/open/x", 404), ("/exchange/MA.156.1301.90/open/x", 404),
    ]

    @Test(arguments: [false, true])
    func reachNoProvider(http2: Bool) async throws {
        try await World.with { world in
            try await world.withClient { client in
                for (target, status) in Self.targets {
                    let answered = try await Self.status(of: target, world, client, http2: http2)
                    #expect(answered == status, Comment(rawValue: target))
                }
                #expect(world.origin.observed.heads.isEmpty)
                #expect(try await client.get(World.path("open", "hello")).status == 200)
            }
        }
    }

    /// The status that a target gets, sent byte for byte as it stands there.
    private static func status(
        of target: String, _ world: World, _ client: TestClient, http2: Bool
    ) async throws -> Int? {
        // A target that no signature base can be made of is refused before anyone looks for one.
        let signed = try? client.signed(.init(target))
        let fields = signed?.headers.map { ($0.name, $0.value) } ?? []
        guard http2 else {
            let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
            let (text, _) = try await world.rawClient().exchange(
                "GET \(target) HTTP/1.1\r\nHost: \(world.gateway.authority)\r\n\(lines)Connection: close\r\n\r\n")
            return Int(text.dropFirst(9).prefix(3))
        }
        let peer = try await FrameClient(world)
        let head = [
            (":method", "GET"), (":scheme", "https"), (":authority", world.gateway.authority), (":path", target),
        ]
        peer.raw.write(FrameClient.headers(head + fields.map { ($0.0.lowercased(), $0.1) }, stream: 1))
        _ = await peer.raw.wait(for: .seconds(5)) {
            peer.frames.contains { $0.stream == 1 && $0.flags & FrameClient.endStream != 0 }
        }
        let content = peer.frames.filter { $0.kind == .data }.flatMap(\.payload)
        await peer.raw.close()
        let text = String(decoding: content, as: UTF8.self)
        let parts = text.components(separatedBy: "\"status\":")
        return parts.count == 2 ? Int(parts[1].prefix(3)) : nil
    }
}
