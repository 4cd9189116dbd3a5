import AccessReceipts
import CityIdentity
import Ledger
import SharingPolicy
import Testing

@testable import Relay

/// What was counted under policies that are over, on a real ledger and in a real store.
@Suite struct EndedUsageTests {
    /// The fifth counts for ever, the others by the day.
    private static func document(_ serial: Int) -> [UInt8] {
        let unit = serial == 5 ? "" : #", "unit": "perDay""#
        return Array(
            """
            {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:ended-\(serial)",
             "permission": [{"target": "did:ma:156.1301/open", "action": "read", "constraint": [
               {"leftOperand": "count", "operator": "lteq", "rightOperand": 5\(unit)}]}]}
            """.utf8)
    }

    private static func name(_ serial: Int) -> String { "\(PolicyHash(of: document(serial)))/#/permission/0" }

    @Test("of withdrawn, replaced and expired policies, a month after their end and not before")
    func ended() async throws {
        try await World.with { world in
            let network = world.network
            let provider = TestNetwork.provider
            func enforce(_ serial: Int, until: Timestamp? = nil, replaces: Int? = nil) async throws {
                let proposal = PolicyProposal(
                    format: .jsonld, document: Self.document(serial), inForceUntil: until,
                    replaces: replaces.map { PolicyHash(of: Self.document($0)) })
                try await network.submit(.policyPropose(proposal), by: "\(provider)#policy-1")
                let decision = PolicyDecision(policy: PolicyHash(of: proposal.document))
                try await network.submit(.policyApprove(decision), by: "\(provider)#policy-2")
            }
            let month = UsageCounts.retention
            let expiry = Timestamp.now().adding(seconds: 86_400)
            try await enforce(1)
            try await enforce(2)
            try await enforce(3, replaces: 2)
            try await enforce(4, until: expiry)
            try await enforce(5)
            for serial in [1, 5] {
                let decision = PolicyDecision(policy: PolicyHash(of: Self.document(serial)))
                try await network.submit(.policyWithdraw(decision), by: "\(provider)#policy-1")
            }

            let usage = world.gateway.store.usage
            let consumer = try IdentificationCode(TestNetwork.consumer)
            for rule in (1...5).map(Self.name) + ["urn:not-of-the-ledger", "\(String(repeating: "0", count: 64))/x"] {
                _ = usage.reserve(Usage(rule: rule, dataset: "\(provider)/open", consumer: consumer), at: .now())
            }
            let view = network.ledger.view
            func ended(after seconds: Int64) -> Set<String> {
                usage.endedRules(in: view, at: view.time.adding(seconds: seconds))
            }
            #expect(ended(after: 0).isEmpty)
            #expect(ended(after: month - 60).isEmpty)
            #expect(ended(after: month + 60) == [Self.name(1), Self.name(2)])
            #expect(ended(after: month + 2 * 86_400) == [Self.name(1), Self.name(2), Self.name(4)])

            try await world.gateway.store.forgetUsage(of: ended(after: month + 60))
            #expect(usage.rules.isDisjoint(with: [Self.name(1), Self.name(2)]))
            #expect(usage.rules.isSuperset(of: [Self.name(3), Self.name(4), Self.name(5), "urn:not-of-the-ledger"]))

            // Proposed anew, it is not over any more.
            try await enforce(1)
            _ = usage.reserve(
                Usage(rule: Self.name(1), dataset: "\(provider)/open", consumer: consumer), at: .now())
            let later = network.ledger.view
            #expect(
                !usage.endedRules(in: later, at: later.time.adding(seconds: 2 * month)).contains(Self.name(1)))
        }
    }
}
