import Testing

@testable import SharingPolicy

/// Rows that go out only where enough of the response are alike with them.
@Suite struct AlikeRowsTests {
    private static func pointers(_ texts: [String]) throws -> [JSONPointer] { try texts.map { try JSONPointer($0) } }

    private static func edited(
        _ fields: [String], atLeast rows: Int, after others: [GatewayDuty] = [], _ type: String, _ body: String
    ) throws -> String? {
        let duties = [.suppressUnlike(try pointers(fields), rows)] + others
        let output = try? ResponseEditor(duties).edit(Array(body.utf8), mediaType: type)
        return output.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Rows with the letter of their group, as each format has them.
    private static let formats: [(type: String, field: String, write: @Sendable ([String]) -> String)] = [
        ("application/json", "/*/g", { "[" + $0.map { #"{"g":"\#($0)","x":1}"# }.joined(separator: ",") + "]" }),
        (
            "application/geo+json", "/features/*/properties/g",
            {
                #"{"type":"FeatureCollection","features":["#
                    + $0.map { #"{"properties":{"g":"\#($0)"},"geometry":null}"# }.joined(separator: ",") + #"],"n":2}"#
            }
        ),
        ("application/x-ndjson", "/*/g", { $0.map { #"{"x":1,"g":"\#($0)"}"# + "\n" }.joined() }),
        ("application/x-ndjson", "/g", { $0.map { #"{"x":1,"g":"\#($0)"}"# + "\r\n" }.joined() }),
        ("text/csv", "/*/g", { "x,G \n" + $0.map { "1,\($0)\n" }.joined() }),
        ("text/csv", "/g", { "\u{FEFF}g\r\n" + $0.map { "\"\($0)\"\r\n" }.joined() }),
    ]

    /// The groups of the rows of a table, in order, and those that go out of it.
    @Test(
        arguments: formats.indices,
        [
            ("aaa", "aaa"), ("aab", ""), ("abaabb", "abaabb"), ("baaa", "aaa"), ("aaab", "aaa"), ("babaca", "aaa"),
            ("a", ""),
            ("", ""), ("aabbccc", "ccc"), ("aaaabb", "aaaa"),
        ])
    func `groups of fewer rows are withheld in every format, and three are enough`(
        format: Int, rows: (String, String)
    ) throws {
        let (type, field, write) = Self.formats[format]
        let body = write(rows.0.map { "\($0)" })
        let output = try Self.edited([field], atLeast: 3, type, body)
        #expect(output == write(rows.1.map { "\($0)" }), "\(body)")
    }

    @Test func `rows must be alike in all fields, in whichever order they have them`() throws {
        let body = #"[{"a":1,"b":2},{"b":2,"a":1},{"a":1,"b":3},{"a":2,"b":1},{"a":12,"b":""},{"a":1,"b":"2"}]"#
        #expect(
            try Self.edited(["/*/a", "/*/b"], atLeast: 2, "application/json", body)
                == #"[{"a":1,"b":2},{"b":2,"a":1}]"#)
        // In CSV the values of two columns do not run together.
        #expect(
            try Self.edited(["/a", "/b"], atLeast: 2, "text/csv", "a,b\n1,23\n12,3\n1,23\n") == "a,b\n1,23\n1,23\n")
        // A name that two columns have is both.
        #expect(try Self.edited(["/a"], atLeast: 2, "text/csv", "a,a\n1,1\n1,2\n1,2\n") == "a,a\n1,2\n1,2\n")
    }

    /// A body, and what goes out of it with two rows alike in `/*/a`.
    @Test(
        arguments: [
            // A missing field is no value that rows can be alike in; `null` is one.
            (#"[{"b":1},{"b":1},{"a":1},{"a":1}]"#, #"[{"a":1},{"a":1}]"#),
            (#"[{"a":null},{"b":1},{"a":null}]"#, #"[{"a":null},{"a":null}]"#),
            // Rows are alike in the bytes that go out, or the spelling would tell them apart.
            (#"[{"a":1},{"a":1.0},{"a":1e0},{"a":1}]"#, #"[{"a":1},{"a":1}]"#),
            (#"[{"a":"a"},{"a":"\u0061"},{"a":"a"}]"#, #"[{"a":"a"},{"a":"a"}]"#),
            (#"[{"a":1},{"a":"1"},{"a":[1]},{"a":true}]"#, "[]"),
            (#"[{"\u0061":1},{"a":1}]"#, #"[{"\u0061":1},{"a":1}]"#),
            // Whole values count, however deep.
            (#"[{"a":[1,{"x":2}]},{"a":[1,{"x":3}]},{"a":[1,{"x":2}]}]"#, #"[{"a":[1,{"x":2}]},{"a":[1,{"x":2}]}]"#),
            (#"[[{"a":1}],[{"a":1}],{"a":2},{"a":2}]"#, #"[{"a":2},{"a":2}]"#),
            // The field of something inside a row is not the row's.
            (#"[{"b":{"a":1}},{"b":{"a":1}},{"a":1},{"a":2}]"#, "[]"),
            (#"["x","x",{"a":3},{"a":3},5]"#, #"[{"a":3},{"a":3}]"#),
            ("[]", "[]"), (#"[ {"a":1} , {"a":2} , {"a":1} ]"#, #"[ {"a":1}  , {"a":1} ]"#),
            // Names that stand twice, what is not JSON, no rows at all.
            (#"[{"a":1,"a":1},{"a":1,"a":1}]"#, nil), (#"[{"a":1},{"a":1}"#, nil), (#"{"a":1}"#, nil), ("1", nil),
            // The field stands nowhere: it is called otherwise than the policy thinks.
            (#"[{"A":1},{"A":1}]"#, nil), ("[1,1]", nil),
        ] as [(String, String?)])
    func `what is alike is what goes out`(body: String, expected: String?) throws {
        #expect(try Self.edited(["/*/a"], atLeast: 2, "application/json", body) == expected)
    }

    @Test func `each field must stand somewhere`() throws {
        let body = #"[{"a":1},{"a":1}]"#
        #expect(try Self.edited(["/*/a", "/*/b"], atLeast: 2, "application/json", body) == nil)
        #expect(try Self.edited(["/a", "/b"], atLeast: 2, "text/csv", "a,c\n1,1\n1,1\n") == nil)
        // Pointers of other formats do no harm, and alone no good.
        let pointers = ["/*/a", "/features/*/properties/a"]
        #expect(try Self.edited(pointers, atLeast: 2, "application/json", body) == body)
        #expect(try Self.edited(pointers, atLeast: 2, "application/x-ndjson", "{\"a\":1}\n{\"a\":1}") != nil)
        #expect(try Self.edited(["/a"], atLeast: 2, "application/json", body) == nil)
        #expect(try Self.edited(["/*/a"], atLeast: 2, "application/geo+json", #"{"features":[]}"#) == nil)
        #expect(try Self.edited(["/*/a/*"], atLeast: 2, "application/json", body) == nil)
    }

    /// What other duties leave of the fields is what must be alike.
    @Test func `rows are compared after all other duties`() throws {
        let (a, b) = (try JSONPointer("/*/a"), try JSONPointer("/*/b"))
        let tens = Coarsening.numbers(try #require(Step(parsing: "10")))
        let body = #"[{"a":31,"b":1},{"a":38,"b":2},{"a":41,"b":3},{"a":"x","b":4},{"a":{"y":1},"b":5}]"#
        #expect(
            try Self.edited(["/*/a"], atLeast: 2, after: [.coarsen([a], tens)], "application/json", body)
                == #"[{"a":30,"b":1},{"a":30,"b":2},{"a":null,"b":4},{"a":null,"b":5}]"#)
        let csv = "a,b\n31,1\n38,2\n41,3\n"
        #expect(
            try Self.edited(["/*/a"], atLeast: 2, after: [.coarsen([a], tens)], "text/csv", csv) == "a,b\n30,1\n30,2\n")
        // A field that does not go out tells nobody apart, but must be there.
        let two = #"[{"a":1,"b":7},{"a":2,"b":7},{"b":7}]"#
        for other in [GatewayDuty.redact([a]), .keepFields([b])] {
            #expect(
                try Self.edited(["/*/a", "/*/b"], atLeast: 2, after: [other], "application/json", two)
                    == #"[{"b":7},{"b":7}]"#)
        }
        #expect(
            try Self.edited(["/a"], atLeast: 2, after: [.redact([a])], "text/csv", "a,b\n1,7\n2,8\n") == "b\n7\n8\n")
        let deep = #"[{"a":{"x":1,"y":2}},{"a":{"x":1,"y":3}}]"#
        let inner = GatewayDuty.redact(try Self.pointers(["/*/a/y"]))
        #expect(
            try Self.edited(["/*/a"], atLeast: 2, after: [inner], "application/json", deep)
                == #"[{"a":{"x":1}},{"a":{"x":1}}]"#)
        #expect(
            try Self.edited(["/*/a/x", "/*/a"], atLeast: 2, "application/json", deep) == "[]")
        #expect(try Self.edited(["/*/a/x"], atLeast: 2, "application/json", deep) == deep)
    }

    @Test func `positions are compared as coarse as they go out`() throws {
        let body =
            #"{"features":[{"geometry":{"coordinates":[121.47,31.23]}},{"geometry":{"coordinates":[121.41,31.29]}},{"geometry":{"coordinates":[121.5,31.2]}}]}"#
        #expect(
            try Self.edited(
                ["/features/*/geometry/coordinates"], atLeast: 2, after: [.coarsenPositions(decimals: 1)],
                "application/geo+json", body)
                == #"{"features":[{"geometry":{"coordinates":[121.4,31.2]}},{"geometry":{"coordinates":[121.4,31.2]}}]}"#
        )
    }

    @Test func `rows of few cases count for nobody, and the most rows are those that go out`() throws {
        let cases = GatewayDuty.suppressBelow(try Self.pointers(["/*/n"]), 5)
        let body = #"[{"a":1,"n":9},{"a":1,"n":1},{"a":2,"n":5},{"a":2,"n":6},{"a":3,"n":7},{"a":2,"n":8}]"#
        #expect(
            try Self.edited(["/*/a"], atLeast: 2, after: [cases], "application/json", body)
                == #"[{"a":2,"n":5},{"a":2,"n":6},{"a":2,"n":8}]"#)
        for (limit, count) in [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3)] {
            let output = try Self.edited(
                ["/*/a"], atLeast: 2, after: [cases, .limitRows(limit)], "application/json", body)
            #expect(output?.split(separator: "{").count == 1 + count, "\(output ?? "")")
        }
        #expect(
            try Self.edited(["/a"], atLeast: 2, after: [.limitRows(1)], "text/csv", "a,b\n1,0\n2,1\n2,2\n")
                == "a,b\n2,1\n")
    }

    // MARK: What is held

    /// Beginning, rows that are all of one group, end.
    @Test(arguments: [
        ("application/json", "[", #"{"a":1},"#, #"{"a":1}]"#), ("application/x-ndjson", "", "{\"a\":1}\n", ""),
        ("text/csv", "a,b\n", "1,2\n", ""),
    ])
    func `nothing goes out before the end, and what is held is bounded`(
        type: String, beginning: String, row: String, end: String
    ) throws {
        let duties: [GatewayDuty] = [.suppressUnlike(try Self.pointers(["/*/a"]), 2)]
        for limit in [1 << 16, 1 << 20] {
            var stream = try ResponseEditor(duties).stream(mediaType: type, holding: limit)
            var output: [UInt8] = []
            try stream.feed(Array((beginning + row + row).utf8).span, into: &output)
            var refusal: PolicyError?
            for _ in 0..<200_000 where refusal == nil {
                do throws(PolicyError) { try stream.feed(Array(row.utf8).span, into: &output) } catch {
                    refusal = error
                }
                #expect(!stream.isSatisfied && output.isEmpty && stream.size <= limit + 4096)
            }
            #expect(refusal?.code == .unsupportedResponse)
            #expect(throws: PolicyError.self) { try stream.finish(into: &output) }
            #expect(output.isEmpty)
        }
        var whole = try ResponseEditor(duties).stream(mediaType: type)
        var output: [UInt8] = []
        try whole.feed(Array((beginning + row + row + end).utf8).span, into: &output)
        #expect(output.isEmpty && !whole.isSatisfied)
        try whole.finish(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == beginning + row + row + end)
        #expect(whole.isSatisfied && whole.size < 100)
    }

    /// Rows that are all of groups of their own take room for each group too.
    @Test func `groups are bounded as rows are`() throws {
        var stream = try ResponseEditor([.suppressUnlike(try Self.pointers(["/a"]), 2)])
            .stream(mediaType: "text/csv", holding: 1 << 20)
        var output: [UInt8] = []
        try stream.feed(Array("a\n".utf8).span, into: &output)
        var number = 0
        #expect(throws: PolicyError.self) {
            while number < 100_000 {
                try stream.feed(Array("\(number)\n".utf8).span, into: &output)
                number += 1
            }
        }
        #expect(number > 1000 && number < 20_000, "\(number)")
    }

    // MARK: As a duty

    @Test func `of two such duties the fields of both and the greater number count`() throws {
        let (a, b) = (try JSONPointer("/*/a"), try JSONPointer("/*/b"))
        let duties = ResponseDuties([.suppressUnlike([a], 5), .suppressUnlike([b], 3)])
        #expect(
            duties.duties.map(\.description) == ["withhold rows unless at least 5 are alike in `/*/a`, `/*/b`"])
    }

    @Test func `what goes out of a generated table is what counting its rows says`() throws {
        var generator = PropertyTests.Generator(state: 7)
        for _ in 0..<50 {
            let rows = (0..<12).map { _ in
                (["a", "b", "c"].randomElement(using: &generator)!, Int.random(in: 0...2, using: &generator))
            }
            let body = "[" + rows.map { #"{"g":"\#($0.0)","n":\#($0.1)}"# }.joined(separator: ",") + "]"
            let output = try Self.edited(["/*/g", "/*/n"], atLeast: 3, "application/json", body)
            let kept = rows.filter { row in rows.count { $0 == row } >= 3 }
            #expect(output == "[" + kept.map { #"{"g":"\#($0.0)","n":\#($0.1)}"# }.joined(separator: ",") + "]")
        }
    }
}
