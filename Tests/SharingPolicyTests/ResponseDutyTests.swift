import Testing

@testable import SharingPolicy

/// What each duty does to each format.
@Suite struct ResponseDutyTests {
    private static func pointers(_ texts: [String]) throws -> [JSONPointer] { try texts.map { try JSONPointer($0) } }

    private static func edited(_ duties: [GatewayDuty], _ type: String, _ body: String) -> String? {
        let output = try? ResponseEditor(duties).edit(Array(body.utf8), mediaType: type)
        return output.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A media type, pointers, a body and what is left; `nil` where it must not be passed on.
    @Test(
        arguments: [
            ("application/json", ["/a"], #"{"a":{"x":[1]},"b":2}"#, #"{"a":{"x":[1]}}"#),
            ("application/json", ["/b"], #"{ "a" : 1 , "b" : 2 }"#, #"{  "b" : 2 }"#),
            ("application/json", ["/a/x"], #"{"a":{"x":1,"y":2},"x":3}"#, #"{"a":{"x":1}}"#),
            ("application/json", ["/a/x"], #"{"a":3}"#, "{}"),
            ("application/json", ["/*/t"], #"[{"t":1,"u":2},{"u":3},7]"#, #"[{"t":1},{}]"#),
            ("application/json", ["/a/1"], #"{"a":[1,2,3]}"#, #"{"a":[2]}"#),
            ("application/json", ["/x"], #"{"a":1}"#, "{}"), ("application/json", ["/x"], "3", nil),
            ("application/json", ["/a", "/*/a"], #"[{"a":1,"b":2}]"#, #"[{"a":1}]"#),
            ("application/x-ndjson", ["/*/t"], "{\"t\":1,\"u\":2}\n{\"u\":2}\n", "{\"t\":1}\n{}\n"),
            (
                "application/geo+json", ["/type", "/features/*/properties/t", "/features/*/type"],
                #"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"coordinates":[1,2]},"properties":{"t":1,"u":2}}]}"#,
                #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"t":1}}]}"#
            ),
            ("text/csv", ["/t", "/u"], "a, T ,b,u\n1,2,3,4\n", " T ,u\n2,4\n"), ("text/csv", ["/x"], "a,b\n1,2\n", nil),
            ("text/csv", ["/a/b"], "a,b\n1,2\n", nil), ("text/html", ["/a"], "<p>", nil),
        ] as [(String, [String], String, String?)])
    func `only the fields named are passed on`(type: String, fields: [String], body: String, expected: String?) throws {
        #expect(Self.edited([.keepFields(try Self.pointers(fields))], type, body) == expected)
    }

    @Test func `of two lists of fields to keep both must name a field`() throws {
        let duties: [GatewayDuty] = [
            .keepFields(try Self.pointers(["/a", "/b"])), .keepFields(try Self.pointers(["/b/x", "/c"])),
        ]
        #expect(Self.edited(duties, "application/json", #"{"a":1,"b":{"x":1,"y":2},"c":3}"#) == #"{"b":{"x":1}}"#)
        let columns: [GatewayDuty] = [
            .keepFields(try Self.pointers(["/a", "/b"])), .keepFields(try Self.pointers(["/b"])),
        ]
        #expect(Self.edited(columns, "text/csv", "a,b,c\n1,2,3") == "b\n2")
    }

    /// A media type, pointers, a body and what is left of it with numbers to tenths.
    @Test(
        arguments: [
            (
                "application/json", ["/*/t"], #"[{"t":1.29 },{"t":-1.21},{"t":null},{"t":"1.29"}]"#,
                #"[{"t":1.2 },{"t":-1.3},{"t":null},{"t":"1.2"}]"#
            ),
            (
                "application/json", ["/t"], #"{"t":[[1.26,[2]],"x",true,{"a":1.26}]}"#,
                #"{"t":[[1.2,[2]],null,null,null]}"#
            ),
            ("application/json", ["/t"], #"{"t":{"a":1.26},"u":1.26}"#, #"{"t":null,"u":1.26}"#),
            ("application/json", ["/t"], #"{"t":1e99}"#, #"{"t":null}"#),
            (
                "application/json", ["/t"],
                #"{"t":0.0000000000000000000000000000000000000000000000000000000000000000000000001}"#,
                #"{"t":null}"#
            ),
            ("application/json", ["/t"], #"{"u":1.26}"#, nil),
            ("application/json", ["/t"], #"{"t":"1.\u0032"}"#, #"{"t":null}"#),
            ("application/x-ndjson", ["/*/t"], "{\"t\":1.26}\n{\"u\":1}\n", "{\"t\":1.2}\n{\"u\":1}\n"),
            ("text/csv", ["/t"], "t,u\n1.26,1.26\n\"-1.26\",x\nn/a,\n,1\n", "t,u\n1.2,1.26\n\"-1.3\",x\n,\n,1\n"),
            ("text/csv", ["/t"], "a,u\n1.26,1.26\n", nil),
            (
                "application/geo+json", ["/features/*/geometry/coordinates"],
                #"{"features":[{"geometry":{"coordinates":[121.47,31.23]}}]}"#,
                #"{"features":[{"geometry":{"coordinates":[121.4,31.2]}}]}"#
            ),
        ] as [(String, [String], String, String?)])
    func `numbers are made coarser, and what is none is blanked`(
        type: String, fields: [String], body: String, expected: String?
    ) throws {
        let tenths = Coarsening.numbers(try #require(Step(decimals: 1)))
        #expect(Self.edited([.coarsen(try Self.pointers(fields), tenths)], type, body) == expected)
    }

    @Test(
        arguments: [
            (
                "application/json", #"[{"t":"2026-05-06T07:08:09Z"},{"t":5},{"t":"soon"}]"#,
                #"[{"t":"2026-05-06T00:00:00Z"},{"t":null},{"t":null}]"#
            ),
            ("text/csv", "t\n2026-05-06 07:08\n\"2026-05-06\"\nsoon\n", "t\n2026-05-06 00:00\n\"2026-05-06\"\n\n"),
        ] as [(String, String, String)])
    func `times are made coarser`(type: String, body: String, expected: String) throws {
        #expect(Self.edited([.coarsen(try Self.pointers(["/*/t"]), .times(.day))], type, body) == expected)
    }

    @Test func `every position of GeoJSON is made coarser, and other formats have none`() throws {
        let body =
            #"{"bbox":[121.47,31.23,121.48,31.24],"features":[{"geometry":{"type":"GeometryCollection","geometries":[{"coordinates":[[[121.47,-31.23,8.88]]]}]},"properties":{"coordinates":"121.47 E","t":1.55}}]}"#
        let expected =
            #"{"bbox":[121.4,31.2,121.4,31.2],"features":[{"geometry":{"type":"GeometryCollection","geometries":[{"coordinates":[[[121.4,-31.3,8.8]]]}]},"properties":{"coordinates":null,"t":1.55}}]}"#
        #expect(Self.edited([.coarsenPositions(decimals: 1)], "application/geo+json", body) == expected)
        #expect(Self.edited([.coarsenPositions(decimals: 1)], "application/json", body) == nil)
        #expect(Self.edited([.coarsenPositions(decimals: 1)], "text/csv", "coordinates\n1\n") == nil)
    }

    @Test(
        arguments: [
            (
                "application/json", #"[ {"n":5,"a":1} , {"n":4}, {"a":1}, {"n":"9"}, {"n":6} ]"#,
                #"[ {"n":5,"a":1} , {"n":6} ]"#
            ),
            ("application/json", #"[{"n":4.99},{"n":1e3},{"n":[9]}]"#, #"[{"n":1e3}]"#),
            ("application/json", "[]", "[]"),
            ("application/json", #"[{"n":1}]"#, "[]"), ("application/json", #"[{"a":1}]"#, nil),
            ("application/json", #"{"n":9}"#, nil), ("application/json", "9", nil),
            ("application/x-ndjson", "{\"n\":5}\n\n{\"n\":4}\r\n{\"n\":6}", "{\"n\":5}\n\n{\"n\":6}"),
            ("text/csv", "a,n\n1,5\n2,4\n3,\n4,many\n5,60\n", "a,n\n1,5\n5,60\n"), ("text/csv", "a,b\n1,2\n", nil),
            (
                "application/geo+json",
                #"{"type":"FeatureCollection","features":[{"properties":{"n":4}},{"properties":{"n":5}}],"n":1}"#,
                #"{"type":"FeatureCollection","features":[{"properties":{"n":5}}],"n":1}"#
            ),
            ("application/geo+json", #"{"type":"Feature","properties":{"n":9}}"#, nil),
            ("application/geo+json", #"{"type":"FeatureCollection","features":{"n":9}}"#, nil),
        ] as [(String, String, String?)])
    func `rows of too few cases are withheld`(type: String, body: String, expected: String?) throws {
        let fields = try Self.pointers(type == "application/geo+json" ? ["/features/*/properties/n"] : ["/*/n"])
        #expect(Self.edited([.suppressBelow(fields, 5)], type, body) == expected)
    }

    @Test func `cases are counted also where their number is not passed on`() throws {
        let body = #"[{"a":1,"n":4},{"a":2,"n":5},{"a":3,"n":9}]"#
        let suppression = GatewayDuty.suppressBelow(try Self.pointers(["/*/n"]), 5)
        let others: [GatewayDuty] = [.redact(try Self.pointers(["/*/n"])), .keepFields(try Self.pointers(["/*/a"]))]
        for other in others {
            #expect(Self.edited([suppression, other], "application/json", body) == #"[{"a":2},{"a":3}]"#)
            #expect(Self.edited([suppression, other, .limitRows(1)], "application/json", body) == #"[{"a":2}]"#)
        }
        #expect(
            Self.edited([suppression, others[0]], "text/csv", "a,n\n1,4\n2,5\n") == "a\n2\n")
    }

    @Test(
        arguments: [
            (
                #"{"type":"FeatureCollection","features":[{"a":1},{"b":2}],"x":[1,2]}"#,
                #"{"type":"FeatureCollection","features":[{"a":1}],"x":[1,2]}"#
            ),
            (#"{"features":[]}"#, #"{"features":[]}"#), ("[{},{}]", nil), (#"{"type":"Feature"}"#, nil), ("{}", nil),
        ] as [(String, String?)])
    func `features are the rows of GeoJSON`(body: String, expected: String?) {
        #expect(Self.edited([.limitRows(1)], "application/geo+json", body) == expected)
    }
}
