import Testing

@testable import SharingPolicy

/// What a consumer is told that it gains or loses where it may still do the same, with other duties.
@Suite struct AllowanceChangeTests {
    private static func refinement(_ operand: String, _ comparison: String, _ value: String) -> String {
        #"{"leftOperand":"hansa:\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)}"#
    }

    private static func duty(_ name: String, _ refinements: String...) -> String {
        #"{"action":{"rdf:value":{"@id":"hansa:\#(name)"},"refinement":[\#(refinements.joined(separator: ","))]}}"#
    }

    private static func redact(_ fields: String) -> String { duty("redact", refinement("field", "isAnyOf", fields)) }

    private static func rows(_ count: Int) -> String { duty("limitRows", refinement("rows", "lteq", "\(count)")) }

    private static func cases(_ count: Int) -> String {
        duty("suppressBelow", refinement("field", "isAnyOf", #"["/n"]"#), refinement("cases", "gteq", "\(count)"))
    }

    private static func alike(_ count: Int) -> String {
        duty("suppressBelow", refinement("alike", "isAllOf", #"["/*/age"]"#), refinement("rows", "gteq", "\(count)"))
    }

    private static func positions(_ decimals: Int) -> String {
        duty("coarsen", refinement("positionDecimals", "lteq", "\(decimals)"))
    }

    private static func step(_ step: String) -> String {
        duty("coarsen", refinement("field", "isAnyOf", #"["/x"]"#), refinement("step", "eq", "\"\(step)\""))
    }

    private static func keep(_ fields: String) -> String { duty("keepFields", refinement("field", "isAnyOf", fields)) }

    private static func changes(_ old: [String], _ new: [String]) throws -> [PolicyChange] {
        let sets = try [old, new].map { duties in
            let members = duties.isEmpty ? "" : "\"duty\":[\(duties.joined(separator: ","))]"
            return PolicySet([try Policy(parsing: Fixture.permission(members), format: .jsonld)])
        }
        return sets[1].changes(from: sets[0], near: Fixture.noon).changes
    }

    /// The stricter duty, the weaker one, and what losing the stricter is in words; the way back is a loss.
    @Test(
        arguments: [
            ([redact(#"["/wind"]"#)], [], "gains the field `/wind`"),
            (
                [redact(#"["/a","/b"]"#)], [redact(#"["/b"]"#)],
                "gains the field `/a` (a response without `/b` is refused)"
            ),
            (
                [redact(#"["/a","/b","/c"]"#)], [redact(#"["/b","/c"]"#)],
                "gains the field `/a` (a response with none of `/b`, `/c` is refused)"
            ),
            ([redact(#"["/a","/b"]"#)], [], "gains the fields `/a`, `/b`"),
            ([keep(#"["/a"]"#)], [], "gains all other fields than `/a`"),
            ([keep(#"["/a"]"#)], [keep(#"["/a","/b"]"#)], "gains `/b` among the fields that are passed on"),
            ([positions(2)], [positions(5)], "gets positions to 5 decimals instead of to 2 decimals"),
            ([positions(1)], [], "gets positions exactly instead of to 1 decimal"),
            ([step("1")], [step("0.5")], "gets `/x` to multiples of 0.5 instead of to multiples of 1"),
            ([step("1")], [], "gets `/x` exactly instead of to multiples of 1"),
            ([cases(10)], [cases(3)], "gets rows whose `/n` is 3 or more instead of 10 or more"),
            ([cases(10)], [], "gets rows whose `/n` is anything instead of 10 or more"),
            (
                [alike(10)], [alike(5)],
                "gets rows of which 5 are alike in `/*/age` instead of rows of which 10 are alike in `/*/age`"
            ),
            ([alike(2)], [], "gets rows that are like no other instead of rows of which 2 are alike in `/*/age`"),
            ([rows(10)], [rows(100)], "gets at most 100 rows instead of at most 10 rows"),
            ([rows(1)], [], "gets all rows instead of at most 1 row"),
            ([#"{"action":"hansa:credit"}"#], [], "no longer owes credit"),
        ] as [([String], [String], String)])
    func `a weaker duty is a gain and a stricter one a loss`(strict: [String], weak: [String], words: String) throws {
        let gains = try Self.changes(strict, weak)
        #expect(gains.map(\.kind) == [.gains])
        #expect(gains.first?.gained == [words])
        #expect(gains.first?.lost == [])
        #expect(
            gains.first?.words.contains("may still read MA.156.1301/divisions; \(words); before: ") == true, "\(gains)")
        let losses = try Self.changes(weak, strict)
        #expect(losses.map(\.kind) == [.loses])
        #expect(losses.first?.gained == [])
        #expect(losses.first?.lost.count == 1)
    }

    @Test func `what is a gain and a loss is both`() throws {
        let found = try Self.changes(
            [Self.redact(#"["/a"]"#), Self.rows(10)], [Self.redact(#"["/b"]"#), Self.rows(20)])
        #expect(found.map(\.kind) == [.differs])
        #expect(
            found.first?.gained == [
                "gains the field `/a` (a response without `/b` is refused)",
                "gets at most 20 rows instead of at most 10 rows",
            ])
        #expect(found.first?.lost == ["loses the field `/b`"])
    }

    @Test func `a quota that is raised is a gain, and a warning of what replaces`() throws {
        func policy(_ count: Int) throws -> Policy {
            let constraint =
                #"{"leftOperand":"count","operator":"lteq","rightOperand":\#(count),"unit":"hansa:perDay"}"#
            return try Policy(parsing: Fixture.constraint(constraint), format: .jsonld)
        }
        let (old, new) = (try policy(10), try policy(20))
        let found = PolicySet([new]).changes(from: PolicySet([old]), near: Fixture.noon).changes
        #expect(found.map(\.kind) == [.gains])
        #expect(found.first?.words.contains("times 11 to 20 within a day") == true, "\(found.map(\.words))")
    }

    @Test func `a count is said of the purpose that it binds, and of no other`() throws {
        func rule(_ purpose: String, _ more: String = "") -> String {
            #"{"assignee":"did:ma:840.5363000","target":"did:ma:156.1301/divisions","action":"read","constraint":[{"leftOperand":"purpose","operator":"eq","rightOperand":"\#(purpose)"}\#(more)]}"#
        }
        func counted(_ count: Int) -> String {
            #",{"leftOperand":"count","operator":"lteq","rightOperand":\#(count),"unit":"perDay"}"#
        }
        let rules = [rule("daily", counted(1)), rule("weather", counted(100)), rule("hours")]
        let policy = try Policy(
            parsing: Fixture.json("\"permission\":[\(rules.joined(separator: ","))]"), format: .jsonld)
        let found = PolicySet([policy]).changes(from: PolicySet(), near: Fixture.noon).changes
        #expect(
            Set(found.map(\.conditions)) == [
                ["the first time within a day", "purpose `daily`"],
                ["the first 100 times within a day", "purpose `weather`"], ["purpose `hours`"],
            ])
    }

    @Test func `only a gain is a warning of what a policy replaces`() throws {
        let document = { (duty: String) in Fixture.permission("\"duty\":[\(duty)]") }
        let strict = try Policy(parsing: document(Self.rows(10)), format: .jsonld)
        let weak = try Policy(parsing: document(Self.rows(20)), format: .jsonld)
        let broader = weak.broadenings(from: PolicySet([strict]), to: PolicySet([weak]), at: Fixture.noon)
        #expect(broader.count == 1)
        #expect(
            broader.first?.message.contains("gets at most 20 rows instead of at most 10 rows") == true, "\(broader)")
        #expect(strict.broadenings(from: PolicySet([weak]), to: PolicySet([strict]), at: Fixture.noon).isEmpty)
    }
}
