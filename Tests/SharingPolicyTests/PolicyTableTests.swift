import Testing

@testable import SharingPolicy

@Suite struct PolicyTableTests {
    private static let request =
        #"{consumer: MA.840.5363000, dataset: MA.156.1301/divisions, time: "2026-12-01T12:00:00Z"}"#

    /// A table that is refused, and what the reason speaks of.
    @Test(arguments: [
        ("tests: []", "`policies` is missing"), ("policies: [a.yaml]\ntests: []", "1 to 10000"),
        ("policies: []\ntests: [{}]", "1 to 64 files"), ("policies: a.yaml\ntests: []", "must be a list"),
        ("policies: [a.yaml]\ntests: [{expect: permit}]", "test 1: `request` is missing"),
        ("policies: [a.yaml]\ntests: [{request: \(request), expect: allow}]", "`permit` or `deny`"),
        ("policies: [a.yaml]\ntests: [{request: \(request), expect: permit, because: x}]", "`because` is not known"),
        ("policies: [a.yaml]\ntests: [{request: \(request), expect: deny, reason: x}]", "`no-permission`"),
        ("policies: [a.yaml]\ntests: [{request: {consumer: x}, expect: deny}]", "`time` is missing"),
        (
            "policies: [a.yaml]\ntests: [{request: {consumer: x, dataset: a, time: b}, expect: deny}]",
            "not an identification code"
        ),
        (
            "policies: [a.yaml]\ntests: [{request: {consumer: MA.156.1301, dataset: MA.156.1301/a, time: 2026-12-01T12:00:00Z, weather: wet}, expect: deny}]",
            "`weather` is not known"
        ),
        ("policies: [a.yaml]\ntests: &a []", "line 2"), ("[", "a value is missing"),
    ])
    func `what a table cannot mean is refused with its place`(text: String, reason: String) throws {
        let error = try #require(throws: PolicyError.self) { try PolicyTable(parsing: Array(text.utf8)) }
        #expect(error.code == .malformedDocument)
        #expect(error.message.contains(reason), "\(error.message)")
    }

    @Test func `a failure says what was expected and what came out`() throws {
        let text = """
            policies: [a.yaml]
            tests:
              - {name: one, request: \(Self.request), expect: deny, reason: no-policy, rule: urn:example:x, duties: [], obligations: [credit]}
              - {request: \(Self.request), expect: permit, rule: urn:example:p}
            """
        let policies = PolicySet([try Policy(parsing: Fixture.permission(""), format: .jsonld)])
        let results = try PolicyTable(parsing: Array(text.utf8)).run(policies)
        #expect(results.map(\.holds) == [false, true])
        #expect(results.map(\.test.name) == ["one", "test 2"])
        #expect(
            results[0].differences == [
                "decision: expected `deny`, came out as `permit`",
                "reason: expected `no-policy`, came out as `permission`",
                "rule: expected `urn:example:x`, came out as `urn:example:p`",
                "obligations: expected `credit`, came out as ``",
            ])
    }
}
