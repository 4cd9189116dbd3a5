import Testing

@testable import SharingPolicy

/// What was probably meant by a term that no vocabulary has.
@Suite struct NearestTermTests {
    private static func rule(_ action: String = "read", _ more: String = "") -> String {
        "{target: MA.156.1301/divisions, action: \(action)\(more.isEmpty ? "" : ", ")\(more)}"
    }

    private static func constraint(_ operand: String, _ comparison: String) -> String {
        rule("read", "constraint: [{leftOperand: \(operand), operator: \"\(comparison)\", rightOperand: research}]")
    }

    private static func problems(_ rule: String, _ more: String = "") throws -> [String] {
        let yaml = "type: Set\nuid: urn:example:policy\npermission: [\(rule)]\n\(more)"
        return try Policy(reading: Array(yaml.utf8), format: .yaml).problems.map(\.description)
    }

    @Test(arguments: [
        (rule("raed"), "`raed`", "read"), (rule("odrl:modfy"), "`odrl:modfy`", "modify"),
        (rule("read", "assignees: MA.840.5363000"), "`assignees`", "assignee"),
        (rule("read", "contraint: []"), "`contraint`", "constraint"),
        (constraint("purposes", "eq"), "`purposes`", "purpose"),
        (constraint("dayofweek", "eq"), "`dayofweek`", "dayOfWeek"),
        (constraint("purpose", "equal"), "`equal`", "eq"), (constraint("purpose", "="), "`=`", "eq"),
        (constraint("count", "<="), "`<=`", "lteq"), (constraint("count", "gte"), "`gte`", "gteq"),
        (constraint("purpose", "isanyof"), "`isanyof`", "isAnyOf"),
        (rule("read", "duty: [{action: credits}]"), "`credits`", "credit"),
        (rule("read", "duty: [{action: limitRow}]"), "`limitRow`", "limitRows"),
        (
            rule(
                "read",
                "duty: [{action: {value: redact, refinement: {leftOperand: fields, operator: isAnyOf, rightOperand: [/a]}}}]"
            ), "`fields`", "field"
        ),
    ])
    func `a misspelt term is answered with the one that is near`(rule: String, written: String, meant: String) throws {
        let found = try Self.problems(rule)
        #expect(
            found.contains { $0.contains(written) && $0.contains("(did you mean `\(meant)`?)") }, "\(found)")
    }

    @Test func `of a misspelt duty no more is said than that`() throws {
        let refined = "{value: redactt, refinement: {leftOperand: field, operator: isAnyOf, rightOperand: [/a]}}"
        let found = try Self.problems(Self.rule("read", "duty: [{action: \(refined)}]"))
        #expect(found.count == 1 && found[0].contains("did you mean `redact`?"), "\(found)")
        let policy =
            "type: Set\nuid: urn:example:p\npermission: [\(Self.rule("read", "duty: [{action: \(refined)}]"))]\n"
        let checked = try Policy(reading: Array(policy.utf8), format: .yaml).checkForProposal(by: Fixture.shijiazhuang)
        #expect(checked.map(\.description) == found)
    }

    /// Constraints that are easily read otherwise than they are written, and how often that is said.
    @Test(arguments: [
        ("timeOfDay, operator: lt, rightOperand: \"08:00:00\"", "`08:00:00` is a time of day by UTC", 1),
        ("timeOfDay, operator: lt, rightOperand: \"08:00:00Z\"", "by UTC", 0),
        ("timeOfDay, operator: lt, rightOperand: \"08:00:00-08:00\"", "by UTC", 0),
        ("dayOfWeek, operator: eq, rightOperand: Monday", "the days begin and end by UTC", 1),
        ("dayOfWeek, operator: eq, rightOperand: Monday, unit: UTC+00:00", "by UTC", 0),
    ])
    func `a clock that is not named is told`(constraint: String, words: String, count: Int) throws {
        let found = try Self.problems(Self.rule("read", "constraint: [{leftOperand: \(constraint)}]"))
        #expect(found.count { $0.contains(words) } == count && found.count == count, "\(found)")
        #expect(found.allSatisfy { $0.contains("warning: ") })
    }

    @Test func `a date that is none is answered with both forms`() throws {
        let wrong = "constraint: [{leftOperand: dateTime, operator: lteq, rightOperand: 2026-31-12}]"
        let found = try Self.problems(Self.rule("read", wrong))
        #expect(found.count == 1 && found[0].contains("a date, as `2026-12-31`, or a date and time"), "\(found)")
    }

    @Test func `who is no code is answered with one`() throws {
        let yaml =
            "type: Set\nuid: urn:example:p\npermission: [{assignee: San Francisco, target: MA.156.1301/divisions, "
            + "action: read}]\n"
        let found = try Policy(reading: Array(yaml.utf8), format: .yaml).checkForProposal(by: Fixture.shijiazhuang)
        #expect(found.contains { $0.expected?.contains("a code, as `MA.156.1301`") == true }, "\(found)")
    }

    @Test func `a member of the policy too`() throws {
        let found = try Self.problems(Self.rule(), "prohibitions: []\n")
        #expect(
            found.contains { $0.contains("`prohibitions`") && $0.contains("did you mean `prohibition`?") }, "\(found)")
    }

    /// Names and a nested member as somebody writes them who has not read the profile.
    @Test(arguments: [
        (
            "{target: weather, action: read}",
            "`weather` is not an asset; expected a dataset, as `MA.156.1301/air-quality`"
        ),
        (rule("read", "assignee: Seattle"), "`Seattle` is not a party; expected a code, as `MA.156.1301`"),
        (rule("read", "uid: one two"), "expected an absolute IRI, as `urn:example:"),
        (
            rule(
                "read", "duty: [{action: limitRows, refinement: {leftOperand: rows, operator: lteq, rightOperand: 5}}]"),
            "`refinement` is not known here (it stands inside an action, as `{value: redact, refinement: …}`)"
        ),
    ])
    func `what was expected is shown as it is written`(rule: String, words: String) throws {
        let found = try Self.problems(rule)
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }

    @Test(arguments: ["zzzzzzzz", ">>", "x", "https://example.org/reed", String(repeating: "read", count: 40_000)])
    func `nothing is said where nothing is near`(action: String) throws {
        let found = try Self.problems(Self.rule("\"\(action)\""))
        #expect(found.contains { $0.contains("is not known here") })
        #expect(!found.contains { $0.contains("did you mean") }, "\(found)")
    }

    /// Whoever fills a document with misspelt terms must not keep a node busy with guesses.
    @Test func `only the first of many misspelt terms are guessed at`() throws {
        let rules = (0..<200).map { Self.rule("raed\($0 % 10)", "constraints\($0): []") }
        let yaml = "type: Set\nuid: urn:example:policy\npermission:\n" + rules.map { "- \($0)\n" }.joined()
        let found = try Policy(reading: Array(yaml.utf8), format: .yaml).problems.map(\.description)
        #expect(found.count { $0.contains("is not known here") } == 400)
        #expect((1...16).contains(found.count { $0.contains("did you mean") }))
    }
}
