import HTTPTypes
import Testing

@testable import MessageSignatures

struct ComponentTests {
    private func request(
        _ method: String = "GET", authority: String = "example.com", target: String = "/a?b=c",
        lines: [(name: String, value: String)] = []
    ) -> HTTPMessage {
        HTTPMessage(method: method, scheme: "https", authority: authority, target: target, fields: FieldLines(lines))
    }

    @Test(arguments: [
        "\"@query-param\"", "\"@query-param\";name=x", "\"@path\";name=\"x\"", "\"@method\";sf", "\"@method\";tr",
        "\"@status\";req", "\"@signature-params\"", "\"@\"", "\"\"", "\"Date\"", "\"da te\"", "\"x\";sf=?0",
        "\"x\";key=1", "\"x\";key", "\"x\";bs;sf", "\"x\";bs;key=\"a\"", "\"x\";name=\"a\"", "\"x\";req=1",
        "\"@query-param\";name=\"x\";sf",
    ])
    func `an identifier whose parts do not fit is refused`(_ text: String) {
        let error = #expect(throws: MessageSignatureError.self) { try ComponentIdentifier(parsing: text) }
        #expect(error?.code == .invalidComponent)
    }

    @Test(arguments: ["x", "\"x", "(\"x\")", "5", "\"x\";", ":eA==:", ""])
    func `what is no string item is refused`(_ text: String) {
        let error = #expect(throws: MessageSignatureError.self) { try ComponentIdentifier(parsing: text) }
        #expect(error?.code == .malformedField)
    }

    @Test func `the order of parameters does not make another identifier, but their text is kept`() throws {
        let one = try ComponentIdentifier(parsing: "\"x\";req;key=\"a\"")
        let other = try ComponentIdentifier(parsing: "\"x\";key=\"a\";req")
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
        #expect(other.description == "\"x\";key=\"a\";req")
        #expect(try one != ComponentIdentifier(parsing: "\"x\";key=\"b\";req"))
        #expect(try ComponentIdentifier(parsing: "\"x\";sf") != "x")
    }

    @Test(arguments: [
        ("/a?b=c", "GET", "https://example.com/a?b=c", "/a", "?b=c"),
        ("/", "GET", "https://example.com/", "/", "?"),
        ("/a?", "GET", "https://example.com/a?", "/a", "?"),
        ("/a?b?c", "GET", "https://example.com/a?b?c", "/a", "?b?c"),
        ("https://other.example/x?y", "GET", "https://other.example/x?y", "/x", "?y"),
        ("https://other.example?y", "GET", "https://other.example?y", "/", "?y"),
        ("*", "OPTIONS", "https://example.com", "/", "?"),
        ("example.com:443", "CONNECT", "https://example.com", "/", "?"),
        ("//a//b", "GET", "https://example.com//a//b", "//a//b", "?"),
    ])
    func `every form of request target gives its parts`(
        _ target: String, _ method: String, _ uri: String, _ path: String, _ query: String
    ) throws {
        let message = request(method, target: target)
        #expect(try ComponentIdentifier("@request-target").value(in: message) == target)
        #expect(try ComponentIdentifier("@target-uri").value(in: message) == uri)
        #expect(try ComponentIdentifier("@path").value(in: message) == path)
        #expect(try ComponentIdentifier("@query").value(in: message) == query)
    }

    @Test(arguments: [
        ("a=%41", "a", "A"), ("a=%e4%bd%a0", "a", "%E4%BD%A0"), ("a=1;b=2", "a", "1%3Bb%3D2"), ("a", "a", ""),
        ("&&a=b&", "a", "b"), ("a=b=c", "a", "b%3Dc"), ("%61=x", "a", "x"), ("a=%", "a", "%25"), ("a=%4", "a", "%254"),
        ("x=%FF&a=1", "a", "1"), ("%FF=2&a=1", "a", "1"), ("a=~*-._", "a", "%7E*-._"), ("a+b=1", "a%20b", "1"),
    ])
    func `a query parameter is encoded again in one way`(_ query: String, _ name: String, _ value: String) throws {
        let component = try ComponentIdentifier(parsing: "\"@query-param\";name=\"\(name)\"")
        #expect(try component.value(in: request(target: "/?" + query)) == value)
    }

    @Test(arguments: [
        ("a=1&a=1", MessageSignatureError.Code.invalidComponent), ("a=%FF", .invalidComponent),
        ("b=1", .missingComponent),
        ("", .missingComponent), ("%2561=1", .missingComponent),
    ])
    func `a query parameter that is not one value is refused`(_ query: String, _ code: MessageSignatureError.Code)
        throws
    {
        let component = try ComponentIdentifier(parsing: "\"@query-param\";name=\"a\"")
        let message = request(target: "/?" + query)
        let error = #expect(throws: MessageSignatureError.self) { try component.value(in: message) }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        ("a\r\n b", "a b"), ("a \t\r\n\t  b", "a b"), ("a\n b", "a b"), (" a\t b ", "a\t b"), ("\r\n a", "a"), ("", ""),
        ("a \r\n \r\n b", "a  b"),
    ])
    func `white space around a value and foldings within it are taken away`(_ line: String, _ value: String) throws {
        let message = request(lines: [(name: "X-Line", value: line)])
        #expect(try ComponentIdentifier("x-line").value(in: message) == value)
    }

    @Test(arguments: ["a\nb", "a\r\nb", "a\rb", "a\u{0}b", "é", "a\u{7F}"])
    func `a value that could forge a line of the base is refused, and taken in bytes`(_ line: String) throws {
        let message = request(lines: [(name: "X-Line", value: line)])
        let error = #expect(throws: MessageSignatureError.self) { try ComponentIdentifier("x-line").value(in: message) }
        #expect(error?.code == .invalidComponent)
        #expect(try ComponentIdentifier(parsing: "\"x-line\";bs").value(in: message).hasPrefix(":"))
        let forged = request(authority: line)
        #expect(throws: MessageSignatureError.self) { try ComponentIdentifier("@authority").value(in: forged) }
    }

    @Test func `fields of HTTPTypes give the same base as lines do`() throws {
        var parsed = HTTPRequest(method: .get, scheme: "https", authority: "Example.com:443", path: "/a?b=c")
        parsed.headerFields.append(HTTPField(name: .accept, value: "text/html"))
        parsed.headerFields.append(HTTPField(name: .accept, value: "text/plain"))
        let lines = [
            (name: "Host", value: "Example.com:443"), (name: "ACCEPT", value: " text/html "),
            (name: "accept", value: "text/plain"),
        ]
        let input = try SignatureInput(
            components: ["@method", "@target-uri", "@authority", "host", "accept", "@query"],
            parameters: try SignatureParameters(created: 1))
        let base = try input.signatureBase(for: HTTPMessage(parsed))
        #expect(try base == input.signatureBase(for: request(authority: "Example.com:443", lines: lines)))
        #expect(
            String(decoding: base, as: UTF8.self).hasPrefix(
                "\"@method\": GET\n\"@target-uri\": https://Example.com:443/a"))
    }

    @Test func `cookies that HTTPTypes took apart are put together again`() throws {
        var parsed = HTTPRequest(method: .get, scheme: "https", authority: "a", path: "/")
        parsed.headerFields[.cookie] = "a=1; b=2"
        #expect(try ComponentIdentifier("cookie").value(in: HTTPMessage(parsed)) == "a=1; b=2")
    }

    @Test func `sf needs a known type, and a value of it`() throws {
        let message = request(lines: [
            (name: "Priority", value: "u=1,  i"), (name: "X-Own", value: "1,  2"), (name: "Client-Cert", value: "a, b"),
        ])
        #expect(try ComponentIdentifier(parsing: "\"priority\";sf").value(in: message) == "u=1, i")
        let own = try ComponentIdentifier(parsing: "\"x-own\";sf")
        #expect(throws: MessageSignatureError.self) { try own.value(in: message) }
        var types = StructuredFieldTypes.registered
        types["x-own"] = .list
        #expect(try own.value(in: message, types: types) == "1, 2")
        #expect(throws: MessageSignatureError.self) {
            try ComponentIdentifier(parsing: "\"client-cert\";sf").value(in: message)
        }
    }
}
