import Testing

@testable import SharingPolicy

@Suite struct ConflictTests {
    private static func rule(_ constraint: String, action: String = "use", party: String = "urn:example:alice")
        -> String
    {
        let constraints = constraint.isEmpty ? "" : #","constraint":[\#(constraint)]"#
        return #"{"assignee":"\#(party)","action":"\#(action)","target":"urn:example:x"\#(constraints)}"#
    }

    private static func purpose(_ comparison: String, _ values: String...) -> String {
        let list = values.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"leftOperand":"purpose","operator":"\#(comparison)","rightOperand":[\#(list)]}"#
    }

    private static func date(_ comparison: String, _ value: String) -> String {
        #"{"leftOperand":"dateTime","operator":"\#(comparison)","rightOperand":"\#(value)"}"#
    }

    /// The constraint of a permission, that of a prohibition, and how the two stand to one another.
    @Test(arguments: [
        ("", "", Conflict.conflict), ("", purpose("eq", "a"), .ambiguous), (purpose("eq", "a"), "", .conflict),
        (purpose("eq", "a"), purpose("eq", "a"), .conflict), (purpose("eq", "a"), purpose("eq", "b"), .none),
        (purpose("eq", "a"), purpose("neq", "b"), .conflict), (purpose("neq", "a"), purpose("neq", "b"), .ambiguous),
        (purpose("eq", "a"), purpose("isAnyOf", "a", "b"), .conflict),
        (purpose("isAnyOf", "a", "b"), purpose("isNoneOf", "b"), .ambiguous),
        (purpose("isAllOf", "a", "b"), purpose("isAllOf", "b", "a"), .conflict),
        (purpose("isAllOf", "a", "b"), purpose("isAnyOf", "b", "c"), .conflict),
        (purpose("eq", "mine"), purpose("isA", "kind"), .conflict),
        (purpose("eq", "other"), purpose("isA", "kind"), .none),
        (date("lt", "2026-01-01"), date("gteq", "2026-01-01"), .none),
        (date("lteq", "2026-01-01"), date("gteq", "2026-01-01"), .ambiguous),
        (date("lt", "2026-01-01"), date("lt", "2027-01-01"), .conflict),
        (
            "{\"and\":[\(date("gteq", "2025-01-01")),\(date("lteq", "2025-12-31"))]}", date("lt", "2026-01-01"),
            .conflict
        ),
        ("{\"or\":[\(purpose("eq", "a")),\(date("lt", "2026-01-01"))]}", purpose("isAnyOf", "a", "b"), .ambiguous),
        ("{\"xone\":[\(purpose("eq", "a")),\(purpose("neq", "a"))]}", purpose("isAnyOf", "a", "b"), .ambiguous),
    ])
    func `constraints decide whether a permission and a prohibition meet`(
        permission: String, prohibition: String, expected: Conflict
    ) throws {
        let documents = [
            Fixture.json("\"permission\":[\(Self.rule(permission))]"),
            Fixture.json("\"prohibition\":[\(Self.rule(prohibition))]"),
        ]
        let policies = PolicySet(try documents.map { try Policy(parsing: $0, format: .jsonld) })
        var state = EvaluationState()
        state.types[IRI("mine")] = [IRI("kind")]
        #expect(policies.conflict(state) == expected)
    }

    /// The actions and parties of both, and how they stand to one another.
    @Test(arguments: [
        ("read", "use", "urn:example:alice", Conflict.conflict), ("sell", "use", "urn:example:alice", .none),
        ("use", "read", "urn:example:alice", .conflict), ("read", "read", "urn:example:bob", .none),
        ("read", "read", "urn:example:group", .conflict),
    ])
    func `rules that are about different things do not meet`(
        allowed: String, forbidden: String, party: String, expected: Conflict
    ) throws {
        let document = Fixture.json(
            "\"conflict\":\"prohibit\",\"permission\":[\(Self.rule("", action: allowed))],"
                + "\"prohibition\":[\(Self.rule("", action: forbidden, party: party))]")
        var state = EvaluationState()
        state.memberships.insert(IRI("urn:example:alice"), in: IRI("urn:example:group"))
        #expect(PolicySet([try Policy(parsing: document, format: .jsonld)]).conflict(state) == expected)
    }

    @Test func `what is too much to decide is ambiguous`() throws {
        let rules = (0..<12).map { Self.rule(Self.date("gteq", "20\(10 + $0)-01-01")) }.joined(separator: ",")
        let document = Fixture.json("\"permission\":[\(rules)],\"prohibition\":[\(rules)]")
        let policies = PolicySet([try Policy(parsing: document, format: .jsonld)])
        #expect(policies.conflicts(budget: 1000).contains { $0.conflict == .ambiguous })
        #expect(policies.conflicts().contains { $0.conflict == .conflict })
    }

    /// Who is refined how in a permission and a prohibition, and how the two stand to one another.
    @Test(arguments: [
        (purpose("eq", "a"), purpose("eq", "b"), Conflict.none), (purpose("eq", "a"), purpose("eq", "a"), .conflict),
        (purpose("isAnyOf", "a", "b"), purpose("eq", "a"), .ambiguous),
    ])
    func `refinements decide like constraints`(permission: String, prohibition: String, expected: Conflict) throws {
        let target = { (refinement: String) in
            #"{"target":["urn:example:y",{"source":"urn:example:x","refinement":\#(refinement)}],"action":"use"}"#
        }
        let action = { (refinement: String) in
            #"{"target":"urn:example:x","action":{"rdf:value":{"@id":"odrl:read"},"refinement":\#(refinement)}}"#
        }
        for (permitted, prohibited) in [
            (target(permission), action(prohibition)), (action(permission), action(prohibition)),
            (action(permission), target(prohibition)),
        ] {
            let bytes = Fixture.json(#""permission":[\#(permitted)],"prohibition":[\#(prohibited)]"#)
            let policy = try Policy(parsing: bytes, format: .jsonld)
            #expect(PolicySet([policy]).conflict() == expected)
            #expect(policy.contradictions.isEmpty == (expected != .conflict))
        }
    }

    @Test func `what is refined in too many ways is ambiguous, and soon told`() throws {
        let assets = (0..<200).map { #"{"source":"urn:example:\#($0)","refinement":\#(Self.purpose("eq", "a"))}"# }
        let rule = #"{"target":[\#(assets.joined(separator: ","))],"action":["read","modify"]}"#
        let policy = try Policy(
            parsing: Fixture.json(#""permission":[\#(rule)],"prohibition":[\#(rule)]"#), format: .jsonld)
        #expect(PolicySet([policy]).conflict() == .ambiguous)
    }
}
