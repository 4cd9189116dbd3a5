import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct PolicyComparisonTests {
    private static func compare(_ left: [UInt8], _ right: [UInt8], budget: Int = 1_000_000) throws -> PolicyComparison {
        let sets = try [left, right].map { PolicySet([try Policy(reading: $0, format: .jsonld)]) }
        return sets[0].compared(with: sets[1], near: Fixture.noon, budget: budget)
    }

    private static func condition(_ operand: String, _ comparison: String, _ value: String, unit: String? = nil)
        -> String
    {
        let unit = unit.map { ",\"unit\":\"\($0)\"" } ?? ""
        return #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)\#(unit)}"#
    }

    private static let research = condition("purpose", "eq", "\"research\"")
    private static let workdays = condition(
        "hansa:dayOfWeek", "isNoneOf", #"["Saturday","Sunday"]"#)
    private static let until2027 = condition("dateTime", "lt", "\"2027-01-01T00:00:00Z\"")

    /// The constraints of two permissions, and how the first stands to the second.
    @Test(
        arguments: [
            ("", condition("hansa:volume", "lteq", "10", unit: "hansa:MBPerDay"), .wider),
            (
                condition("hansa:volume", "lteq", "10", unit: "hansa:MBPerDay"),
                condition("hansa:volume", "lt", "10000001", unit: "hansa:BPerDay"), .equal
            ),
            (
                condition("hansa:volume", "lteq", "10", unit: "hansa:MBPerDay"),
                condition("hansa:volume", "lteq", "10", unit: "hansa:MBPerHour"), .narrower
            ),
            (
                condition("hansa:volume", "lteq", "10", unit: "hansa:MBPerDay"),
                condition("count", "lteq", "10", unit: "perDay"), .incomparable
            ),
            // Bytes do not pass without a use.
            (
                condition("hansa:volume", "gt", "0", unit: "hansa:B"),
                condition("hansa:volume", "gt", "0", unit: "hansa:B") + "," + condition("count", "gteq", "2"), .equal
            ),
            (condition("hansa:payloadSize", "lteq", "2.5"), condition("hansa:payloadSize", "lteq", "3.5"), .narrower),
            (condition("count", "lteq", "2.5"), condition("count", "lteq", "2"), .equal),
            (condition("count", "lteq", "2.5"), condition("count", "lteq", "3.5"), .narrower),
            ("", condition("hansa:consumerShares", "isAnyOf", #"["a"]"#), .wider),
            (
                condition("hansa:consumerShares", "isAnyOf", #"["a"]"#),
                condition("hansa:consumerShares", "isAnyOf", #"["a","b"]"#), .narrower
            ),
            (
                condition("hansa:consumerShares", "isAllOf", #"["a","b"]"#),
                condition("hansa:consumerShares", "isAnyOf", #"["a"]"#) + ","
                    + condition("hansa:consumerShares", "isAnyOf", #"["b"]"#), .equal
            ),
            // What a city shares is known of every one.
            (
                "{\"or\":[\(condition("hansa:consumerShares", "isAnyOf", "[\"a\"]")),\(condition("hansa:consumerShares", "isNoneOf", "[\"a\"]"))]}",
                "", .equal
            ),
            ("", "", .equal), ("", research, .wider), (research, "", .narrower),
            (research, condition("purpose", "isAnyOf", #"["research"]"#), .equal),
            (research, condition("purpose", "isAnyOf", #"["research","planning"]"#), .narrower),
            (research, condition("purpose", "eq", "\"planning\""), .incomparable),
            // Without a purpose nothing is known to differ from one.
            ("", condition("purpose", "neq", "\"x\""), .wider),
            ("{\"or\":[\(research),\(condition("purpose", "neq", "\"research\""))]}", "", .narrower),
            (until2027, condition("dateTime", "lteq", "\"2026-12-31T23:59:59.999Z\""), .equal),
            (until2027, condition("dateTime", "lteq", "\"2026-12-31\""), .equal),
            (until2027, condition("dateTime", "lteq", "\"2026-12-31T23:59:59.998Z\""), .wider),
            // Days and times of day are days and times of dates: 2026-11-22 was a Sunday.
            (
                workdays + "," + condition("dateTime", "gteq", "\"2026-11-21\"") + ","
                    + condition("dateTime", "lteq", "\"2026-11-22\""),
                condition("purpose", "isAnyOf", "[\"a\"]") + "," + condition("purpose", "isNoneOf", "[\"a\"]"), .equal
            ),
            (
                condition("dateTime", "eq", "\"2026-11-22\""),
                condition("dateTime", "eq", "\"2026-11-22\"") + "," + condition("hansa:dayOfWeek", "eq", "\"Sunday\""),
                .equal
            ),
            (
                condition("dateTime", "eq", "\"2026-11-22\""),
                condition("dateTime", "eq", "\"2026-11-22\"") + ","
                    + condition("hansa:dayOfWeek", "eq", "\"Sunday\"", unit: "UTC+08:00"), .wider
            ),
            (
                condition("hansa:timeOfDay", "lt", "\"08:00:00+08:00\""),
                condition("hansa:timeOfDay", "lt", "\"07:59:59+08:00\""), .wider
            ),
            (condition("count", "lteq", "10", unit: "perDay"), condition("count", "lt", "11", unit: "perDay"), .equal),
            (condition("count", "lteq", "10", unit: "perDay"), condition("count", "lteq", "9", unit: "perDay"), .wider),
            // Nobody has fewer uses in a day than in an hour of it.
            (
                condition("count", "lteq", "10", unit: "perDay"),
                condition("count", "lteq", "10", unit: "perDay") + ","
                    + condition("count", "lteq", "10", unit: "perHour"),
                .equal
            ),
            (
                condition("count", "lteq", "10", unit: "perDay"),
                condition("count", "lteq", "10", unit: "perDay") + ","
                    + condition("count", "lteq", "5", unit: "perHour"),
                .wider
            ),
            (
                condition("hansa:payloadSize", "lteq", "1", unit: "KiB"), condition("hansa:payloadSize", "lt", "1025"),
                .equal
            ),
            (condition("recipient", "isPartOf", "\"did:ma:840\""), "", .equal),
            (condition("recipient", "eq", "\"did:ma:840.5363000\""), "", .narrower),
            (condition("recipient", "neq", "\"did:ma:840.5363000.07\""), "", .narrower),
            (
                condition("recipient", "isPartOf", "\"did:ma:156\""),
                condition("recipient", "eq", "\"did:ma:156.1301\""), .equal
            ),
        ] as [(String, String, PolicyComparison.Relation)])
    func `constraints are compared exactly`(left: String, right: String, expected: PolicyComparison.Relation) throws {
        let documents = [left, right].map { $0.isEmpty ? Fixture.permission("") : Fixture.constraint($0) }
        #expect(try Self.compare(documents[0], documents[1]).relation == expected)
        let mirrored: [PolicyComparison.Relation: PolicyComparison.Relation] = [.wider: .narrower, .narrower: .wider]
        #expect(try Self.compare(documents[1], documents[0]).relation == mirrored[expected] ?? expected)
    }

    /// Members of two permissions besides their target.
    @Test(
        arguments: [
            (
                #""assignee":"did:ma:840.5363000","action":"read""#, #""assignee":"did:ma:840","action":"read""#,
                .narrower
            ),
            (
                #""assignee":"did:ma:840.5363000.01","action":"read""#,
                #""assignee":"did:ma:840.5363000","action":"read""#, .narrower
            ),
            (
                #""assignee":["did:ma:840","did:ma:840.5363000"],"action":"read""#,
                #""assignee":"did:ma:840","action":"read""#, .equal
            ),
            (
                #""assignee":"did:ma:840.536300","action":"read""#, #""assignee":"did:ma:840.5363000","action":"read""#,
                .incomparable
            ),
            (#""assignee":"did:ma:840","action":"read""#, #""assignee":"did:ma:840","action":"use""#, .narrower),
            (#""assignee":"did:ma:840","action":"write""#, #""assignee":"did:ma:840","action":"modify""#, .equal),
            (
                #""assignee":"did:ma:840","action":"transfer""#, #""assignee":"did:ma:840","action":["give","sell"]"#,
                .wider
            ),
            (#""action":"read","duty":[{"action":"hansa:credit"}]"#, #""action":"read""#, .narrower),
        ] as [(String, String, PolicyComparison.Relation)])
    func `parties, actions and duties are compared as they cover one another`(
        left: String, right: String, expected: PolicyComparison.Relation
    ) throws {
        let documents = [left, right].map {
            Fixture.json(#""permission":[{"target":"did:ma:156.1301/divisions",\#($0)}]"#)
        }
        #expect(try Self.compare(documents[0], documents[1]).relation == expected)
    }

    @Test func `a permission with a field less is narrower, and two fields differ either way`() throws {
        func document(_ fields: String) -> [UInt8] {
            let duty =
                #"{"action":{"rdf:value":{"@id":"hansa:redact"},"refinement":{"leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":[\#(fields)]}}}"#
            return Fixture.permission(fields.isEmpty ? "" : "\"duty\":[\(duty)]")
        }
        #expect(try Self.compare(document("\"/a\""), document("")).relation == .narrower)
        #expect(try Self.compare(document("\"/a\""), document("\"/a\",\"/b\"")).relation == .wider)
        #expect(try Self.compare(document("\"/a\""), document("\"/b\"")).relation == .incomparable)
    }

    @Test func `a prohibition narrows, and one of something else does not`() throws {
        func document(_ prohibition: String) -> [UInt8] {
            Fixture.permission(
                "",
                policy:
                    "\"conflict\":\"prohibit\",\"prohibition\":[{\"target\":\"did:ma:156.1301/divisions\",\(prohibition)}],"
            )
        }
        let plain = Fixture.permission("")
        #expect(
            try Self.compare(document(#""action":"read","assignee":"did:ma:840.5363000.02""#), plain).relation
                == .narrower)
        #expect(try Self.compare(document(#""action":"sell""#), plain).relation == .equal)
        #expect(try Self.compare(document(#""action":"use","assignee":"did:ma:156""#), plain).relation == .equal)
    }

    @Test func `what would take too long is undecided rather than guessed`() throws {
        let many = (0..<9).map { Self.condition("hansa:agreement", "neq", "\"a\($0)\"") }.joined(separator: ",")
        let left = Fixture.constraint(many)
        let right = Fixture.constraint(many + "," + Self.condition("hansa:agreement", "neq", "\"b\""))
        #expect(try Self.compare(left, right, budget: 100).relation == .undecided)
        #expect(try Self.compare(left, right).relation == .wider)
    }

    /// Random policies against every request of a grid, most of which the analysis did not think of.
    @Test(arguments: 0..<80 as Range<UInt64>)
    func `no request of a grid contradicts what was decided`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 3 << 40)
        let sets = try (0..<2).map { _ in
            let bytes = Fixture.json(
                #""conflict":"\#(generator.pick(["perm", "prohibit", "invalid"]))","permission":[\#(generator.comparable(.permission)),\#(generator.comparable(.permission))],"prohibition":[\#(generator.comparable(.prohibition))]"#
            )
            return PolicySet([try Policy(reading: bytes, format: .jsonld)])
        }
        let found = sets[0].compared(with: sets[1], near: Fixture.noon)
        #expect(found.relation != .undecided)
        for difference in [found.moreInFirst, found.moreInSecond].compactMap(\.self) {
            let (request, state) = (difference.situation.request, difference.situation.state(EvaluationState()))
            #expect(Allowance(sets[0].evaluate(request, state)) == Allowance(difference.first))
            #expect(Allowance(sets[0].evaluate(request, state)) != Allowance(sets[1].evaluate(request, state)))
        }
        var (isLess, isMore) = (false, false)
        // What no rule's own counts reach is none of it.
        let reached = sets.map(\.withReachedCounts)
        for _ in 0..<800 {
            let (request, uses) = (generator.gridRequest(), generator.pick([0, 1, 2, 4, 5, 9] as [UInt64]))
            let state = EvaluationState { _ in uses }
            let (left, right) = (reached[0].evaluate(request, state), reached[1].evaluate(request, state))
            isMore = isMore || !Allowance(right).isAtLeast(Allowance(left))
            isLess = isLess || !Allowance(left).isAtLeast(Allowance(right))
        }
        #expect(!isMore || found.moreInFirst != nil, "seed \(seed)")
        #expect(!isLess || found.moreInSecond != nil, "seed \(seed)")
    }

    /// Where the codes stand that are too many to try all of, and what they stand in.
    @Test(arguments: [
        (#""assignee":[CODES]"#, 2000), (#""assignee":[CODES]"#, 1001),
        (#""constraint":{"leftOperand":"recipient","operator":"isAnyOf","rightOperand":[CODES]}"#, 1001),
    ])
    func `what names too many codes is undecided rather than tried`(member: String, count: Int) throws {
        let codes = (0..<count).map { "\"did:ma:840.\(10_000 + $0)\"" }.joined(separator: ",")
        let rule = member.replacing("CODES", with: codes)
        let document = Fixture.json(
            #""conflict":"prohibit","permission":[{"target":"did:ma:156.1301/x","action":"read",\#(rule)}],"prohibition":[{"target":"did:ma:156.1301/x","action":"read",\#(rule)}]"#
        )
        let policy = try Policy(parsing: document, format: .jsonld)
        #expect(PolicySet([policy]).compared(with: PolicySet(), near: Fixture.noon).relation == .undecided)
        #expect(policy.lint(at: Fixture.noon).map(\.path) == [""])
    }

}

extension PropertyTests.Generator {
    fileprivate mutating func comparable(_ kind: Rule.Kind) -> String {
        var conditions: [String] = []
        for _ in 0..<Int.random(in: 0...3, using: &self) { conditions.append(condition(kind)) }
        let constraint = conditions.isEmpty ? "" : ",\"constraint\":[\(conditions.joined(separator: ","))]"
        let assignee = pick(["840", "840.5363000", "840.5363000.01", "156.1302"])
        return
            #"{"target":"did:ma:156.1301/divisions","assignee":"did:ma:\#(assignee)","action":"\#(pick(["read", "use", "modify"]))"\#(constraint)}"#
    }

    private mutating func condition(_ kind: Rule.Kind) -> String {
        func made(_ operand: String, _ comparison: String, _ value: String, _ unit: String = "") -> String {
            #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)\#(unit)}"#
        }
        let choices = [
            made("purpose", pick(["eq", "neq", "isAnyOf", "isNoneOf"]), pick(["\"research\"", "\"planning\""])),
            made(
                "dateTime", pick(["lt", "gteq", "lteq", "eq"]), pick(["\"2026-11-22\"", "\"2026-11-24T12:00:00Z\""])),
            made("hansa:dayOfWeek", pick(["eq", "neq"]), pick(["\"Sunday\"", "\"Tuesday\""])),
            made("hansa:timeOfDay", pick(["lt", "gteq"]), pick(["\"08:00:00+08:00\"", "\"12:00:00Z\""])),
            made(
                "recipient", pick(["eq", "neq", "isPartOf"]),
                pick(["\"did:ma:840.5363000\"", "\"did:ma:840.5363000.01\""])),
            made("count", pick(["lteq", "gt"]), pick(["2", "5"]), ",\"unit\":\"perDay\""),
        ]
        return pick(kind == .permission ? choices : choices.dropLast())
    }

    fileprivate mutating func gridRequest() -> AccessRequest {
        let second = Int.random(in: 0..<7 * 24, using: &self) * 3600 - pick([0, 0, 1])
        return AccessRequest(
            consumer: Fixture.code(
                pick([
                    "MA.840.5363000", "MA.840.5363000.01", "MA.840.5363000.01.05", "MA.840.5363000.77",
                    "MA.840.0667000", "MA.156.1302",
                ])),
            dataset: Fixture.dataset("MA.156.1301/divisions"), action: pick(["read", "use", "modify", "play"]),
            purpose: pick(["research", "planning", "other", nil]),
            time: Fixture.moment("2026-11-20T00:00:00Z").adding(seconds: Int64(second)))
    }
}
