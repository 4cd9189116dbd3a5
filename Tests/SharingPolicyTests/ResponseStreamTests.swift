import StrictJSON
import Testing

@testable import SharingPolicy

/// Bodies that come in pieces: whatever the pieces, what comes out is the same.
@Suite struct ResponseStreamTests {
    static func pointers(_ texts: [String]) throws -> [JSONPointer] { try texts.map { try JSONPointer($0) } }

    /// What comes out of a body cut at some places; the code of the error where it is refused.
    private static func streamed(
        _ duties: [GatewayDuty], _ body: [UInt8], _ type: String, cuts: [Int]
    ) -> Result<[UInt8], PolicyError> {
        do throws(PolicyError) {
            var stream = try ResponseEditor(duties).stream(mediaType: type)
            var output: [UInt8] = []
            var start = 0
            for cut in cuts + [body.count] {
                try stream.feed(Array(body[start..<cut]).span, into: &output)
                start = cut
            }
            try stream.finish(into: &output)
            return .success(output)
        } catch {
            return .failure(error)
        }
    }

    private static func duties() throws -> [[GatewayDuty]] {
        let hundredth = Coarsening.numbers(try #require(Step(decimals: 1)))
        let fields = try pointers(["/*/wind", "/wind", "/features/*/properties/wind"])
        let columns = try pointers(["/*/wind", "/wind"])
        return [
            [.redact(fields)], [.redact(columns)], [.limitRows(1)], [.redact(columns), .limitRows(2)],
            [.keepFields(try pointers(["/*/t", "/t", "/features/*/properties"]))],
            [.keepFields(try pointers(["/*/t", "/t"])), .coarsen(try pointers(["/*/t", "/t"]), hundredth)],
            [.coarsen(columns, hundredth)], [.coarsen(fields, .times(.day))],
            [.suppressBelow(try pointers(["/*/n", "/features/*/properties/n"]), 5)],
            [.suppressBelow(try pointers(["/*/n"]), 5), .redact(columns), .limitRows(1)],
            [.coarsenPositions(decimals: 1)],
            [.suppressUnlike(try pointers(["/*/t", "/features/*/properties/n"]), 2)],
            [.suppressUnlike(columns, 2), .coarsen(columns, hundredth), .limitRows(1)],
        ]
    }

    private static let bodies = [
        (
            "application/json",
            #"[ {"wind" : 1.25,"t":-2.26,"n":7} ,{"t":"x\"\u00e9\ud83d\ude00","n":3}, {"n":12,"wind":null }]"#
        ),
        ("application/json", #"{"t":[1,{"a":true}],"wind":"2026-01-02T03:04:05Z","n":1.5e1}"#),
        ("application/json", "[1,2.55,\"é😀\",false]"), ("application/json", "-1.5e+2"),
        ("application/json", #"{"a":1,"\u0061":2}"#),
        (
            "application/geo+json",
            #"{"type":"FeatureCollection","bbox":[1.26,2.77],"features":[{"geometry":{"coordinates":[[121.4737,31.2304]]},"properties":{"wind":2,"n":4}},{"properties":{"n":6},"geometry":null}],"x":1}"#
        ),
        (
            "application/x-ndjson",
            "{\"wind\":1.5,\"t\":3,\"n\":5}\r\n \n{\"wind\":2,\"t\":1,\"n\":4}\n\t{\"t\":4.44,\"n\":50}"
        ),
        ("application/x-ndjson", "\n\n12\n"),
        ("text/csv", "\u{FEFF}t,\"wind\",n\r\n1.26,\"2,\"\"x\",9\r\n,2.5,5\r3,\"1.99\",1\n"),
        ("text/csv", "\u{FEFC}wind,t,n\n2026-05-06 07:08,1,2"), ("text/csv", "wind,t,n\n1,2\n"),
    ]

    @Test(arguments: bodies)
    func `cuts make no difference`(type: String, body: String) throws {
        let bytes = Array(body.utf8)
        for duties in try Self.duties() {
            let whole = Self.streamed(duties, bytes, type, cuts: [])
            let cuts = (0...bytes.count).map { [$0] } + [Array(0..<bytes.count)]
            for cuts in cuts {
                let cut = Self.streamed(duties, bytes, type, cuts: cuts)
                switch (whole, cut) {
                case (.success(let left), .success(let right)):
                    #expect(left == right, "\(duties) \(cuts)")
                case (.failure(let left), .failure(let right)): #expect(left.code == right.code, "\(duties) \(cuts)")
                default: Issue.record("\(duties) cut at \(cuts): \(whole) and \(cut)")
                }
            }
        }
    }

    /// Duties on documents made by a seeded generator: what is left says what editing their values would have left.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func `what is left of a document is what editing its values leaves`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed)
        let document = generator.document(depth: 3)
        let pointers = try (0..<3).map { _ in try JSONPointer(generator.pointer()) }
        for keeps in [false, true] {
            let duty = keeps ? GatewayDuty.keepFields(pointers) : .redact(pointers)
            let output = try? ResponseEditor([duty]).edit(Array(document.utf8), mediaType: "application/json")
            guard let output else { continue }
            let value = try JSONValue(parsing: Array(document.utf8))
            let paths = pointers.map { $0.tokens[...] }
            let expected = keeps ? Self.kept(value, paths) : Self.redacted(value, paths)
            #expect(try JSONValue(parsing: output) == expected, "\(duty) of \(document)")
        }
    }

    private typealias Paths = [ArraySlice<JSONPointer.Token>]

    private static func below(_ paths: Paths, _ name: String) -> Paths {
        paths.filter { $0.first == .any || $0.first == .named(Array(name.utf8)) }.map { $0.dropFirst() }
    }

    private static func redacted(_ value: JSONValue, _ paths: Paths) -> JSONValue? {
        if paths.contains(where: \.isEmpty) { return nil }
        return children(of: value) { name, child in redacted(child, below(paths, name)) }
    }

    private static func kept(_ value: JSONValue, _ paths: Paths) -> JSONValue? {
        if paths.contains(where: \.isEmpty) { return value }
        if paths.isEmpty || value.object == nil && value.array == nil { return nil }
        return children(of: value) { name, child in kept(child, below(paths, name)) }
    }

    private static func children(of value: JSONValue, _ edit: (String, JSONValue) -> JSONValue?) -> JSONValue {
        if let object = value.object {
            return .object(
                JSONObject(object.members.compactMap { name, child in edit(name, child).map { (name, $0) } }))
        }
        guard let array = value.array else { return value }
        return .array(array.enumerated().compactMap { edit(String($0.offset), $0.element) })
    }

    @Test func `what failed once fails ever after`() throws {
        var stream = try ResponseEditor([.redact(try Self.pointers(["/a"]))]).stream(mediaType: "application/json")
        var output: [UInt8] = []
        #expect(throws: PolicyError.self) { try stream.feed(Array("}".utf8).span, into: &output) }
        #expect(throws: PolicyError.self) { try stream.feed(Array(#"{"a":1}"#.utf8).span, into: &output) }
        #expect(throws: PolicyError.self) { try stream.finish(into: &output) }
    }

    @Test func `it is known when something was found that the duty names`() throws {
        var stream = try ResponseEditor([.redact(try Self.pointers(["/*/a"]))]).stream(mediaType: "application/json")
        var output: [UInt8] = []
        try stream.feed(Array(#"[{"b":1},{"#.utf8).span, into: &output)
        #expect(!stream.isSatisfied)
        try stream.feed(Array(#""a":2"#.utf8).span, into: &output)
        #expect(stream.isSatisfied)
    }

    /// A beginning, a piece that is repeated until the editor refuses it, and what it may hold then in bytes.
    @Test(arguments: [
        ("application/json", "{", #""name-\#":1,"#, 6 << 20), ("application/json", "[{\"", "aaaaaaaaaaaaaaaa", 200_000),
        ("application/json", "[1,", "                ", 200_000), ("application/json", "", "[[[[", 10_000),
        ("text/csv", "a,b\n1,\"", "aaaaaaaaaaaaaaaa", 2 << 20), ("text/csv", "a", ",,,,,,,,", 2 << 20),
        ("application/x-ndjson", "", "                ", 200_000),
    ])
    func `what is held is bounded, and more is refused`(
        type: String, beginning: String, piece: String, limit: Int
    ) throws {
        var stream = try ResponseEditor([.redact(try Self.pointers(["/*/a"]))]).stream(mediaType: type)
        var output: [UInt8] = []
        try stream.feed(Array(beginning.utf8).span, into: &output)
        var refusal: PolicyError?
        var most = 0
        for number in 0..<200_000 where refusal == nil {
            let text = piece.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\(number)")
            do throws(PolicyError) { try stream.feed(Array(text.utf8).span, into: &output) } catch { refusal = error }
            most = max(most, stream.size)
        }
        #expect(refusal != nil)
        #expect(most <= limit, "\(most)")
    }

    @Test(arguments: [("application/json", "[{\"n\":9,\"t\":\""), ("application/geo+json", "{\"t\":\"")])
    func `a row is held up to a limit while it is open whether it goes out`(type: String, beginning: String) throws {
        var stream = try ResponseEditor([.suppressBelow(try Self.pointers(["/*/n"]), 5)]).stream(mediaType: type)
        var output: [UInt8] = []
        try stream.feed(Array(beginning.utf8).span, into: &output)
        let text = [UInt8](repeating: 0x61, count: 1 << 18)
        for _ in 0..<3 { try stream.feed(text.span, into: &output) }
        #expect(output.count < 10)
        let error = #expect(throws: PolicyError.self) { for _ in 0..<2 { try stream.feed(text.span, into: &output) } }
        #expect(error?.code == .unsupportedResponse)
    }

    @Test func `long strings pass without being held`() throws {
        var stream = try ResponseEditor([.redact(try Self.pointers(["/*/a"]))]).stream(mediaType: "application/json")
        var output: [UInt8] = []
        try stream.feed(Array(#"[{"a":1,"b":""#.utf8).span, into: &output)
        let text = [UInt8](repeating: 0x61, count: 1 << 18)
        for _ in 0..<20 {
            try stream.feed(text.span, into: &output)
            #expect(stream.size < 1000)
        }
        try stream.feed(Array(#""}]"#.utf8).span, into: &output)
        try stream.finish(into: &output)
        #expect(output.count == 20 << 18 + #"[{"b":""}]"#.utf8.count)
    }
}

extension PropertyTests.Generator {
    fileprivate mutating func pointer() -> String {
        (0...Int.random(in: 0...2, using: &self)).map { _ in
            "/" + ["a", "b", "*", "0", "1"].randomElement(using: &self)!
        }
        .joined()
    }

    fileprivate mutating func document(depth: Int) -> String {
        let space = ["", " ", "\n "].randomElement(using: &self)!
        let count = Int.random(in: 0...3, using: &self)
        switch depth == 0 ? 2 : Int.random(in: 0...2, using: &self) {
        case 0:
            let names = ["a", "b", "0", #"\u0031"#].prefix(count).shuffled(using: &self)
            let members = names.map { "\(space)\"\($0)\" :\(document(depth: depth - 1))" }
            return "{" + members.joined(separator: space + ",") + space + "}"
        case 1:
            return "[" + (0..<count).map { _ in space + document(depth: depth - 1) }.joined(separator: ",") + space
                + "]"
        default: return space + ["1.5", "null", #""x\n""#, "true", "-0"].randomElement(using: &self)! + space
        }
    }
}
