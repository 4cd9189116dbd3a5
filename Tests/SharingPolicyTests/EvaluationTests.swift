import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct EvaluationTests {
    /// Permissions, each with a count for a day and perhaps a purpose, asked in turn for purposes; how often each was let
    /// through until nothing more was.
    @Test(
        arguments: [
            // The same said twice permits no more.
            ([(3, nil), (3, nil)], ["research"], [3]),
            ([(3, nil), (5, nil)], ["research"], [5]),
            // Each counts what it permits, and nothing else.
            ([(3, "research"), (2, "planning")], ["research", "planning"], [3, 2]),
            ([(3, "research"), (4, nil)], ["research", "planning"], [4, 0]),
            ([(3, "research"), (4, nil)], ["planning", "research"], [4, 3]),
            ([(1000, "research"), (4, nil)], ["research", "planning"], [1000, 0]),
        ] as [([(Int, String?)], [String], [Int])])
    func `a permission counts what it permits, whatever else does`(
        permissions: [(count: Int, purpose: String?)], asked: [String], expected: [Int]
    ) throws {
        let rules = permissions.enumerated().map { number, permission in
            let purpose = permission.purpose.map {
                #",{"leftOperand":"purpose","operator":"eq","rightOperand":"\#($0)"}"#
            }
            return
                #"{"uid":"urn:example:\#(number)","target":"did:ma:156.1301/divisions","action":"read","constraint":["#
                + #"{"leftOperand":"count","operator":"lteq","rightOperand":\#(permission.count),"unit":"hansa:perDay"}"#
                + (purpose ?? "") + "]}"
        }
        let policies = PolicySet([
            try Policy(parsing: Fixture.json("\"permission\":[\(rules.joined(separator: ","))]"), format: .jsonld)
        ])
        var replay = PolicyReplay { _ in policies }
        let passed = asked.map { purpose in
            let request = Fixture.request(consumer: "MA.840.5363000", purpose: purpose)
            let dataset = Fixture.dataset("MA.156.1301/divisions")
            return (0..<1001).prefix { _ in replay.decide(request, for: dataset).isPermit }.count
        }
        #expect(passed == expected)
    }

    /// A constraint, the moment or purpose it is judged with, and whether a permission under it permits.
    @Test(arguments: [
        (#"{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#, true),
        (#"{"leftOperand":"purpose","operator":"eq","rightOperand":{"@id":"research"}}"#, true),
        (#"{"leftOperand":"purpose","operator":"neq","rightOperand":"research"}"#, false),
        (#"{"leftOperand":"purpose","operator":"isAnyOf","rightOperand":["a","research"]}"#, true),
        (#"{"leftOperand":"purpose","operator":"isAnyOf","rightOperand":{"@list":["a","b"]}}"#, false),
        (#"{"leftOperand":"purpose","operator":"isNoneOf","rightOperand":["a","b"]}"#, true),
        (#"{"leftOperand":"purpose","operator":"isAllOf","rightOperand":["research"]}"#, true),
        (#"{"leftOperand":"purpose","operator":"isAllOf","rightOperand":["research","a"]}"#, false),
        (#"{"leftOperand":"dateTime","operator":"lt","rightOperand":"2026-11-22T12:00:00Z"}"#, false),
        (#"{"leftOperand":"dateTime","operator":"lteq","rightOperand":"2026-11-22T12:00:00Z"}"#, true),
        (#"{"leftOperand":"dateTime","operator":"eq","rightOperand":"2026-11-22T20:00:00+08:00"}"#, true),
        (#"{"leftOperand":"dateTime","operator":"lt","rightOperand":"2026-11-22"}"#, false),
        (#"{"leftOperand":"dateTime","operator":"lteq","rightOperand":"2026-11-22"}"#, true),
        (#"{"leftOperand":"dateTime","operator":"eq","rightOperand":"2026-11-22"}"#, true),
        (#"{"leftOperand":"dateTime","operator":"gt","rightOperand":"2026-11-21"}"#, true),
        (#"{"leftOperand":"dateTime","operator":"gteq","rightOperand":"2026-11-23+14:00"}"#, true),
        (#"{"leftOperand":"hansa:timeOfDay","operator":"gteq","rightOperand":"12:00:00Z"}"#, true),
        (#"{"leftOperand":"hansa:timeOfDay","operator":"lt","rightOperand":"20:00:00+08:00"}"#, false),
        (#"{"leftOperand":"hansa:timeOfDay","operator":"lteq","rightOperand":"20:00:00+08:00"}"#, true),
        (#"{"leftOperand":"hansa:dayOfWeek","operator":"eq","rightOperand":"Sunday"}"#, true),
        (
            #"{"leftOperand":"hansa:dayOfWeek","operator":"isAnyOf","rightOperand":["Mon","Tue"],"unit":"UTC+13:00"}"#,
            true
        ),
        (#"{"leftOperand":"hansa:payloadSize","operator":"lteq","rightOperand":2,"unit":"KiB"}"#, true),
        (#"{"leftOperand":"hansa:payloadSize","operator":"lt","rightOperand":2,"unit":"KiB"}"#, false),
        (#"{"leftOperand":"recipient","operator":"eq","rightOperand":"did:ma:840.5363000"}"#, true),
        (#"{"leftOperand":"recipient","operator":"isPartOf","rightOperand":"did:ma:840"}"#, true),
        (#"{"leftOperand":"recipient","operator":"isPartOf","rightOperand":"did:ma:156"}"#, false),
        (#"{"leftOperand":"spatial","operator":"isPartOf","rightOperand":"did:ma:840.5363000"}"#, true),
        (#"{"leftOperand":"spatial","operator":"neq","rightOperand":"urn:example:somewhere"}"#, false),
        (#"{"leftOperand":"event","operator":"lt","rightOperand":{"@id":"odrl:policyUsage"}}"#, true),
        (#"{"leftOperand":"event","operator":"lt","rightOperand":"odrl:policyUsage"}"#, true),
        (#"{"leftOperand":"event","operator":"gt","rightOperand":"odrl:policyUsage"}"#, false),
        (#"{"leftOperand":"event","operator":"eq","rightOperand":"urn:example:flood"}"#, false),
        (#"{"leftOperand":"event","operator":"neq","rightOperand":"urn:example:flood"}"#, false),
    ])
    func `a comparison holds for what it says, and for nothing it has no value for`(text: String, permits: Bool) throws
    {
        let decision = try Fixture.decide([Fixture.constraint(text)], Fixture.request(size: 2048))
        #expect(decision.isPermit == permits, "\(decision.explanation)")
    }

    private static let yes = #"{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#
    private static let no = #"{"leftOperand":"purpose","operator":"eq","rightOperand":"else"}"#
    private static let unknown = #"{"leftOperand":"event","operator":"eq","rightOperand":"urn:example:flood"}"#

    /// A logical constraint, whether a permission under it permits and whether a prohibition under it lets pass.
    @Test(arguments: [
        ("and", [yes, yes], true, false), ("and", [yes, no], false, true), ("and", [yes, unknown], false, false),
        ("and", [unknown, no], false, true), ("or", [no, yes], true, false), ("or", [no, no], false, true),
        ("or", [unknown, yes], true, false), ("or", [unknown, no], false, false), ("xone", [yes, no], true, false),
        ("xone", [yes, yes], false, true), ("xone", [no, no], false, true), ("xone", [yes, unknown], false, false),
        ("xone", [yes, yes, unknown], false, true), ("andSequence", [yes, yes], true, false),
        ("andSequence", [no, unknown], false, true), ("andSequence", [yes, unknown], false, false),
    ])
    func `logical constraints keep apart what does not hold and what is not known`(
        operand: String, parts: [String], permits: Bool, passes: Bool
    ) throws {
        let constraint = "{\"\(operand)\":[\(parts.joined(separator: ","))]}"
        #expect(try Fixture.decide([Fixture.constraint(constraint)], Fixture.request()).isPermit == permits)
        let prohibition = Fixture.json(
            #""prohibition":[{"target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(constraint)]}]"#)
        #expect(try Fixture.decide([Fixture.permission(""), prohibition], Fixture.request()).isPermit == passes)
    }

    @Test(arguments: [
        ("MA.840.5363000", true), ("MA.840.5363000.01", true), ("MA.840.53630", false), ("MA.840.0667000", false),
        ("MA.840.53630001", false),
    ])
    func `a city's permission covers its departments and nothing else`(consumer: String, permits: Bool) throws {
        #expect(try Fixture.decide([Fixture.permission("")], Fixture.request(consumer: consumer)).isPermit == permits)
    }

    @Test(arguments: [
        ("use", "read", true), ("use", "write", true), ("read", "write", false), ("use", "sell", false),
        ("transfer", "sell", true), ("modify", "odrl:write", true), ("use", "urn:example:rent", false),
        ("play", "display", true), ("cc:Sharing", "share", true),
    ])
    func `an action covers what is included in it`(allowed: String, requested: String, permits: Bool) throws {
        let policy = Fixture.json(#""permission":[{"target":"did:ma:156.1301/divisions","action":"\#(allowed)"}]"#)
        #expect(try Fixture.decide([policy], Fixture.request(action: requested)).isPermit == permits)
    }

    @Test func `an action the document defines is included in what it says`() throws {
        let policy = Fixture.json(
            #""permission":[{"target":"did:ma:156.1301/divisions","action":"use"}],"prohibition":[{"target":"did:ma:156.1301/divisions","action":{"@id":"urn:example:lend","includedIn":"distribute"}}],"conflict":"prohibit""#
        )
        #expect(try Fixture.decide([policy], Fixture.request()).isPermit)
        #expect(try Fixture.decide([policy], Fixture.request(action: "urn:example:lend")).reason == .prohibition)
    }

    @Test(arguments: [
        ("", Decision.Outcome.deny, Decision.Reason.conflict), ("invalid", .deny, .conflict),
        ("prohibit", .deny, .prohibition), ("perm", .permit, .permission), ("nonsense", .deny, .conflict),
    ])
    func `where both apply the policy's strategy decides`(
        strategy: String, outcome: Decision.Outcome, reason: Decision.Reason
    ) throws {
        let conflict = strategy.isEmpty ? "" : #""conflict":"\#(strategy)","#
        let prohibition = #""prohibition":[{"target":"did:ma:156.1301/divisions","action":"use"}],"#
        let decision = try Fixture.decide([Fixture.permission("", policy: conflict + prohibition)], Fixture.request())
        #expect(decision.outcome == outcome)
        if strategy != "nonsense" { #expect(decision.reason == reason) }
    }

    @Test func `a permission that overrides its own policy's prohibition overrides no other's`() throws {
        let lenient = Fixture.permission("", policy: #""conflict":"perm","#)
        let strict = Fixture.json(#""prohibition":[{"target":"did:ma:156.1301/divisions","action":"use"}]"#)
        #expect(try Fixture.decide([lenient, strict], Fixture.request()).reason == .prohibition)
    }

    @Test(arguments: [
        (nil, false), (DutyState.unset, false), (.active, false), (.violated, false), (.fulfilled, true),
        (.performedLate, false),
    ])
    func `a duty must be known to be fulfilled`(state: DutyState?, permits: Bool) throws {
        let policy = Fixture.permission(#""duty":[{"uid":"urn:example:pay","action":"compensate"}]"#)
        var known = EvaluationState()
        known.duties[IRI("urn:example:pay")] = state
        #expect(try Fixture.decide([policy], Fixture.request(), state: known).isPermit == permits)
    }

    @Test func `a duty performed late needs its consequences`() throws {
        let policy = Fixture.permission(
            #""duty":[{"uid":"urn:example:pay","action":"compensate","consequence":[{"uid":"urn:example:fine","action":"compensate"}]}]"#
        )
        var state = EvaluationState()
        state.duties[IRI("urn:example:pay")] = .performedLate
        #expect(try !Fixture.decide([policy], Fixture.request(), state: state).isPermit)
        state.duties[IRI("urn:example:fine")] = .fulfilled
        #expect(try Fixture.decide([policy], Fixture.request(), state: state).isPermit)
    }

    @Test(arguments: [(0, true), (2, true), (3, false), (nil, false)] as [(UInt64?, Bool)])
    func `a count takes this request in, and asks for the city over the window`(completed: UInt64?, permits: Bool)
        throws
    {
        let policy = Fixture.constraint(#"{"leftOperand":"count","operator":"lteq","rightOperand":3,"unit":"perDay"}"#)
        let state = EvaluationState { query in
            #expect(query.code == Fixture.seattle)
            #expect(query.rule == "urn:example:p")
            #expect(query.since == Fixture.moment("2026-11-21T12:00:00Z"))
            return completed
        }
        let decision = try Fixture.decide([policy], Fixture.request(consumer: "MA.840.5363000.01"), state: state)
        #expect(decision.isPermit == permits)
        #expect(decision.counts.count == 1)
    }

    @Test(arguments: [
        #"{"target":"did:ma:156.1301/divisions","action":"read","constraint":[{"leftOperand":"count","operator":"gt","rightOperand":3,"unit":"perDay"}]}"#,
        #"{"target":"did:ma:156.1301/divisions","action":{"rdf:value":{"@id":"odrl:read"},"refinement":{"leftOperand":"count","operator":"gt","rightOperand":3}}}"#,
        #"{"target":{"source":"did:ma:156.1301/divisions","refinement":{"leftOperand":"count","operator":"gt","rightOperand":3}},"action":"read"}"#,
    ])
    func `a prohibition by count prohibits from the first request on, and cannot be proposed`(rule: String) throws {
        let document = Fixture.json(#""prohibition":[\#(rule)]"#)
        let state = EvaluationState { _ in 0 }
        let decision = try Fixture.decide([Fixture.permission(""), document], Fixture.request(), state: state)
        #expect(decision.reason == .prohibition)
        #expect(decision.counts.isEmpty)
        let problems = try Policy(parsing: document, format: .jsonld).checkForProposal(by: Fixture.shijiazhuang)
        #expect(problems.map(\.message) == ["`count` stands where nothing is counted"])
    }

    @Test(arguments: [
        #""action":{"rdf:value":{"@id":"odrl:read"},"refinement":{"leftOperand":"count","operator":"lteq","rightOperand":3}}"#,
        #""action":"read","duty":[{"uid":"urn:example:pay","action":"compensate","constraint":[{"leftOperand":"count","operator":"lteq","rightOperand":3}]}]"#,
    ])
    func `a count in what narrows a permission permits nothing and cannot be proposed`(members: String) throws {
        let document = Fixture.json(#""permission":[{"target":"did:ma:156.1301/divisions",\#(members)}]"#)
        var state = EvaluationState { _ in 0 }
        state.duties[IRI("urn:example:pay")] = .fulfilled
        #expect(try !Fixture.decide([document], Fixture.request(), state: state).isPermit)
        let problems = try Policy(parsing: document, format: .jsonld).checkForProposal(by: Fixture.shijiazhuang)
        #expect(problems.contains { $0.severity == .error })
    }

    @Test func `a permission counts its uses also where others of its constraints come first`() throws {
        let count = #"{"leftOperand":"count","operator":"lteq","rightOperand":3}"#
        let purpose = #"{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#
        for parts in [[purpose, count], [count, purpose]] {
            let policy = Fixture.constraint(#"{"or":[\#(parts.joined(separator: ","))]}"#)
            let decision = try Fixture.decide([policy], Fixture.request(), state: EvaluationState { _ in 0 })
            #expect(decision.isPermit && decision.isCounted)
        }
        #expect(try !Fixture.decide([Fixture.constraint(purpose)], Fixture.request()).isCounted)
    }

    /// A constraint on the recipient, whether a permission under it permits a unit of Seattle, and whether a prohibition
    /// under it lets one pass.
    @Test(arguments: [
        ("eq", #""did:ma:840.5363000""#, false, false), ("isAnyOf", #"["did:ma:840.5363000"]"#, false, false),
        ("isAllOf", #"["did:ma:840.5363000"]"#, false, false), ("neq", #""did:ma:840.5363000""#, false, true),
        ("isNoneOf", #"["did:ma:156.1301","did:ma:840.5363000"]"#, false, true),
        ("isPartOf", #""did:ma:840.5363000""#, true, false), ("eq", #""did:ma:840.5363000.01""#, true, false),
        ("neq", #""did:ma:840.0667000""#, true, false), ("eq", #""did:ma:840.53630""#, false, true),
        ("neq", #""did:ma:840""#, false, true), ("isA", #""did:ma:840.5363000""#, false, false),
    ])
    func `a city's unit escapes nothing that keeps the city out`(
        comparison: String, code: String, permits: Bool, passes: Bool
    ) throws {
        let request = Fixture.request(consumer: "MA.840.5363000.01")
        let codes = [code, code.replacing("did:ma:", with: "MA.")]
        for (operand, code) in ["recipient", "spatial"].flatMap({ operand in codes.map { (operand, $0) } }) {
            let constraint = #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(code)}"#
            #expect(try Fixture.decide([Fixture.constraint(constraint)], request).isPermit == permits)
            let prohibition = Fixture.json(
                #""prohibition":[{"target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(constraint)]}]"#
            )
            #expect(try Fixture.decide([Fixture.permission(""), prohibition], request).isPermit == passes)
        }
    }

    @Test(arguments: ["ma.840.5363000", "MA.840.536300O", "Seattle", ""])
    func `a recipient that is nobody's name is refused, and keeps everybody out`(name: String) throws {
        let prohibition = Fixture.json(
            #""prohibition":[{"target":"did:ma:156.1301/divisions","action":"read","constraint":[{"leftOperand":"recipient","operator":"eq","rightOperand":"\#(name)"}]}]"#
        )
        #expect(try Policy(reading: prohibition, format: .jsonld).problems.contains { $0.severity == .error })
        #expect(try !Fixture.decide([Fixture.permission(""), prohibition], Fixture.request()).isPermit)
    }

    @Test func `collections within collections are followed, cycles to their end`() throws {
        let policy = Fixture.json(
            #""permission":[{"target":{"@type":"AssetCollection","uid":"urn:example:all"},"action":"read"}]"#)
        var state = EvaluationState()
        state.memberships.insert(IRI("did:ma:156.1301/divisions"), in: IRI("urn:example:some"))
        state.memberships.insert(IRI("urn:example:some"), in: IRI("urn:example:others"))
        state.memberships.insert(IRI("urn:example:others"), in: IRI("urn:example:some"))
        #expect(try !Fixture.decide([policy], Fixture.request(), state: state).isPermit)
        state.memberships.insert(IRI("urn:example:others"), in: IRI("urn:example:all"))
        #expect(try Fixture.decide([policy], Fixture.request(), state: state).isPermit)
    }

    /// Collections that a prohibition names, what the document puts into them, who asks, and whether that passes.
    @Test(arguments: [
        ("urn:example:group", "did:ma:840.5363000", "MA.840.5363000", false),
        ("urn:example:group", "did:ma:840.5363000", "MA.840.5363000.01", false),
        ("urn:example:group", "did:ma:840.5363000.01", "MA.840.5363000", true),
        ("urn:example:group", "did:ma:840.5363000.01", "MA.840.5363000.011", true),
        ("urn:example:group", "did:ma:840", "MA.840.5363000", false),
        ("did:ma:276.11000000", "did:ma:840.5363000", "MA.840.5363000", false),
        ("did:ma:276.11000000", "did:ma:840.5363000", "MA.840.0667000", true),
    ])
    func `a collection keeps out its members and their units`(
        collection: String, member: String, consumer: String, passes: Bool
    ) throws {
        let permission = #"{"target":"did:ma:156.1301/divisions","action":"read"}"#
        let request = Fixture.request(consumer: consumer)
        for rule in [
            #""assignee":[{"uid":"urn:example:else","partOf":"urn:example:none"},"\#(collection)"]"#,
            #""constraint":{"leftOperand":"recipient","operator":"isPartOf","rightOperand":"\#(collection)"}"#,
        ] {
            let document = Fixture.json(
                #""conflict":"prohibit","permission":\#(permission),"prohibition":[{"target":"did:ma:156.1301/divisions","action":"read",\#(rule)},{"target":"did:ma:156.1301/other","action":"read","assignee":{"uid":"\#(member)","partOf":"\#(collection)"}}]"#
            )
            #expect(try Fixture.decide([document], request).isPermit == passes, "\(rule)")
        }
    }

    @Test(arguments: [
        #""constraint":[{"leftOperand":"urn:example:mood","operator":"eq","rightOperand":"good"}]"#,
        #""constraint":[{"leftOperand":"purpose","operator":"resembles","rightOperand":"x"}]"#,
        #""surprise":1"#, #""@type":"Permission""#, #""assignee":7"#,
    ])
    func `a prohibition that is not understood prohibits`(member: String) throws {
        let prohibition = Fixture.json(
            #""prohibition":[{"target":"did:ma:156.1301/divisions","action":"use",\#(member)}]"#)
        #expect(try Fixture.decide([Fixture.permission(""), prohibition], Fixture.request()).reason == .prohibition)
    }

    @Test(arguments: [
        #""inheritFrom":"urn:a:b","#, #""profile":"urn:a:b","#, #""surprise":1,"#, #""conflict":"other","#,
    ])
    func `a policy that is not understood whole permits nothing`(member: String) throws {
        #expect(try !Fixture.decide([Fixture.permission("", policy: member)], Fixture.request()).isPermit)
    }
}
