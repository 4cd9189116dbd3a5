import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct VolumeTests {
    private static func policy(
        _ comparison: String = "lteq", _ limit: String = "3", unit: String? = "MBPerDay",
        operand: String = "hansa:volume",
        rule: String = "permission"
    ) throws -> Policy {
        let unit = unit.map { #", "unit": "hansa:\#($0)""# } ?? ""
        let document = """
            {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"hansa": "urn:hansa:policy:"}], "@type": "Set",
             "uid": "urn:test:volume", "\(rule)": [{"target": "did:ma:156.1301/air", "action": "read", "constraint": [
             {"leftOperand": "\(operand)", "operator": "\(comparison)", "rightOperand": \(limit)\(unit)}]}]}
            """
        return try Policy(parsing: Array(document.utf8), format: .jsonld)
    }

    private static func decide(_ policy: Policy, used: UInt64?) throws -> Decision {
        let request = AccessRequest(
            consumer: try IdentificationCode("MA.840.5363000.01"), dataset: try DatasetIdentifier("MA.156.1301/air"),
            action: "read", purpose: nil, time: Timestamp(seconds: 1_800_000_000))
        return PolicySet([policy]).evaluate(request, EvaluationState { $0.measure == .bytes ? used : 0 })
    }

    @Test(
        "what has passed is compared, in bytes",
        arguments: [
            ("lteq", 0, true), ("lteq", 3_000_000, true), ("lteq", 3_000_001, false), ("lt", 2_999_999, true),
            ("lt", 3_000_000, false), ("lt", nil, false),
        ] as [(String, UInt64?, Bool)])
    func limits(comparison: String, used: UInt64?, isPermitted: Bool) throws {
        let decision = try Self.decide(Self.policy(comparison), used: used)
        #expect(decision.isPermit == isPermitted)
        #expect(decision.counting.map(\.measures) == (isPermitted ? [[.bytes]] : []))
        let query = try #require(decision.counts.first?.query)
        #expect(query.measure == .bytes)
        #expect(query.since == Timestamp(seconds: 1_800_000_000 - 86_400))
        #expect(query.code == (try IdentificationCode("MA.840.5363000")))
    }

    @Test(
        "a quota is an upper bound over a span",
        arguments: [
            ("lteq", "perDay", "odrl:count", 3), ("lt", "perDay", "odrl:count", 2),
            ("lteq", "MBPerDay", "hansa:volume", 3_000_000), ("lt", "KiBPerDay", "hansa:volume", 3071),
            ("gteq", "perDay", "odrl:count", nil), ("lteq", "MB", "hansa:volume", nil),
        ] as [(String, String, String, UInt64?)])
    func quotas(comparison: String, unit: String, operand: String, limit: UInt64?) throws {
        let quotas = Evaluation.Scope(
            policy: try Self.policy(), rule: try Self.policy(comparison, unit: unit, operand: operand).permissions[0]
        ).quotas
        #expect(quotas.map(\.limit) == (limit.map { [$0] } ?? []))
        #expect(quotas.allSatisfy { $0.window.milliseconds == 86_400_000 })
    }

    @Test(
        "a bound that is no amount is no quota, and lets through what it says",
        arguments: [
            ("lt", "0", false), ("lt", "-1", false), ("lt", "\(Int64.min)", false), ("lteq", "\(Int64.min)", false),
            ("lteq", "\(Int64.max)", true), ("lt", "\(Int64.max)", true), ("lt", "1e30", true),
        ])
    func bounds(comparison: String, limit: String, isPermitted: Bool) throws {
        for unit in ["BPerDay", "GBPerDay"] {
            let decision = try Self.decide(Self.policy(comparison, limit, unit: unit), used: 5)
            #expect(decision.isPermit == isPermitted, "\(unit)")
            #expect(isPermitted || decision.quotas.isEmpty)
        }
    }

    @Test(
        "a span alone, and a unit that is none, are refused",
        arguments: ["perDay", "TBPerDay", "MBperDay", "UTC+08:00"])
    func units(unit: String) throws {
        #expect(throws: PolicyError.self) { try Self.policy(unit: unit) }
    }

    @Test("in a prohibition nothing is counted, so it cannot be proposed")
    func elsewhere() throws {
        let problems = try Self.policy(rule: "prohibition").checkForProposal(by: nil)
        #expect(problems.contains { $0.message == "`volume` stands where nothing is counted" })
    }
}
