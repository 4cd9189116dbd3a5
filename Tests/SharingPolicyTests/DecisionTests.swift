import StrictJSON
import Testing

@testable import SharingPolicy

@Suite struct DecisionTests {
    private static func redaction(_ field: String) -> String {
        #"{"action":{"rdf:value":{"@id":"hansa:redact"},"refinement":{"leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["\#(field)"]}}}"#
    }
    private static func rows(_ count: Int) -> String {
        #"{"action":{"rdf:value":{"@id":"hansa:limitRows"},"refinement":{"leftOperand":"hansa:rows","operator":"lteq","rightOperand":\#(count)}}}"#
    }

    private func permissions(_ duties: [[String]]) -> [UInt8] {
        let rules = duties.map {
            #"{"target":"did:ma:156.1301/divisions","action":"read","duty":[\#($0.joined(separator: ","))]}"#
        }
        return Fixture.json(#""permission":[\#(rules.joined(separator: ","))]"#)
    }

    /// Duties of several permissions that apply, and what the gateway then does.
    @Test(arguments: [
        ([[redaction("/a")]], ["redact `/a`"]),
        ([[redaction("/a"), redaction("/b"), rows(5), rows(3)]], ["redact `/a`, `/b`", "pass on at most 3 rows"]),
        ([[redaction("/a")], []], []),
        ([[redaction("/a")], [redaction("/a"), redaction("/b")]], ["redact `/a`"]),
        ([[redaction("/a")], [redaction("/b")]], ["redact `/a`, `/b`"]),
        ([[rows(5)], [rows(1)]], ["pass on at most 5 rows"]),
        ([[rows(5)], [redaction("/a")]], ["redact `/a`", "pass on at most 5 rows"]),
    ])
    func `of several permissions the one that leaves least out counts, or all together`(
        duties: [[String]], expected: [String]
    ) throws {
        for duties in [duties, duties.reversed()] {
            let decision = try Fixture.decide([permissions(duties)], Fixture.request())
            #expect(decision.isPermit)
            #expect(decision.duties.map(\.description) == expected)
        }
    }

    @Test func `what the consumer owes afterwards is recorded and stands in nobody's way`() throws {
        let policy = Fixture.permission(
            #""duty":[{"uid":"urn:example:d","action":"hansa:notify"},{"action":{"rdf:value":{"@id":"hansa:deleteAfter"},"refinement":{"leftOperand":"elapsedTime","operator":"lteq","rightOperand":"P30D"}}}]"#,
            policy: #""obligation":[{"uid":"urn:example:o","action":"attribute"}],"#)
        let decision = try Fixture.decide([policy], Fixture.request())
        #expect(decision.isPermit)
        #expect(decision.obligations.map(\.action.short).sorted() == ["attribute", "deleteAfter", "notify"])
        #expect(decision.explanation.contains("  duty, owed afterwards: notify"))
        #expect(!decision.explanation.contains("fulfilled"))
        let trace = decision.json["trace"]?.array?.first?["rules"]?.array ?? []
        #expect(!trace.isEmpty && trace.allSatisfy { $0["conditions"]?.array?.isEmpty == true })
    }

    @Test(arguments: [
        ("P180D", "180 days"), ("P1D", "1 day"), ("PT12H", "43200 s"), ("P6M", "6 months"),
        ("P1M2D", "1 month and 2 days"),
    ])
    func `what several policies ask alike is said once, and by when`(duration: String, words: String) throws {
        let limit = #"{"leftOperand":"elapsedTime","operator":"lteq","rightOperand":"\#(duration)"}"#
        let duties = [
            #"{"action":"hansa:deleteAfter","constraint":[\#(limit)]}"#,
            #"{"action":{"rdf:value":{"@id":"hansa:deleteAfter"},"refinement":\#(limit)}}"#,
        ]
        let documents = duties.enumerated().map {
            Fixture.permission(
                #""duty":[\#($0.element)]"#, policy: #""profile":"urn:hansa:policy","title":"\#($0.offset)","#)
        }
        let decision = try Fixture.decide(documents, Fixture.request())
        #expect(decision.obligations.map(\.summary) == ["deleteAfter \(words)", "deleteAfter \(words)"])
        #expect(decision.summary.hasSuffix("; owed: deleteAfter \(words)."), "\(decision.summary)")
    }

    /// A request and the sentence that explains what became of it.
    @Test(arguments: [
        (
            Fixture.request(),
            "Permitted: the permission `urn:example:p` of policy `urn:example:policy` allows MA.840.5363000 to read MA.156.1301/divisions for the purpose `research`."
        ),
        (
            Fixture.request(purpose: "advertising"),
            "Denied: no permission allows MA.840.5363000 to read MA.156.1301/divisions for the purpose `advertising`; the permission `urn:example:p` comes closest, but it requires that purpose is any of `research`, `planning`, and it is `advertising`."
        ),
        (
            Fixture.request(purpose: nil),
            "Denied: no permission allows MA.840.5363000 to read MA.156.1301/divisions without a purpose; the permission `urn:example:p` comes closest, but it cannot be told whether purpose is any of `research`, `planning` (there is no value to compare)."
        ),
        (
            Fixture.request(consumer: "MA.840.0667000"),
            "Denied: no permission allows MA.840.0667000 to read MA.156.1301/divisions for the purpose `research`; the permission `urn:example:p` comes closest, but it is for others."
        ),
    ])
    func `a decision explains itself in one sentence and then rule by rule`(
        request: AccessRequest, sentence: String
    ) throws {
        let policy = Fixture.constraint(
            #"{"leftOperand":"purpose","operator":"isAnyOf","rightOperand":["research","planning"]}"#)
        let decision = try Fixture.decide([policy], request)
        #expect(decision.summary == sentence)
        #expect(decision.explanation.split(separator: "\n").count == 4)
        #expect(decision.explanation == (try Fixture.decide([policy], request)).explanation)
        #expect(decision.json["summary"]?.string == sentence)
    }

    private static let use = #"{"leftOperand":"count","operator":"lteq","rightOperand":1,"unit":"hansa:perDay"}"#
    private static let past = #"{"leftOperand":"dateTime","operator":"lt","rightOperand":"2026-11-22T11:00:00Z"}"#
    private static let purpose = #"{"leftOperand":"purpose","operator":"eq","rightOperand":"planning"}"#
    private static let size = #"{"leftOperand":"hansa:payloadSize","operator":"lteq","rightOperand":1}"#

    /// Conditions of the permission that must be named, and of another that must not.
    @Test(arguments: [
        ([use], [purpose]), ([use, use], [purpose]), ([use], [past]), ([size], [purpose, size]),
        ([purpose, size], [past]), ([size], [#"{"or":[\#(past),\#(past)]}"#]),
        ([purpose, use], [purpose, size]), ([purpose, use, size], [past, use]),
        ([size], [purpose]), ([size, use], [purpose]),
    ])
    func `of several permissions the one with the least in the way is named, used up ones first and ended ones last`(
        nearer: [String], farther: [String]
    ) throws {
        // Which of the two has the lower hash, and so is looked at first, must not matter.
        for number in 0..<8 {
            let documents = [("near", nearer), ("far", farther)].map { name, constraints in
                Fixture.json(
                    #""profile":"urn:hansa:policy","title":"\#(number)","permission":[{"uid":"urn:example:\#(name)","target":"did:ma:156.1301/divisions","#
                        + #""action":"read","constraint":[\#(constraints.joined(separator: ","))]}]"#)
            }
            let decision = try Fixture.decide(
                documents, Fixture.request(size: 9), state: EvaluationState { _ in 1 })
            #expect(decision.summary.contains("the permission `urn:example:near` comes closest"), "\(decision.summary)")
        }
    }

    @Test func `a suspended policy's permission is not named before one that is in force`() throws {
        let living = try Policy(
            reading: Fixture.constraint(Self.purpose), format: .jsonld)
        let suspended = try Policy(
            reading: Fixture.json(#""permission":[{"uid":"urn:example:s","action":"use"}]"#), format: .jsonld
        ).permittingNothing(because: "its withdrawal was asked for")
        let denied = { (policies: [Policy]) in
            PolicySet(policies).evaluate(Fixture.request(), EvaluationState()).summary
        }
        #expect(denied([living, suspended]).contains("`urn:example:p` comes closest"))
        #expect(denied([suspended]).contains("`urn:example:s` comes closest, but the policy grants nothing"))
    }

    @Test func `no policy denies and says so`() {
        let decision = PolicySet().evaluate(Fixture.request(), EvaluationState())
        #expect(decision.reason == .noPolicy)
        #expect(decision.summary == "Denied: no policy in force is about MA.156.1301/divisions.")
    }

    @Test func `the trace speaks of the counts the decision was taken on`() throws {
        let policy = Fixture.constraint(#"{"leftOperand":"count","operator":"lteq","rightOperand":3}"#)
        let decision = try Fixture.decide([policy], Fixture.request(), state: EvaluationState { _ in 3 })
        #expect(decision.summary.contains("it requires that count is at most `3`, and it is `4`"))
        #expect(decision.trace[rule: "urn:example:p"]?.reasons == [.constraint])
    }

    @Test func aPolicyThatCannotBeReadDeniesWhateverOthersPermit() throws {
        let permission = try Policy(
            reading: Fixture.json(#""permission": [{"action": "use"}]"#), format: .jsonld)
        #expect(PolicySet([permission]).evaluate(Fixture.request(), EvaluationState()).isPermit)
        let later = UnreadablePolicy(hash: PolicyHash(of: Array("later".utf8)), reason: "its profile is not known")
        let policies = PolicySet([permission], unreadable: [later, later])
        let decision = policies.evaluate(Fixture.request(), EvaluationState())
        #expect(!decision.isPermit)
        #expect(decision.reason == .unreadablePolicy)
        #expect(decision.summary.contains(later.hash.description))
        #expect(decision.summary.contains("its profile is not known"))
        #expect(policies != PolicySet([permission]))
        #expect(policies.unreadable == [later])
    }
}
