import Testing

@testable import SharingPolicy

@Suite struct ResponseEditorTests {
    private static func pointers(_ texts: [String]) throws -> [JSONPointer] { try texts.map { try JSONPointer($0) } }

    private static func redacted(_ document: [UInt8], _ texts: [String]) throws -> [UInt8] {
        try ResponseEditor([.redact(pointers(texts))]).edit(document, mediaType: "application/json")
    }

    /// Pointers, a document and what is left of it.
    @Test(arguments: [
        (["/a"], #"{"a":1,"b":2}"#, #"{"b":2}"#),
        (["/b"], #"{"a":1,"b":2}"#, #"{"a":1}"#),
        (["/b"], #"{ "a" : 1 , "b" : 2 , "c" : 3 }"#, #"{ "a" : 1  , "c" : 3 }"#),
        (["/a"], #"{ "a" : 1 , "b" : 2 }"#, #"{  "b" : 2 }"#),
        (["/a", "/b"], #"{"a":1,"b":2}"#, "{}"),
        (["/a", "/b"], #"{"a":1,"b":2,"c":3,"d":4}"#, #"{"c":3,"d":4}"#),
        (["/*/wind"], #"[{"wind":1,"t":1.50},{"t":2,"wind":{"x":[1]}}]"#, #"[{"t":1.50},{"t":2}]"#),
        (["/a/*"], #"{"a":{"x":1,"y":2}}"#, #"{"a":{}}"#),
        (["/a/1"], #"{"a":[1,2,3]}"#, #"{"a":[1,3]}"#),
        (["/0", "/2"], "[1,2,3]", "[2]"),
        (["/a~1b", "/m~0n", "/~2"], #"{"a/b":1,"m~n":2,"*":3,"k":4}"#, #"{"k":4}"#),
        (["/wind"], #"{"\u0077ind":1,"wi\u006Ed2":2}"#, #"{"wi\u006Ed2":2}"#),
        (["/"], #"{"":1,"a":2}"#, #"{"a":2}"#),
        (["/x/y/z"], "{ }", "{ }"),
        (["/a", "/a/b"], #"{"a":{"b":1,"c":2}}"#, "{}"),
        (["/*/a"], " \n[]\t", " \n[]\t"),
        (["/\u{e9}"], "{\"e\u{301}\":1,\"\u{e9}\":2}", "{\"e\u{301}\":1}"),
    ])
    func `what the pointers name goes and every other byte stays`(
        pointers: [String], document: String, expected: String
    ) throws {
        let output = try Self.redacted(Array(document.utf8), pointers)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        "", "{", #"{"a":1"#, #"{"a":1,}"#, "[1,]", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "1 2", "nul", "01", "1.",
        "\"\u{1}\"", #""\x""#, #""\ud800""#, #""\udc00""#, #"{"b":[{"x":1,"x":2}]}"#, #"{"a":"#, "{\"a\":\"", "[}",
        "\u{FEFF}1",
        String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
    ])
    func `what is not strictly JSON is refused whole`(document: String) throws {
        for pointers in [["/a"], ["/zzz"], ["/*/x"]] {
            let error = #expect(throws: PolicyError.self, "\(document)") {
                try Self.redacted(Array(document.utf8), pointers)
            }
            #expect(error?.code == .malformedResponse)
        }
    }

    @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func `what is not UTF-8 is refused`(document: [UInt8]) {
        #expect(throws: PolicyError.self) { try Self.redacted(document, ["/a"]) }
    }

    /// A media type, pointers, a body and what is left of it.
    @Test(arguments: [
        ("application/json; charset=utf-8", ["/*/wind"], #"[{"wind":1}]"#, "[{}]"),
        (
            "application/geo+json", ["/features/*/properties/wind"], #"{"features":[{"properties":{"wind":1}}]}"#,
            #"{"features":[{"properties":{}}]}"#
        ),
        ("application/x-ndjson", ["/*/wind"], "{\"wind\":1,\"t\":2}\r\n\n{\"t\":3}", "{\"t\":2}\r\n\n{\"t\":3}"),
        ("text/csv", ["/wind"], "date,wind,t\n1,2,3\n4,5,6\n", "date,t\n1,3\n4,6\n"),
        ("text/csv", ["/*/wind", "/date"], "date,wind,t\r\n1,\"2,\"\"x\",\"3\r\n\"\r\n", "t\r\n\"3\r\n\"\r\n"),
        ("text/csv", ["/wind"], "\u{FEFF}\"wind\",t\n1,2", "\u{FEFF}t\n2"),
        ("text/csv; header=present", ["/gone", "/b"], "a,b\n1,2\n", "a\n1\n"),
        ("text/csv; Charset=\"UTF-8\"; header=Present", ["/wind"], "t, Wind ,\"WIND\"\n1,2,3\n", "t\n1\n"),
        ("text/csv", ["/caf\u{e9}"], "t,cafe\u{301}\n1,2\n", "t\n1\n"), ("text/csv", ["/wind"], "", ""),
        ("application/json", ["/wind", "/*/wind"], #"{"wind":1,"t":2}"#, #"{"t":2}"#),
        ("application/json", ["/wind", "/*/wind"], #"[{"t":2},{"wind":1}]"#, "[{\"t\":2},{}]"),
        ("application/x-ndjson", ["/wind"], "{}\n\n", "{}\n\n"),
    ])
    func `fields go from every format by the same pointers`(
        type: String, pointers: [String], body: String, expected: String
    ) throws {
        let editor = ResponseEditor([.redact(try Self.pointers(pointers))])
        #expect(String(decoding: try editor.edit(Array(body.utf8), mediaType: type), as: UTF8.self) == expected)
    }

    /// A media type, a number of rows, a body and what is left of it; `nil` where it must not be passed on.
    @Test(arguments: [
        ("application/json", 2, "[1, 2, 3]", "[1, 2]"), ("application/json", 0, "[1,2]", "[]"),
        ("application/json", 5, "[1]", "[1]"), ("application/json", 1, "{\"a\":[1,2]}", nil),
        ("text/csv", 1, "a\n1\n2\n", "a\n1\n"), ("application/x-ndjson", 1, "1\n2\n", "1\n"),
        ("text/csv", 1, "a,b\n1\n", nil), ("text/csv", 1, "a\n\"x\"y\n", nil), ("text/csv", 1, "a\nx\"y\n", nil),
        ("text/csv", 1, "a\n\"x", nil), ("text/html", 1, "[1]", nil), ("image/png", 1, "", nil), ("", 1, "[1]", nil),
    ])
    func `rows are limited or the response is refused`(type: String, rows: Int, body: String, expected: String?) {
        let editor = ResponseEditor([.limitRows(rows)])
        let output = try? editor.edit(Array(body.utf8), mediaType: type)
        #expect(output.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    /// A media type, pointers and a body in which the fields may stand where the pointers do not look.
    @Test(
        arguments: [
            ("application/json", ["/wind", "/*/wind"], #"{"data":[{"wind":1}]}"#),
            ("application/json", ["/wind"], #"{"Wind":1}"#), ("application/json", ["/*/wind"], "[[]]"),
            ("application/json", ["/01"], "[1,2,3]"), ("application/json", ["/x/y/z"], #"{"x":{"y":1},"z":[ ]}"#),
            ("application/json", ["/a"], "3"), ("application/json; charset=utf-16", ["/a"], #"{"a":1}"#),
            ("application/x-ndjson", ["/wind"], "{\"t\":1}\n{\"t\":2}\n"),
            ("text/csv", ["/wind"], "a,b\n1,2\n"), ("text/csv", ["/wind"], "t;wind\n1;2\n"),
            ("text/csv", ["/t;wind"], "t;wind\n1;2\n"), ("text/csv", ["/wind"], "t\twind\n1\t2\n"),
            ("text/csv; header=absent", ["/wind"], "t,wind\n1,2\n"),
            ("text/csv; charset=iso-8859-1", ["/wind"], "t,wind\n1,2\n"),
            ("text/csv; charset=utf-8; charset=utf-7", ["/wind"], "t,wind\n1,2\n"),
            ("text/csv; charset=\"utf-8", ["/wind"], "t,wind\n1,2\n"), ("text/csv; header", ["/wind"], "t,wind\n1,2\n"),
        ] as [(String, [String], String)])
    func `where nothing of the fields is found the response is refused`(
        type: String, pointers: [String], body: String
    ) throws {
        let editor = ResponseEditor([.redact(try Self.pointers(pointers))])
        let error = #expect(throws: PolicyError.self) { try editor.edit(Array(body.utf8), mediaType: type) }
        #expect(error.map { [.unsupportedResponse, .fieldsNotFound, .malformedResponse].contains($0.code) } == true)
    }

    @Test func `CSV that is not UTF-8 is refused`() throws {
        let body = Array("t,wind,".utf8) + [0xFF] + Array("wind\n1,2,3\n".utf8)
        for duties in [[.redact(try Self.pointers(["/wind"]))], [.limitRows(1)]] as [[GatewayDuty]] {
            let error = #expect(throws: PolicyError.self) {
                try ResponseEditor(duties).edit(body, mediaType: "text/csv")
            }
            #expect(error?.code == .malformedResponse)
        }
    }

    @Test func `rows and fields go together, and no rows need no fields`() throws {
        let editor = ResponseEditor([.redact(try Self.pointers(["/*/wind"])), .limitRows(0)])
        let output = try editor.edit(Array(#"[{"wind":1}]"#.utf8), mediaType: "application/json")
        #expect(String(decoding: output, as: UTF8.self) == "[]")
    }

    @Test func `without duties every body passes as it is`() throws {
        #expect(try ResponseEditor([]).edit([0xFF], mediaType: "image/png") == [0xFF])
    }

    @Test(arguments: [
        "", "a", "#/a", "/a~", "/a~3", "/" + String(repeating: "a/", count: 40),
        "/" + String(repeating: "a", count: 2000),
    ])
    func `what is no pointer is refused`(text: String) {
        let error = #expect(throws: PolicyError.self) { try JSONPointer(text) }
        #expect(error?.code == .malformedPointer)
    }
}
