import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct EarlierUsesTests {
    private static func comparisons(_ conditions: [(String, String, String, String?)]) throws -> [Comparison] {
        try conditions.flatMap { operand, comparison, value, unit in
            let unit = unit.map { ",\"unit\":\"\($0)\"" } ?? ""
            let text =
                #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)\#(unit)}"#
            return try Policy(parsing: Fixture.constraint(text), format: .jsonld).permissions[0].allComparisons
        }
    }

    private static func counts(_ uses: [EarlierUses]) -> [[UInt64]] { uses.map { $0.spans.map(\.count) } }

    @Test(
        "numbers from which on a bound says something else",
        arguments: [
            ("count", "lteq", "3", [3]), ("count", "lt", "3", [2]), ("count", "gteq", "2.5", [2]),
            ("count", "neq", "3", [2, 3]), ("count", "lteq", "2.5", [2]), ("count", "lteq", "0", [0]),
            ("count", "lteq", "-4", []), ("hansa:volume", "lteq", "0", [1]), ("hansa:volume", "lt", "1", [1]),
            ("hansa:volume", "gt", "2.5", [3]), ("hansa:volume", "lteq", "-1.5", []), ("count", "lteq", "1e30", []),
            ("hansa:volume", "lteq", "\(Int64.max)", []),
        ] as [(String, String, String, [UInt64])])
    func starts(operand: String, comparison: String, value: String, expected: [UInt64]) throws {
        let comparisons = try Self.comparisons([(operand, comparison, value, nil)])
        #expect(EarlierUses.starts(comparisons).sorted() == expected)
    }

    @Test func `a longer span has no less`() throws {
        let comparisons = try Self.comparisons([
            ("count", "lteq", "3", "perHour"), ("count", "lteq", "2", "perDay"),
        ])
        let found = try EarlierUses.all(comparisons, bytesPass: false)
        #expect(found.allSatisfy { uses in uses.spans[0].count <= uses.spans[1].count })
        // Hours have up to 2 or more, days up to 1 or more.
        #expect(Set(Self.counts(found)) == [[0, 0], [0, 2], [3, 3]])
    }

    @Test func `where bytes have passed there was a use`() {
        let none = EarlierUses([.init(measure: .uses, window: nil, count: 0)])
        let one = EarlierUses([.init(measure: .uses, window: nil, count: 1)])
        let bytes = EarlierUses([.init(measure: .bytes, window: CountWindow(milliseconds: 60_000), count: 7)])
        #expect(none.isPossible && one.isPossible && bytes.isPossible)
        #expect(!none.replacing(bytes).isPossible)
        #expect(one.replacing(bytes).isPossible)
        #expect(one.replacing(bytes).replacing(none).spans.count == 2)
    }

    @Test func `more than can be tried is refused with the bound`() throws {
        let windows = ["perMinute", "perHour", "perDay", "perWeek"]
        let many = try Self.comparisons(
            windows.flatMap { window in (1...20).map { ("count", "neq", "\($0 * 2)", window as String?) } })
        let error = #expect(throws: SearchLimit.self) { try EarlierUses.all(many, bytesPass: false) }
        #expect(error?.words.contains("more than 4096") == true && error?.words.contains("`count`") == true)
    }

    @Test(
        "a whole number below",
        arguments: [
            ("2.5", 2), ("-2.5", -3), ("7", 7), ("0.25", 0), ("-0.25", -1), ("1e-30", 0), ("-1e-30", -1), ("1e30", nil),
            ("-1e30", nil), ("9223372036854775807.5", Int64.max), ("123.000", 123),
        ] as [(String, Int64?)])
    func floor(text: String, expected: Int64?) throws {
        #expect(try #require(Number(parsing: text)).floor == expected)
    }
}

@Suite struct SharedNamesTests {
    private static func sets(_ conditions: [(String, [String])]) throws -> [Set<String>] {
        let comparisons = try conditions.flatMap { comparison, names in
            let values = names.map { "\"\($0)\"" }.joined(separator: ",")
            let text =
                #"{"leftOperand":"hansa:consumerShares","operator":"\#(comparison)","rightOperand":[\#(values)]}"#
            return try Policy(parsing: Fixture.constraint(text), format: .jsonld).permissions[0].allComparisons
        }
        return try SharedNames(comparisons).sets().map { Set($0.map(\.description)) }
    }

    @Test func `any set of a few names is possible, none too`() throws {
        let sets = try Self.sets([("isAnyOf", ["air", "rain"]), ("isNoneOf", ["rain", "noise"])])
        #expect(sets.count == 8 && Set(sets).count == 8)
        #expect(sets.contains([]) && sets.contains(["air", "rain", "noise"]))
    }

    @Test func `what is no dataset's name is never shared`() throws {
        #expect(try Set(Self.sets([("isAnyOf", ["air", "not a name"])])) == [[], ["air"]])
    }

    @Test func `many names that stand together are few sets`() throws {
        let names = (0..<40).map { "n\($0)" }
        #expect(try Self.sets([("isAnyOf", names)]).count == 2)
        let all = try Self.sets([("isAllOf", names)])
        #expect(all.count == 3 && all.contains(Set(names)) && all.contains { $0.count == 1 })
    }

    @Test func `many names that stand apart are too many, and the bound is told`() throws {
        let conditions = (0..<13).map { ("isAnyOf", ["n\($0)"]) }
        let error = #expect(throws: SearchLimit.self) { try Self.sets(conditions) }
        #expect(error?.words.contains("more than 4096") == true && error?.words.contains("`consumerShares`") == true)
    }
}
