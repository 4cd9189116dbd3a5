import CityIdentity
import Testing

@testable import SharingPolicy

/// Every order of the rules of small policies, of their duties and of the policies themselves.
@Suite struct RuleOrderTests {
    private static func orders<Element>(_ elements: [Element]) -> [[Element]] {
        guard let first = elements.first else { return [[]] }
        return orders(Array(elements.dropFirst())).flatMap { rest in
            (0...rest.count).map { rest[..<$0] + [first] + rest[$0...] }.map { Array($0) }
        }
    }

    private static func named(_ rule: String, _ name: String) -> String {
        "{\"uid\":\"urn:example:\(name)\"" + (rule == "{}" ? "}" : "," + rule.dropFirst())
    }

    private static let duties = [
        #"{"action":{"rdf:value":{"@id":"hansa:redact"},"refinement":{"leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["/a"]}}}"#,
        #"{"action":"hansa:credit"}"#,
        #"{"action":{"rdf:value":{"@id":"hansa:limitRows"},"refinement":{"leftOperand":"hansa:rows","operator":"lteq","rightOperand":9}}}"#,
    ]

    private static func document(
        _ permissions: [String], _ prohibitions: [String], _ obligations: [String], conflict: String
    ) throws -> Policy {
        let bytes = Fixture.json(
            #""conflict":"\#(conflict)","permission":[\#(permissions.joined(separator: ","))],"prohibition":[\#(prohibitions.joined(separator: ","))],"obligation":[\#(obligations.joined(separator: ","))]"#
        )
        return try Policy(reading: bytes, format: .jsonld)
    }

    private struct Outcome: Hashable {
        let decision: Decision.Outcome
        let reason: Decision.Reason
        let rule: String?
        let duties: Set<String>
        let obligations: [String]

        init(_ decision: Decision) {
            self.decision = decision.outcome
            reason = decision.reason
            rule = decision.ruleID
            duties = Set(decision.duties.map(\.description))
            obligations = decision.obligations.map(\.summary)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `no order of rules changes a decision`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 8 << 40)
        let permissions = (0..<3).map { Self.named(generator.rule(.permission), "permission-\($0)") }
        let prohibitions = (0..<Int.random(in: 0...2, using: &generator)).map {
            Self.named(generator.rule(.prohibition), "prohibition-\($0)")
        }
        let obligations = (0..<Int.random(in: 0...2, using: &generator)).map {
            Self.named(#"{"target":"did:ma:156.1301/divisions","action":"hansa:credit"}"#, "obligation-\($0)")
        }
        let conflict = generator.pick(["perm", "prohibit", "invalid"])
        let requests = (0..<6).map { _ in generator.request() }
        let state = EvaluationState { _ in 1 }
        var expected: [Outcome]?
        for first in Self.orders(permissions) {
            for second in Self.orders(prohibitions) {
                for third in Self.orders(obligations) {
                    let policies = PolicySet([try Self.document(first, second, third, conflict: conflict)])
                    let found = requests.map { Outcome(policies.evaluate($0, state)) }
                    #expect(expected == nil || found == expected, "seed \(seed)")
                    expected = found
                }
            }
        }
    }

    @Test func `no order of duties changes what is left out or owed`() throws {
        let outcomes = try Self.orders(Self.duties).map { duties in
            let policy = try Policy(
                parsing: Fixture.permission("\"duty\":[\(duties.joined(separator: ","))]"), format: .jsonld)
            return Outcome(PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()))
        }
        #expect(outcomes.count == 6 && Set(outcomes).count == 1)
        #expect(outcomes.first?.duties.count == 2 && outcomes.first?.obligations == ["credit"])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `no order of policies changes a decision`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 9 << 40)
        let policies = try (0..<4).map { number in
            let rules = generator.rules(.permission, upTo: 2).map { Self.named($0, "p\(number)") }
            let others = generator.rules(.prohibition, upTo: 1).map { Self.named($0, "q\(number)") }
            return try Self.document(rules, others, [], conflict: generator.pick(["perm", "prohibit", "invalid"]))
        }
        let requests = (0..<6).map { _ in generator.request() }
        let found = Self.orders(policies).map { order in
            requests.map { Outcome(PolicySet(order).evaluate($0, EvaluationState { _ in 1 })) }
        }
        #expect(found.count == 24 && Set(found).count == 1, "seed \(seed)")
    }
}
