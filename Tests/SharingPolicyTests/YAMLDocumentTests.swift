import StrictJSON
import Testing

@testable import SharingPolicy

@Suite struct YAMLDocumentTests {
    @Test func `mappings, sequences and plain words mean what they say`() throws {
        let yaml = """
            # a comment, with & and * in it
            name: "quoted & text"
            list: [1, 2.5, true, null, text]
            nested:
              - code: MA.156.1301
                moment: 2026-01-01T00:00:00Z
                day: 2026-01-01
                pointer: /*/wind
            """
        let value = try YAMLDocument.value(of: Array(yaml.utf8))
        #expect(value["name"]?.string == "quoted & text")
        #expect(value["list"]?.array == [1, try JSONValue(parsing: Array("2.5".utf8)), true, nil, "text"])
        let nested = try #require(value["nested"]?.array?.first)
        #expect(nested["code"]?.string == "MA.156.1301")
        #expect(nested["moment"]?.string == "2026-01-01T00:00:00Z")
        #expect(nested["day"]?.string == "2026-01-01")
        #expect(nested["pointer"]?.string == "/*/wind")
    }

    @Test(arguments: [
        "", "a: [", "a: 1\na: 2", "a: &x 1\nb: *x", "&a [1]", "a: *x", "<<: {a: 1}", "--- 1\n--- 2", "a: !!str 1",
        "a: !mine x", "a: yes", "a: No", "a: on", "a: ~", "a:", "a: NULL", "a: True", "a: 010", "a: 0x10", "a: 0o10",
        "a: 12:30:00", "a: 1_000", "a: .inf", "a: -.INF", "a: .nan", "a: +1", "a: .5", "1: a", "[a]: b",
        "? {a: b}\n: c",
        "true: 1", "a: 1e5e", "\"a\": 1\na: 2",
    ])
    func `what means different things to different readers is refused`(text: String) {
        let error = #expect(throws: PolicyError.self, "\(text)") { try YAMLDocument.value(of: Array(text.utf8)) }
        #expect(error?.code == .malformedDocument)
    }

    @Test(arguments: [
        ("31.12.2027", true), ("1.2.2027", true), ("2027.12.31", true), ("1.2.3", false), ("1_000", false),
    ])
    func `a date in another order is told apart from a number`(text: String, isDate: Bool) {
        let error = #expect(throws: PolicyError.self) { try YAMLDocument.value(of: Array("a: \(text)".utf8)) }
        #expect(error?.message.contains("write a date as 2027-12-31") == isDate, "\(String(describing: error))")
        #expect(error?.message.contains("a number to some readers") == !isDate, "\(String(describing: error))")
    }

    @Test func `documents that would grow or nest are refused before they do`() {
        let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"
        let deep = String(repeating: "[", count: 5000)
        let steps = String(repeating: "- ", count: 900) + "x"
        let wide = "[" + String(repeating: "1,", count: 60_000) + "1]"
        for text in [bomb, deep, steps, wide, "\u{0}", "\u{FEFF}\u{0}"] {
            #expect(throws: PolicyError.self) { try YAMLDocument.value(of: Array(text.utf8)) }
        }
        #expect(throws: PolicyError.self) { try YAMLDocument.value(of: [0xFF, 0xFE, 0x61]) }
    }

    @Test func `short codes stand for their DIDs in YAML and are refused in JSON-LD`() throws {
        let yaml = """
            type: Set
            uid: urn:example:policy
            permission:
              - target: MA.156.1301/divisions
                assignee: MA.840.5363000
                action: read
            """
        let policy = try Policy(parsing: Array(yaml.utf8), format: .yaml)
        #expect(policy.bytes == Array(yaml.utf8))
        #expect(PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()).isPermit)
        let json = Fixture.json(#""permission":[{"target":"MA.156.1301/divisions","action":"read"}]"#)
        #expect(throws: PolicyError.self) { try Policy(parsing: json, format: .jsonld) }
    }
}
