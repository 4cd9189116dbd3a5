import CityIdentity
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct PolicyRuleTests {
    private let city = "MA.156.1301"

    private func prepared(keys: [String] = ["registry", "policy-1", "policy-2", "policy-3"]) throws -> TestNetwork {
        var network = try TestNetwork()
        try network.admit(city, keys: keys)
        _ = try network.publish("\(city)/air", by: "\(city)#registry")
        return network
    }

    private func propose(_ network: inout TestNetwork, prohibits: Bool = false, serial: Int = 0) throws
        -> PolicyDecision
    {
        let proposal = try TestNetwork.policy(for: "\(city)/air", prohibits: prohibits, serial: serial)
        #expect(try network.submit(.policyPropose(proposal), by: "\(city)#policy-1").words == "applied")
        return PolicyDecision(policy: PolicyHash(of: proposal.document))
    }

    private func inForce(_ network: TestNetwork) throws -> [PolicyHash] {
        network.state.policiesInForce(for: try DatasetIdentifier("\(city)/air"), at: network.time)
    }

    @Test("as many different keys as the city has set", arguments: [1, 2, 3])
    func approvals(_ number: Int) throws {
        var network = try prepared()
        let update = IdentityUpdate(code: try IdentificationCode(city), policyApprovals: number)
        try network.submit(.identityUpdate(update), by: "\(city)#registry")
        for change in network.state.changes(of: try IdentificationCode(city)) {
            for key in 1...2 {
                try network.submit(.policyApprove(PolicyDecision(policy: change.hash)), by: "\(city)#policy-\(key)")
            }
        }
        #expect(network.state.identity(try IdentificationCode(city))?.policyApprovals == number)
        let decision = try propose(&network)
        #expect(try network.submit(.policyApprove(decision), by: "\(city)#policy-1").words != "applied")
        for key in 2..<(number + 1) where number > 1 {
            #expect(try inForce(network).isEmpty)
            #expect(try network.submit(.policyApprove(decision), by: "\(city)#policy-\(key)").words == "applied")
        }
        #expect(try inForce(network) == [decision.policy])
    }

    @Test("two, where the city has set nothing")
    func defaultApprovals() throws {
        var network = try prepared()
        let decision = try propose(&network)
        #expect(try inForce(network).isEmpty)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-2")
        #expect(try inForce(network) == [decision.policy])
    }

    @Test("the approval of a key revoked since does not count")
    func revokedApproval() throws {
        var network = try prepared()
        let decision = try propose(&network)
        let proposer = try network.id("\(city)#policy-1")
        try network.submit(.keyRevoke(KeyRevocation(key: proposer, reason: "stolen")), by: "\(city)#registry")
        try network.submit(.policyApprove(decision), by: "\(city)#policy-2")
        #expect(try inForce(network).isEmpty)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-3")
        #expect(try inForce(network) == [decision.policy])
    }

    @Test("a permission's end takes one key, a prohibition's as many as its beginning")
    func withdrawal() throws {
        var network = try prepared()
        let permission = try propose(&network)
        try network.submit(.policyApprove(permission), by: "\(city)#policy-2")
        let prohibition = try propose(&network, prohibits: true, serial: 1)
        try network.submit(.policyApprove(prohibition), by: "\(city)#policy-2")

        #expect(try network.submit(.policyWithdraw(permission), by: "\(city)#policy-3").words == "applied")
        #expect(try inForce(network) == [prohibition.policy])
        #expect(try network.submit(.policyWithdraw(prohibition), by: "\(city)#policy-3").words == "applied")
        #expect(try inForce(network) == [prohibition.policy])
        #expect(try network.submit(.policyWithdraw(prohibition), by: "\(city)#policy-3").words != "applied")
        #expect(try network.submit(.policyWithdraw(prohibition), by: "\(city)#policy-1").words == "applied")
        #expect(try inForce(network).isEmpty)
    }

    @Test("what was rejected or withdrawn may be proposed anew, from the beginning")
    func again() throws {
        var network = try prepared()
        let decision = try propose(&network)
        #expect(try network.submit(.policyWithdraw(decision), by: "\(city)#policy-1").words != "applied")
        try network.submit(.policyReject(decision), by: "\(city)#policy-2")
        #expect(network.state.policy(decision.policy)?.decision == .rejected)
        #expect(try network.submit(.policyApprove(decision), by: "\(city)#policy-2").words != "applied")
        #expect(try propose(&network) == decision)
        #expect(network.state.policy(decision.policy)?.approvals.count == 1)
        let twice = try TestNetwork.policy(for: "\(city)/air")
        #expect(
            try network.submit(.policyPropose(twice), by: "\(city)#policy-2").words.hasSuffix("is proposed already"))
    }

    static let context = #""@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Set","uid":"urn:x:1""#

    @Test(
        "a policy that is none, or speaks of what is not its proposer's, is refused",
        arguments: [
            "", "{}", "{\(context)}", #"{\#(context),"permission":[{"action":"read"}]}"#,
            #"{\#(context),"permission":[{"target":"did:ma:840.5363000/air","action":"read"}]}"#,
            #"{\#(context),"permission":[{"target":"did:ma:156.1302/air","action":"read"}]}"#,
            #"{\#(context),"permission":[{"target":"urn:everything","action":"read"}]}"#,
            #"{\#(context),"permission":[{"target":"did:ma:156.1301/air","action":"levitate"}]}"#,
            #"{\#(context),"prohibition":[{"action":"read"}]}"#,
        ])
    func refused(_ document: String) throws {
        var network = try prepared()
        try network.admit("MA.840.5363000")
        _ = try network.publish("MA.840.5363000/air", by: "MA.840.5363000#registry")
        let proposal = PolicyProposal(format: .jsonld, document: Array(document.utf8))
        let execution = try network.submit(.policyPropose(proposal), by: "\(city)#policy-1")
        guard case .recorded(.noop) = execution else {
            Issue.record("`\(document)`: \(execution.words)")
            return
        }
        #expect(network.state.policies.isEmpty)
    }

    @Test("so many policies speak of one dataset and no more")
    func number() throws {
        var network = try prepared()
        for serial in 0..<LedgerState.policyLimit { _ = try propose(&network, serial: serial) }
        let proposal = try TestNetwork.policy(for: "\(city)/air", serial: 99)
        let words = try network.submit(.policyPropose(proposal), by: "\(city)#policy-1").words
        #expect(words.hasSuffix("would speak of `\(city)/air`"))
        let other = try TestNetwork.policy(for: "\(city)/water", serial: 99)
        #expect(try network.submit(.policyPropose(other), by: "\(city)#policy-1").words == "applied")
        let first = PolicyDecision(policy: PolicyHash(of: try TestNetwork.policy(for: "\(city)/air").document))
        try network.submit(.policyReject(first), by: "\(city)#policy-1")
        #expect(try network.submit(.policyPropose(proposal), by: "\(city)#policy-1").words == "applied")
    }

    @Test("nor more bytes of them")
    func size() throws {
        var network = try prepared()
        var taken = 0
        for serial in 0..<8 {
            let policy = try TestNetwork.policy(for: "\(city)/air", serial: serial)
            let padded = PolicyProposal(
                format: policy.format, document: policy.document + Array(repeating: 0x20, count: 40_000))
            if try network.submit(.policyPropose(padded), by: "\(city)#policy-1").words == "applied" { taken += 1 }
        }
        #expect(taken == LedgerState.policySizeLimit / 40_400)
    }

    @Test("policies stand for a dataset only while its provider is active, and only in views after them")
    func views() throws {
        var network = try prepared()
        let dataset = try DatasetIdentifier("\(city)/air")
        let library = PolicyLibrary()
        let before = try view(of: network, library)
        let decision = try propose(&network)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-2")
        let after = try view(of: network, library)
        #expect(after.policies(for: dataset).policies.map(\.hash) == [decision.policy])
        #expect(before.policies(for: dataset).isEmpty)
        #expect(after.policies(for: dataset).policies.map(\.hash) == [decision.policy])
        let change = StatusChange(code: try IdentificationCode(city), reason: "r")
        try network.submit(.identitySuspend(change), by: "\(city)#registry")
        #expect(try view(of: network, library).policies(for: dataset).isEmpty)
    }
}

/// A view of a chain that is not on disk; its checkpoint is of no consequence.
func view(of network: TestNetwork, _ library: PolicyLibrary = PolicyLibrary()) throws -> LedgerView {
    let head = LedgerCheckpoint(
        network: TestNetwork.name, height: network.chain.height - 1, size: network.chain.log.size,
        root: network.chain.log.root, stateRoot: network.state.tree.root, time: network.chain.time)
    let note = try head.signed(by: network.validator())
    return LedgerView(chain: network.chain, head: head, checkpoint: note, library: library)
}
