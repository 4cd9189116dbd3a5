import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct RuleIndexTests {
    private static let parties = [
        "did:ma:840", "did:ma:840.5363000", "did:ma:840.5363000.01", "did:ma:840.536300", "did:ma:156",
        "did:ma:840.0667000", "urn:example:partners", "urn:example:nobody",
    ]

    private static func policies(_ generator: inout PropertyTests.Generator) throws -> PolicySet {
        func rules() -> String {
            (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                let names = (0..<Int.random(in: 0...3, using: &generator)).map { _ in generator.pick(parties) }
                // A party that cannot be read may be anybody.
                let assignees = names.map { "\"\($0)\"" } + (generator.chance(10) ? ["5"] : [])
                let member = assignees.isEmpty ? "" : "\"assignee\":[\(assignees.joined(separator: ","))],"
                return #"{"target":"did:ma:156.1301/divisions",\#(member)"action":"read"}"#
            }.joined(separator: ",")
        }
        let bytes = Fixture.json(
            #""conflict":"prohibit","permission":[\#(rules())],"prohibition":[\#(rules())],"obligation":[\#(rules())]"#)
        return PolicySet([try Policy(reading: bytes, format: .jsonld)])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what the index leaves out is about others, and the order stays`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 7 << 40)
        let policies = try Self.policies(&generator)
        var state = EvaluationState()
        if generator.chance(50) {
            let collection = generator.pick(["urn:example:partners", "did:ma:156"])
            state.memberships.insert(IRI("did:ma:840.5363000"), in: IRI(collection))
        }
        for party in ["did:ma:840.5363000", "did:ma:840.5363000.01.07", "did:ma:156.1301", "urn:example:nobody"] {
            let request = AccessRequest(
                assignee: IRI(party), target: Fixture.dataset("MA.156.1301/divisions").iri, action: "read",
                time: Fixture.noon)
            for scopes in [policies.permissions, policies.prohibitions, policies.obligations] {
                var evaluation = Evaluation(request, state)
                let expected = scopes.filter { evaluation.applies($0) != .no }
                let found = RuleIndex(scopes).filter(for: request, state) { evaluation.applies($0) != .no }
                #expect(found.map(\.rule.id) == expected.map(\.rule.id), "seed \(seed), \(party)")
            }
        }
    }

    @Test func `rules for others are not looked at`() throws {
        let others = (0..<500).map {
            #"{"target":"did:ma:156.1301/divisions","assignee":"did:ma:156.\#(2000 + $0)","action":"read"}"#
        }
        let mine = ["840", "840.5363000", "840.5363000.01"].map {
            #"{"target":"did:ma:156.1301/divisions","assignee":"did:ma:\#($0)","action":"read"}"#
        }
        let bytes = Fixture.json("\"permission\":[\((others + mine).joined(separator: ","))]")
        let index = RuleIndex(PolicySet([try Policy(parsing: bytes, format: .jsonld)]).permissions)
        var asked: [String] = []
        _ = index.filter(for: Fixture.request(consumer: "MA.840.5363000.01"), EvaluationState()) { scope in
            asked.append(scope.rule.id)
            return false
        }
        #expect(asked == ["#/permission/500", "#/permission/501", "#/permission/502"])
    }
}
