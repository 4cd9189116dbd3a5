import CityIdentity
import SharingPolicy
import Testing

@testable import Ledger

/// Nobody alone opens anything: a single key's withdrawal permits no request that was not permitted before, now or later.
@Suite struct PolicyWithdrawalPropertyTests {
    private static let city = PolicyLifecycleTests.city
    private static let parties = ["156.110108", "840", "840.5363000"]
    private static let consumers = ["MA.156.110108", "MA.840.5363000", "MA.840.0667000"]

    /// Who may read when, from a moment on.
    private static func permitted(_ network: TestNetwork, from: Timestamp) throws -> Set<String> {
        let view = try view(of: network)
        let dataset = try DatasetIdentifier(PolicyLifecycleTests.dataset)
        var permitted: Set<String> = []
        for seconds in stride(from: Int64(0), through: 400, by: 8) {
            let time = TestNetwork.start.adding(seconds: seconds)
            guard time >= from else { continue }
            for consumer in consumers {
                let request = AccessRequest(
                    consumer: try IdentificationCode(consumer), dataset: dataset, action: "read", purpose: nil,
                    time: time)
                if view.policies(for: dataset, at: time).evaluate(request, EvaluationState()).isPermit {
                    permitted.insert("\(consumer) \(seconds)")
                }
            }
        }
        return permitted
    }

    private static func proposal(_ serial: Int, _ network: TestNetwork, _ random: inout SplitMix) throws
        -> PolicyProposal
    {
        let permits = Int.random(in: 0..<4, using: &random) > 0 ? parties.randomElement(using: &random) : nil
        let prohibits =
            permits == nil || Int.random(in: 0..<4, using: &random) == 0 ? parties.randomElement(using: &random) : nil
        let agreed = try view(of: network).policies.filter { $0.decision == .agreed }.map(\.hash)
        let from = Bool.random(using: &random) ? Int64.random(in: 5...120, using: &random) : nil
        let length = Bool.random(using: &random) ? Int64.random(in: 30...200, using: &random) : nil
        return PolicyProposal(
            format: .jsonld,
            document: try PolicyLifecycleTests.document(permits: permits, prohibits: prohibits, serial: serial),
            inForceFrom: from.map { network.time.adding(seconds: $0) },
            inForceUntil: length.map { network.time.adding(seconds: (from ?? 0) + $0) },
            replaces: Bool.random(using: &random) ? agreed.randomElement(using: &random) : nil)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func oneKeyOpensNothing(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var network = try PolicyLifecycleTests.prepared()
        var (withdrawals, closed) = (0, 0)
        for serial in 0..<16 {
            let proposal = try Self.proposal(serial, network, &random)
            let hash = PolicyHash(of: proposal.document)
            try network.submit(.policyPropose(proposal), by: "\(Self.city)#policy-1")
            try network.submit(.policyApprove(PolicyDecision(policy: hash)), by: "\(Self.city)#policy-2")
            guard let record = try view(of: network).policies.randomElement(using: &random) else { continue }
            let next = network.time.adding(seconds: 1)
            let before = try Self.permitted(network, from: next)
            let decision = PolicyDecision(policy: record.hash)
            guard try network.submit(.policyWithdraw(decision), by: "\(Self.city)#policy-3").words == "applied" else {
                continue
            }
            let after = try Self.permitted(network, from: next)
            #expect(after.isSubset(of: before), "\(record)")
            withdrawals += 1
            if after != before { closed += 1 }
        }
        #expect(withdrawals > 2)
        #expect(closed > 0)
    }
}
