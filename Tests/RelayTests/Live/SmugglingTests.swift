import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Relay
import Testing

/// Bytes that two readers of HTTP/1.1 could understand differently: each is refused and ends the connection.
@Suite(.serialized) struct SmugglingTests {
    static let cases: [(name: String, bytes: String, status: Int)] = [
        ("two lengths", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("two equal lengths", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("a list of lengths", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
        ("length with sign", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400),
        (
            "length and chunks",
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "chunks and length",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400
        ),
        ("unknown coding", "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        (
            "coding before chunks", "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        (
            "chunked twice in a list",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "chunked twice",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        (
            "chunked, then identity",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "space before the colon of a coding",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "control before a coding",
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{B}chunked\r\n\r\n0\r\n\r\n", 400
        ),
        ("empty length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\nabc", 400),
        ("hexadecimal length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400),
        ("negative length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400),
        (
            "length over 64 bits",
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551619\r\n\r\nabc", 400
        ),
        ("empty host", "GET /x HTTP/1.1\r\nHost: \r\n\r\n", 400),
        ("host with user", "GET /x HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
        ("host with path", "GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("a list of hosts", "GET /x HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        ("host with a bad port", "GET /x HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
        ("two hosts", "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("no host", "GET /x HTTP/1.1\r\nAccept: */*\r\n\r\n", 400),
        ("folded field", "GET /x HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", 400),
        ("space before colon", "GET /x HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("bare line feeds", "GET /x HTTP/1.1\nHost: a\n\n", 505),
        ("bare line feed after a field", "GET /x HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", 400),
        ("bare line feed at the header's end", "GET /x HTTP/1.1\r\nHost: a\r\n\n", 400),
        ("field without colon", "GET /x HTTP/1.1\r\nHost: a\r\nX-A\r\n\r\n", 400),
        ("field without name", "GET /x HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        ("space before the first field", "GET /x HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        ("NUL in a field's name", "GET /x HTTP/1.1\r\nHost: a\r\nX\u{0}A: b\r\n\r\n", 400),
        ("NUL in the target", "GET /x\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("space in the target", "GET /x y HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("tab in the request line", "GET\t/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("no version", "GET /x\r\nHost: a\r\n\r\n", 505),
        ("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("plain http in the target", "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("user in the target", "GET https://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (
            "another expectation",
            "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 3\r\n\r\nabc", 400
        ),
        ("bare carriage return in a field", "GET /x HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n", 400),
        ("NUL in a field", "GET /x HTTP/1.1\r\nHost: a\r\nX-A: b\u{0}c\r\n\r\n", 400),
        ("bad method", "G@T /x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("HTTP/1.0", "GET /x HTTP/1.0\r\nHost: a\r\n\r\n", 505),
        ("HTTP/3.7", "GET /x HTTP/3.7\r\nHost: a\r\n\r\n", 505),
        ("another authority in the target", "GET https://b/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 400),
        ("trace", "TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("large field", "GET /x HTTP/1.1\r\nHost: a\r\nX-A: \(String(repeating: "a", count: 40_000))\r\n\r\n", 431),
        (
            "many fields",
            "GET /x HTTP/1.1\r\nHost: a\r\n" + (0..<200).map { "X-\($0): a\r\n" }.joined() + "\r\n", 431
        ),
    ]

    @Test func areRefusedAndEndTheConnection() async throws {
        try await World.with(configure: { $0.authorities = .any }) { world in
            let tls = try TestClient.tls(world.network, key: "\(TestNetwork.consumer)#tls")
            for (name, bytes, status) in Self.cases {
                let client = try await RawClient(port: world.gateway.port, tls: tls)
                let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                let (text, end) = await client.exchange(bytes + smuggled, for: .seconds(5))
                let comment = Comment(rawValue: "\(name): \(text.prefix(300))")
                #expect(text.hasPrefix("HTTP/1.1 \(status) "), comment)
                #expect(end != .timedOut, comment)
                #expect(text.components(separatedBy: "correlation").count == 2, comment)
            }
            #expect(world.origin.observed.heads.isEmpty)
        }
    }
}
