import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct PolicyLintTests {
    private static func condition(_ operand: String, _ comparison: String, _ value: String) -> String {
        #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)}"#
    }

    private static func permission(_ constraints: String..., assignee: String = "840.5363000") -> String {
        #"{"assignee":"did:ma:\#(assignee)","target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(constraints.joined(separator: ","))]}"#
    }

    private static let research = condition("purpose", "eq", "\"research\"")

    /// Rules, the place that is warned of and what the warning says.
    @Test(arguments: [
        (permission(research, condition("purpose", "eq", "\"planning\"")), "/permission/0", "never permits"),
        (
            permission(condition("hansa:dayOfWeek", "eq", "\"Monday\""), condition("dateTime", "eq", "\"2026-11-22\"")),
            "/permission/0", "never permits"
        ),
        (permission(condition("dateTime", "lt", "\"2026-01-01\"")), "/permission/0", "expired"),
        (permission(research) + "," + permission(), "/permission/0", "`/permission/1` already permits all of it"),
        (
            permission(research) + "," + permission(research), "/permission/1",
            "`/permission/0` already permits all of it"
        ),
        (permission(research, condition("purpose", "neq", "\"other\"")), "/permission/0/constraint/1", "always true"),
        (permission(condition("recipient", "isPartOf", "\"did:ma:840\"")), "/permission/0/constraint/0", "always true"),
    ])
    func `what is without effect is told with its place`(rules: String, path: String, words: String) throws {
        let found = try Policy(parsing: Fixture.json("\"permission\":[\(rules)]"), format: .jsonld).lint(
            at: Fixture.noon)
        #expect(found.map(\.path) == [path])
        #expect(found.first?.message.contains(words) == true, "\(found)")
        #expect(found.allSatisfy { $0.severity == .warning && $0.expected != nil })
    }

    /// Conditions on counts, and what is warned of.
    @Test(
        arguments: [
            ([("count", "eq", "3", "perDay")], "never permits anything: the first time within a day is refused"),
            ([("count", "gteq", "2", nil)], "never permits anything: the first time is refused"),
            ([("count", "gt", "1", "perHour"), ("count", "lteq", "9", "perDay")], "the first time within an hour is"),
            ([("hansa:volume", "gteq", "1", "BPerDay")], "while no bytes have passed within a day is refused"),
            ([("count", "neq", "3", "perDay")], "beyond 2 uses within a day is never reached"),
            ([("count", "eq", "1", "perDay")], nil), ([("count", "lteq", "3", "perDay")], nil),
            ([("count", "lteq", "3", "perHour"), ("count", "lt", "10", "perDay")], nil),
            ([("hansa:volume", "lt", "5", "kBPerDay"), ("count", "lteq", "2", "perDay")], nil),
        ] as [([(String, String, String, String?)], String?)])
    func `counts that are never reached are told`(counts: [(String, String, String, String?)], words: String?) throws {
        let conditions = counts.map { operand, comparison, value, unit in
            let unit = unit.map { ",\"unit\":\"\($0)\"" } ?? ""
            return #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)\#(unit)}"#
        }
        let rule =
            #"{"assignee":"did:ma:840","target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(conditions.joined(separator: ","))]}"#
        let policy = try Policy(parsing: Fixture.json("\"permission\":[\(rule)]"), format: .jsonld)
        let found = policy.lint(at: Fixture.noon)
        #expect(found.count == (words == nil ? 0 : 1), "\(found)")
        #expect(words.map { found.first?.message.contains($0) == true } ?? true, "\(found)")
        let isNever = found.first?.message.contains("it never permits anything") == true
        #expect(
            (PolicySet([policy]).compared(with: PolicySet(), near: Fixture.noon).relation == .equal) == isNever)
    }

    /// A policy that permits on one day alone, and the times of proposals that it does not fit.
    @Test(
        arguments: [
            ("2026-12-06T00:00:00Z", nil, "it ends before it would come into force, at 2026-12-06T00:00:00Z"),
            (nil, "2026-12-01T00:00:00Z", "it never permits anything until 2026-12-01T00:00:00Z"),
            ("2026-12-06T00:00:00Z", "2027-01-01T00:00:00Z", "it ends before it would come into force"),
            ("2026-12-01T00:00:00Z", "2026-12-05T00:00:00Z", "it never permits anything until 2026-12-05T00:00:00Z"),
            ("2026-12-01T00:00:00Z", nil, nil), (nil, "2026-12-05T00:00:01Z", nil), (nil, nil, nil),
        ] as [(String?, String?, String?)])
    func `times of a proposal in which a policy permits nothing are told`(
        from: String?, until: String?, words: String?
    ) throws {
        let rule = Self.permission(Self.condition("dateTime", "eq", "\"2026-12-05\""))
        let found = try Policy(parsing: Fixture.json("\"permission\":[\(rule)]"), format: .jsonld).lint(
            at: Fixture.noon, from: from.map(Fixture.moment), until: until.map(Fixture.moment))
        #expect(found.count == (words == nil ? 0 : 1), "\(found)")
        if let words { #expect(found.first?.message.contains(words) == true, "\(found)") }
        #expect(!found.contains { $0.message.contains("expired") })
    }

    @Test func `hours over midnight are answered with an alternative`() throws {
        let rule = Self.permission(
            Self.condition("hansa:timeOfDay", "gteq", "\"22:00:00-08:00\""),
            Self.condition("hansa:timeOfDay", "lt", "\"06:00:00-08:00\""))
        let found = try Policy(parsing: Fixture.json("\"permission\":[\(rule)]"), format: .jsonld).lint(
            at: Fixture.noon)
        #expect(found.map(\.path) == ["/permission/0"])
        #expect(
            found.first?.expected?.contains("an `or` of both: timeOfDay is at least `22:00-08:00` or ") == true,
            "\(found)")
    }

    private static let redacting =
        #"{"assignee":"did:ma:840.0667000","target":"did:ma:156.1301/divisions","action":"read","duty":[{"action":{"rdf:value":{"@id":"hansa:redact"},"refinement":{"leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["/a"]}}}]}"#

    /// A permission, and what is warned of beside one that takes a field out.
    @Test(arguments: [
        (#"{"target":"did:ma:156.1301/divisions","action":"read"}"#, ["anybody may read", "is then worth nothing"]),
        (#"{"target":"did:ma:156.1301/divisions","action":"use"}"#, ["anybody may use", "is then worth nothing"]),
        (#"{"target":"did:ma:156.1301/divisions","action":"delete"}"#, ["anybody may delete"]),
        (#"{"target":"did:ma:156.1301/other","action":"read"}"#, ["anybody may read"]),
        (redacting.replacing(#""assignee":"did:ma:840.0667000","#, with: ""), ["anybody may read"]),
        (
            #"{"target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(condition("purpose", "eq", "\"planning\""))]}"#,
            ["anybody may read", "goes out, purpose `planning`: its redaction is then worth nothing"]
        ),
        // What ends before the policy begins takes nothing from it.
        (
            #"{"target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(condition("dateTime", "lt", "\"2026-11-01\""))]}"#,
            ["anybody may read"]
        ),
        (permission(research), []),
    ])
    func `a permission that names no consumer is told`(rule: String, words: [String]) throws {
        let policies = try [rule, Self.redacting].map {
            try Policy(
                parsing: Fixture.json(#""profile":"urn:hansa:policy","permission":[\#($0)]"#), format: .jsonld)
        }
        let found = policies[0].openings(beside: [policies[1]], at: Fixture.noon)
        #expect(found.count == words.count, "\(found)")
        for (problem, words) in zip(found, words) { #expect(problem.message.contains(words), "\(problem)") }
        #expect(policies[0].openings(beside: [], at: Fixture.noon).count == min(words.count, 1))
        #expect(found.allSatisfy { $0.severity == .warning && $0.path == "/permission/0" })
    }

    @Test(arguments: [
        ("count", "", 1), ("count", #","unit":"hansa:perDay""#, 0), ("hansa:volume", #","unit":"MB""#, 1),
        ("hansa:volume", #","unit":"MBPerDay""#, 0),
    ])
    func `a count for ever is told`(operand: String, unit: String, count: Int) throws {
        let document = Fixture.constraint(
            #"{"leftOperand":"\#(operand)","operator":"lteq","rightOperand":3\#(unit)}"#)
        let found = try Policy(reading: document, format: .jsonld).endlessCounts
        #expect(found.map(\.path) == Array(repeating: "/permission/0/constraint/0", count: count))
    }

    @Test(arguments: [("perMinute", false), ("perHour", true)])
    func `what a count refuses elsewhere is not shadowed by more`(unit: String, isShadowed: Bool) throws {
        func count(_ limit: Int, _ unit: String) -> String {
            #"{"leftOperand":"count","operator":"lteq","rightOperand":\#(limit),"unit":"\#(unit)"}"#
        }
        let rules = [
            Self.permission(count(1000, "perHour")), Self.permission(count(1000, "perHour"), count(1, unit)),
        ]
        let found = try Policy(
            parsing: Fixture.json("\"permission\":[\(rules.joined(separator: ","))]"), format: .jsonld
        ).lint(at: Fixture.noon)
        #expect(found.contains { $0.message.contains("shadowed") } == isShadowed, "\(found)")
    }

    /// Rules with a mistake, in what is not understood or in what a proposal may not say.
    @Test(arguments: [
        permission(condition("purpos", "eq", "\"research\"")),
        permission(research, assignee: "840.5363000\",\"assigne\":\"x"),
        permission(research, condition("purpose", "eq", "\"planning\""), assignee: "99"),
    ])
    func `nothing more is said of a rule that has errors`(rule: String) throws {
        let policy = try Policy(
            reading: Fixture.json("\"permission\":[\(Self.permission(Self.research)),\(rule)]"), format: .jsonld)
        let found = policy.checkForProposal(by: Fixture.shijiazhuang)
        #expect(found.contains { $0.severity == .error && $0.path.hasPrefix("/permission/1") }, "\(found)")
        #expect(policy.lint(at: Fixture.noon, besides: found).isEmpty)
    }

    /// `Fixture.permission` has a uid, which is no place in the document.
    @Test func `a problem of a rule that has a name is told by its place`() throws {
        let policy = try Policy(
            reading: Fixture.permission("", policy: "\"prohibition\":[\(Self.permission(assignee: "156.1301"))],"),
            format: .jsonld)
        let found = policy.checkForProposal(by: Fixture.seattle, knowsParty: { _ in false }).map(\.path)
        #expect(
            found == [
                "/permission/0/target", "/permission/0/assignee", "/prohibition/0/target", "/prohibition/0/assignee",
            ])
    }

    @Test func `what narrows is not warned of`() throws {
        let rules = [
            Self.permission(Self.research), Self.permission(Self.condition("dateTime", "lt", "\"2027-01-01\"")),
            Self.permission(assignee: "840.0667000"),
        ]
        let policy = try Policy(
            parsing: Fixture.json("\"permission\":[\(rules.joined(separator: ","))]"), format: .jsonld)
        #expect(policy.lint(at: Fixture.noon).isEmpty)
    }

    @Test func `a permission for a country can be reached beside a prohibition for a city`() throws {
        let rule = { (assignee: String) in
            #"{"assignee":"did:ma:\#(assignee)","target":"did:ma:156.1301/divisions","action":"read"}"#
        }
        let policy = try Policy(
            parsing: Fixture.json("\"permission\":[\(rule("840"))],\"prohibition\":[\(rule("840.0667000"))]"),
            format: .jsonld)
        #expect(policy.lint(at: Fixture.noon).isEmpty)
        let refused = policy.checkForProposal(by: try IdentificationCode("MA.156.1301"))
        #expect(refused.contains { $0.message.contains("to some or all of those it is for") }, "\(refused)")
    }

    @Test func `a permission that is prohibited whole cannot be reached`() throws {
        let prohibition = #"{"assignee":"did:ma:840","target":"did:ma:156.1301/divisions","action":"use"}"#
        let policy = try Policy(
            parsing: Fixture.json(
                "\"conflict\":\"prohibit\",\"permission\":[\(Self.permission(Self.research))],\"prohibition\":[\(prohibition)]"
            ),
            format: .jsonld)
        #expect(
            policy.lint(at: Fixture.noon).map(\.message) == [
                "it cannot be reached: the policy prohibits everything it permits"
            ])
    }

    @Test(arguments: [("/*/name", true), ("/*/age", false)])
    func `rows that must be alike in what is taken out are warned of`(removed: String, isWarned: Bool) throws {
        let field = { (operand: String, comparison: String, pointer: String) in
            #"{"leftOperand":"hansa:\#(operand)","operator":"\#(comparison)","rightOperand":["\#(pointer)"]}"#
        }
        let duties = [
            #"{"action":{"rdf:value":{"@id":"hansa:redact"},"refinement":\#(field("field", "isAnyOf", removed))}}"#,
            #"{"action":{"rdf:value":{"@id":"hansa:suppressBelow"},"refinement":[\#(field("alike", "isAllOf", "/*/name")),{"leftOperand":"hansa:rows","operator":"gteq","rightOperand":5}]}}"#,
        ]
        let document = Fixture.permission("\"duty\":[\(duties.joined(separator: ","))]")
        let found = try Policy(parsing: document, format: .jsonld).lint(at: Fixture.noon)
        #expect(found.map(\.path) == (isWarned ? ["/permission/0/duty"] : []))
        #expect(found.allSatisfy { $0.message.contains("rows are always alike in `/*/name`") })
    }

    @Test func `what is broader than what it replaces is told`() throws {
        let sets = try [Self.permission(Self.research), Self.permission()].map {
            PolicySet([try Policy(parsing: Fixture.json("\"permission\":[\($0)]"), format: .jsonld)])
        }
        let policy = sets[0].policies[0]
        #expect(policy.broadenings(from: sets[1], to: sets[0], at: Fixture.noon).isEmpty)
        let found = policy.broadenings(from: sets[0], to: sets[1], at: Fixture.noon)
        #expect(
            found.map(\.message) == [
                "broader than what it replaces: MA.840.5363000 and its units may now read MA.156.1301/divisions, any purpose but `research` or no purpose"
            ])
    }
}
