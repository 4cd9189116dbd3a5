import RawStructuredFieldValues
import Testing

@testable import MessageSignatures

struct StructuredFieldTests {
    /// Fields that parse, with their one serialised form.
    static let wellFormed: [(field: String, canonical: String)] = [
        ("", ""), ("a", "a"), ("a=?1", "a"), ("a=?0;x;y=?0", "a=?0;x;y=?0"), ("  a=1  ,\tb=2 ", "a=1, b=2"),
        ("a=(  1   2.50 \"x\\\"y\\\\\"  );p", "a=(1 2.5 \"x\\\"y\\\\\");p"), ("a=()", "a=()"), ("a=-0", "a=0"),
        ("a=-0.0", "a=0.0"), ("a=-0.125", "a=-0.125"), ("a=007", "a=7"), ("a=10.010", "a=10.01"),
        ("a=999999999999999", "a=999999999999999"), ("a=999999999999.999", "a=999999999999.999"),
        ("a=*t/o:k", "a=*t/o:k"), ("a=:aGVsbG8=:", "a=:aGVsbG8=:"), ("a=:aGVsbG8:", "a=:aGVsbG8=:"), ("a=::", "a=::"),
        ("a=@1659578233", "a=@1659578233"), ("a=@-1", "a=@-1"), ("a=%\"f%c3%bc\"", "a=%\"f%c3%bc\""),
        ("*k-._*=1", "*k-._*=1"), ("a=1, b=2, a=3", "a=3, b=2"), ("a;x=1;y=2;x=3", "a;x=3;y=2"),
        ("a=1;  x", "a=1;x"), ("a=\"\"", "a=\"\""),
    ]

    /// Fields that do not.
    static let illFormed = [
        "a=", "a=1,", ",a", "a b", "A=1", "1=1", "a=1;", "a=1;=2", "a=(1", "a=1)", "a=(1\t2)", "a=((1))", "a=(1,2)",
        "a=(1;)", "a=1.", "a=.1", "a=-", "a=--1", "a=1.2.3", "a=1.2345", "a=1000000000000000", "a=1234567890123.1",
        "a=\"x", "a=\"\\x\"", "a=\"\\", "a=\"\u{7F}\"", "a=\"é\"", "a='x'", "a=:aGVsbG8=", "a=:a:", "a=:aGVsbG8==:",
        "a=:aGVs bG8=:", "a=:aGVsbG8_:", "a=:=:", "a=:ab=c:", "a=?2", "a=?", "a=?11", "a=@1.5", "a=@", "a=@x",
        "a=%x", "a=%\"%C3%BC\"", "a=%\"%c3\"", "a=%\"%c\"", "a=%\"x", "a\n=1", "a=1\u{0}", "\ta=1", "a=1 ; x", "a= 1",
        "a =1",
    ]

    @Test(arguments: wellFormed)
    func `a dictionary is written in its one form`(_ pair: (field: String, canonical: String)) throws {
        let dictionary = try StructuredFieldParser.dictionary(Array(pair.field.utf8))
        var written: [UInt8] = []
        StructuredFieldWriter.write(dictionary, to: &written)
        #expect(String(decoding: written, as: UTF8.self) == pair.canonical)
        #expect(try StructuredFieldParser.dictionary(written) == dictionary)
    }

    @Test(arguments: illFormed)
    func `what is not in the grammar is refused`(_ field: String) {
        let error = #expect(throws: StructuredFieldError.self) {
            try StructuredFieldParser.dictionary(Array(field.utf8))
        }
        #expect(error?.kind == .syntax)
    }

    @Test func `lists and items are told from dictionaries`() throws {
        let list = try StructuredFieldParser.list(Array("a;q=1, (b c), 1, a".utf8))
        #expect(list.count == 4)
        #expect(throws: StructuredFieldError.self) { try StructuredFieldParser.list(Array("a=1".utf8)) }
        #expect(try StructuredFieldParser.item(Array(" 5;x ".utf8)).value == .integer(5))
        #expect(throws: StructuredFieldError.self) { try StructuredFieldParser.item(Array("5, 6".utf8)) }
        #expect(throws: StructuredFieldError.self) { try StructuredFieldParser.item([]) }
    }

    @Test(arguments: [("a=1, b, a=2", StructuredFieldError.Kind.duplicateKey), ("a;x;y;x", .duplicateParameter)])
    func `what appears twice can be refused`(_ field: String, _ kind: StructuredFieldError.Kind) {
        let error = #expect(throws: StructuredFieldError.self) {
            try StructuredFieldParser.dictionary(Array(field.utf8), duplicates: .refuse)
        }
        #expect(error?.kind == kind)
    }

    /// What RFC 9651 has every parser take (sections 3.1 and 3.2).
    @Test func `a field may have 1024 members, each with a value`() throws {
        let keys = (0..<1024).map { "k\($0)" }
        let dictionary = try StructuredFieldParser.dictionary(Array(keys.map { "\($0)=1" }.joined(separator: ",").utf8))
        #expect(dictionary.members.map(\.key) == keys)
        let list = try StructuredFieldParser.list(Array(keys.map { "\($0);a=1" }.joined(separator: ",").utf8))
        #expect(list.count == 1024)
    }

    @Test func `size and number of elements are limited`() {
        let many = (0...StructuredFieldParser.elementLimit).map { "k\($0)" }.joined(separator: ", ")
        let long = "a=\"" + String(repeating: "x", count: StructuredFieldParser.sizeLimit) + "\""
        for field in [many, long] {
            let error = #expect(throws: StructuredFieldError.self) {
                try StructuredFieldParser.dictionary(Array(field.utf8))
            }
            #expect(error?.kind == .tooLarge)
        }
    }

    /// Another parser as an oracle; where the two differ it is known how, and the standard is with this one.
    @Test func `another parser takes and refuses the same`() throws {
        var random = SeededGenerator(seed: 42)
        let pieces = [
            "a", "b", "=", "(", ")", ",", ";", " ", "\"", "\\", ":", "?", "@", "%", "1", "0", ".", "-", "é", "aGk=",
            "*",
            ", ", "=1", ";x", "=\"s\"", "=(a b)", "=:aGk=:", "=?1", "%\"%c3%bc\"",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let field = (0..<Int.random(in: 1...8, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            // The other parser refuses byte sequences without padding and those that are not in canonical form.
            guard !field.contains(":") || field.contains(":aGk=:") && field.count(where: { $0 == ":" }) == 2
            else { continue }
            var other = StructuredFieldValueParser(Array(field.utf8))
            let theirs = try? other.parseDictionaryFieldValue()
            let ours = try? StructuredFieldParser.dictionary(Array(field.utf8))
            try #require((ours == nil) == (theirs == nil), "\(field)")
            guard let ours, let theirs else { continue }
            var written: [UInt8] = []
            StructuredFieldWriter.write(ours, to: &written)
            var serializer = StructuredFieldValueSerializer()
            #expect(try written == serializer.writeDictionaryFieldValue(theirs), "\(field)")
            taken += 1
        }
        #expect(taken > 100)
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
