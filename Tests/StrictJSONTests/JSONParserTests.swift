import Testing

@testable import StrictJSON

@Suite struct JSONParserTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.5e-3", "[]", "{}", "\"\"", "[1,[2,{\"a\":[]}]]",
        #"{"b":1,"a":"\u00e9\ud83d\ude00","":null}"#, "18446744073709551615", "1E400",
    ])
    func `accepts what the grammar accepts, and writing it gives the same value`(text: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(try JSONValue(parsing: value.bytes) == value)
        #expect(try JSONValue(parsing: Array(value.indentedText.utf8)) == value)
    }

    @Test(arguments: [
        ("", JSONError.Code.syntax, 0), (" ", .syntax, 1), ("nul", .syntax, 0), ("01", .syntax, 1), ("1.", .syntax, 2),
        ("-", .syntax, 1), ("+1", .syntax, 0), (".5", .syntax, 0), ("1e", .syntax, 2), ("[1,]", .syntax, 3),
        ("{\"a\":1,}", .syntax, 7), ("{a:1}", .syntax, 1), ("\"\u{1}\"", .syntax, 1), (#""\x""#, .syntax, 2),
        ("\"abc", .syntax, 4), ("1 2", .syntax, 2), ("{\"a\" 1}", .syntax, 5), ("[1 2]", .syntax, 3),
        (#"{"a":1,"a":2}"#, .duplicateName, 7), (#"{"a":1,"\u0061":2}"#, .duplicateName, 7),
        (#""\ud800""#, .invalidText, 7), (#""\udc00""#, .invalidText, 7), (#""\ud800\u0041""#, .invalidText, 13),
        (#""\u00g0""#, .syntax, 5), ("\u{FEFF}1", .syntax, 0), ("NaN", .syntax, 0),
    ])
    func `refuses what it must and says where`(text: String, code: JSONError.Code, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [[0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xFF, 0x22]] as [[UInt8]])
    func `refuses text that is not UTF-8`(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.code == .invalidText)
    }

    @Test func `names that are canonically equivalent are two names`() throws {
        let value = try JSONValue(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
        #expect(value["\u{E9}"]?.int == 1)
        #expect(value["e\u{301}"]?.int == 2)
    }

    @Test func `limits hold at their edge and not before`() throws {
        let limits = JSONLimits(size: 40, depth: 3, values: 5)
        _ = try JSONValue(parsing: Array("[[[1]]]".utf8), limits: limits)
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[[[[]]]]".utf8), limits: limits) }
        _ = try JSONValue(parsing: Array("[1,2,3,4]".utf8), limits: limits)
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[1,2,3,4,5]".utf8), limits: limits) }
        _ = try JSONValue(parsing: Array(repeating: 0x20, count: 39) + [0x31], limits: limits)
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: Array(repeating: 0x20, count: 40) + [0x31], limits: limits)
        }
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    }

    @Test func `a large object finds every member and refuses a late duplicate`() throws {
        let members = (0..<500).map { "\"name-\($0)\":\($0)" }.joined(separator: ",")
        let value = try JSONValue(parsing: Array("{\(members)}".utf8))
        for index in 0..<500 { #expect(value["name-\(index)"]?.int == index) }
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: Array("{\(members),\"name-250\":1}".utf8))
        }
        #expect(error?.code == .duplicateName)
    }

    @Test func `bytes cut or changed anywhere never trap`() {
        let text = Array(#"{"a":[1.5e3,true,null,"\u00e9\ud83d\ude00\n"],"b":{"c":-0.0}}"#.utf8)
        for index in text.indices {
            _ = try? JSONValue(parsing: Array(text[..<index]))
            for byte in [0, 0x22, 0x5C, 0x7B, 0x80, 0xFF] as [UInt8] {
                var changed = text
                changed[index] = byte
                _ = try? JSONValue(parsing: changed)
            }
        }
    }

    @Test func `an object keeps its order through changes`() {
        var object: JSONObject = JSONObject([("a", 1), ("b", 2), ("c", 3)])
        object["b"] = nil
        object["a"] = 9
        object["d"] = 4
        #expect(JSONValue.object(object).text == #"{"a":9,"c":3,"d":4}"#)
    }
}
