import CityIdentity
import Relay
import SharingPolicy
import Testing

@Suite struct RequestTargetTests {
    @Test(arguments: [
        (
            "/exchange/MA.156.1301/air-quality/stations/12?from=2026-01-01",
            "/exchange/MA.156.1301/air-quality/stations/12"
        ),
        ("/a%20b", "/a b"),
        ("/%E7%9F%B3", "/石"),
        ("/a;v=1/b", "/a;v=1/b"),
        ("/...", "/..."),
        ("/.well-known/x", "/.well-known/x"),
        ("/a%25", "/a%"),
        ("/a%25zz", "/a%zz"),
        ("/", "/"),
        ("/a/", "/a/"),
        ("/a?", "/a"),
        ("/a?b=/../c", "/a"),
        ("/a?b=%2F%2e", "/a"),
        ("/!$&'()*+,=:@~_-", "/!$&'()*+,=:@~_-"),
    ])
    func accepts(_ text: String, decodedPath: String) throws {
        let target = try RequestTarget(text)
        #expect(target.decodedPath.utf8.elementsEqual(decodedPath.utf8))
        #expect(text.utf8.starts(with: target.path.utf8))
        #expect(target.query.map { "\(target.path)?\($0)" } ?? target.path == text)
    }

    @Test(arguments: [
        ("", TargetError.empty),
        ("exchange", .notOriginForm),
        ("*", .notOriginForm),
        ("https://gateway.example/exchange", .notOriginForm),
        ("/a/../b", .dotSegment),
        ("/a/./b", .dotSegment),
        ("/..", .dotSegment),
        ("/a/.", .dotSegment),
        ("/a/%2e%2e/b", .dotSegment),
        ("/a/%2E./b", .dotSegment),
        ("/a/..;x=1/b", .dotSegment),
        ("/a/.;/b", .dotSegment),
        ("/a/%2e;/b", .dotSegment),
        ("//a", .emptySegment),
        ("/a//b", .emptySegment),
        ("/a%2fb", .forbiddenEscape),
        ("/a%2Fb", .forbiddenEscape),
        ("/a%5cb", .forbiddenEscape),
        ("/a\\b", .forbiddenByte),
        ("/a%00b", .forbiddenEscape),
        ("/a%0d%0ab", .forbiddenEscape),
        ("/a%7fb", .forbiddenEscape),
        ("/a%252e%252e/b", .forbiddenEscape),
        ("/a%252fb", .forbiddenEscape), ("/%25%32%65%25%32%65/x", .forbiddenEscape), ("/a%25%32f", .forbiddenEscape),
        ("/a%", .malformedEscape),
        ("/a%2", .malformedEscape),
        ("/a%zz", .malformedEscape),
        ("/a%c0%ae", .invalidUTF8),
        ("/a%ff", .invalidUTF8),
        ("/a%ed%a0%80", .invalidUTF8),
        ("/a b", .forbiddenByte),
        ("/a\u{0}b", .forbiddenByte),
        ("/a#b", .forbiddenByte),
        ("/石", .forbiddenByte),
        ("/a\"b", .forbiddenByte),
        ("/a|b", .forbiddenByte),
        ("/a?b=%", .malformedEscape),
        ("/a?b=%00", .forbiddenEscape),
        ("/a?b c", .forbiddenByte),
        ("/a?b#c", .forbiddenByte),
    ])
    func refuses(_ text: String, error: TargetError) {
        #expect(throws: error) { try RequestTarget(text) }
    }

    @Test func refusesWhatIsTooLong() {
        #expect(throws: TargetError.tooLong) { try RequestTarget("/" + String(repeating: "a", count: 8192)) }
        #expect(throws: Never.self) { try RequestTarget("/" + String(repeating: "a", count: 8191)) }
    }
}

@Suite struct ExchangeRouteTests {
    @Test(arguments: [
        ("/exchange/MA.156.1301/air-quality", "", "/", "/base/"),
        ("/exchange/MA.156.1301/air-quality/", "", "/", "/base/"),
        ("/exchange/MA.156.1301/air-quality/stations/12", "stations/12", "/stations/12", "/base/stations/12"),
        ("/exchange/MA.156.1301/air-quality/a%20b?x=%20", "a%20b", "/a b", "/base/a%20b?x=%20"),
        ("/exchange/MA.156.1301/air-quality/dir/", "dir/", "/dir/", "/base/dir/"),
        ("/exchange/MA.156.1301/air-quality?", "", "/", "/base/?"),
        // A combining mark after the slash is a segment of its own, whatever Unicode calls a character.
        (
            "/exchange/MA.156.1301/air-quality/%CC%81secret", "%CC%81secret", "/\u{301}secret",
            "/base/%CC%81secret"
        ),
    ])
    func takesApart(_ text: String, rest: String, decoded: String, upstream: String) throws {
        let route = try ExchangeRoute(RequestTarget(text))
        #expect(route.provider.description == "MA.156.1301")
        #expect(route.dataset.description == "MA.156.1301/air-quality")
        #expect(route.rest == rest)
        #expect(route.decodedRest == decoded)
        #expect(route.upstreamTarget(below: "/base/") == upstream)
    }

    @Test(arguments: [
        "/", "/exchange", "/exchange/MA.156.1301", "/exchange/MA.156.1301/", "/exchange/ma.156.1301/air-quality",
        "/exchange/MA.156.01301x/air-quality", "/exchange/MA.156/air-quality", "/Exchange/MA.156.1301/air-quality",
        "/exchange/MA.156.1301/Air-Quality", "/exchange/MA.156.1301/air%2Dquality",
        "/exchange/MA.156.130%31/air-quality",
        "/exchange/%4DA.156.1301/air-quality", "/exchange2/MA.156.1301/air-quality", "/health/live",
    ])
    func refuses(_ text: String) {
        #expect(throws: TargetError.notAnExchange) { try ExchangeRoute(RequestTarget(text)) }
    }
}
