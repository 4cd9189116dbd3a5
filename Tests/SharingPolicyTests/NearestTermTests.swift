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
