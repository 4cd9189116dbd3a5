import Testing

@testable import SharingPolicy

@Suite struct SharedRulePartsTests {
    private static func policy(_ generator: inout PropertyTests.Generator) throws -> Policy {
        let permissions = generator.rules(.permission, upTo: 3).joined(separator: ",")
        let prohibitions = generator.rules(.prohibition, upTo: 2).joined(separator: ",")
        return try Policy(
            reading: Fixture.json(#""permission":[\#(permissions)],"prohibition":[\#(prohibitions)]"#), format: .jsonld)
    }

    /// With room for few parts all are forgotten again and again.
    @Test(arguments: [1, 3, 65_536]) func `sets that share parts decide as those that do not`(limit: Int) throws {
        var generator = PropertyTests.Generator(state: UInt64(limit) &+ 11 << 40)
        let parts = SharedRuleParts(limit: limit)
        let state = EvaluationState { _ in 1 }
        for number in 0..<200 {
            let policies = try (0..<2).map { _ in try Self.policy(&generator) }
            let (apart, sharing) = (PolicySet(policies), PolicySet(policies, sharing: parts))
            for _ in 0..<4 {
                let request = generator.request()
                let (expected, decision) = (apart.evaluate(request, state), sharing.evaluate(request, state))
                #expect(decision.outcome == expected.outcome, "set \(number)")
                #expect(decision.reason == expected.reason, "set \(number)")
                #expect(decision.policyHash == expected.policyHash, "set \(number)")
                #expect(decision.ruleID == expected.ruleID, "set \(number)")
            }
        }
    }

    @Test func `what two policies say alike is in memory once`() throws {
        let parts = SharedRuleParts()
        let sets = try ["divisions", "other"].map { name in
            let rule = #"{"target":"did:ma:156.1301/\#(name)","assignee":"did:ma:840.5363000","action":"read"}"#
            let policy = try Policy(parsing: Fixture.json(#""permission":[\#(rule)]"#), format: .jsonld)
            return PolicySet([policy], sharing: parts)
        }
        func addresses<Element>(_ list: (Evaluation.Scope) -> [Element]) -> Set<UnsafePointer<Element>?> {
            Set(sets.flatMap(\.permissions).map { list($0).withUnsafeBufferPointer(\.baseAddress) })
        }
        #expect(addresses(\.assignees).count == 1)
        #expect(addresses(\.actions).count == 1)
        #expect(addresses(\.targets).count == 2)
    }
}
