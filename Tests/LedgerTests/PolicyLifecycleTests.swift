import CityIdentity
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

/// When policies come into force and end: by their times, by others in their place, and by decision.
@Suite struct PolicyLifecycleTests {
    static let city = "MA.156.1301"
    static let dataset = "MA.156.1301/air"

    static func prepared() throws -> TestNetwork {
        var network = try TestNetwork()
        try network.admit(city, keys: ["registry", "policy-1", "policy-2", "policy-3"])
        _ = try network.publish(dataset, by: "\(city)#registry")
        return network
    }

    /// A policy that permits and prohibits reading to who is named.
    static func document(permits: String? = nil, prohibits: String? = nil, serial: Int) throws -> [UInt8] {
        let target = try DatasetIdentifier(dataset).iri.text
        let rule = { (party: String) in
            #"[{"target": "\#(target)", "action": "read", "assignee": "did:ma:\#(party)"}]"#
        }
        var members = [
            #""@context": "http://www.w3.org/ns/odrl.jsonld""#, #""@type": "Set""#, #""uid": "urn:test:\#(serial)""#,
            #""conflict": "prohibit""#,
        ]
        if let permits { members.append(#""permission": \#(rule(permits))"#) }
        if let prohibits { members.append(#""prohibition": \#(rule(prohibits))"#) }
        return Array("{\(members.joined(separator: ", "))}".utf8)
    }

    private func proposal(
        _ serial: Int, from: Int64? = nil, until: Int64? = nil, replaces: PolicyHash? = nil, after network: TestNetwork,
        prohibits: String? = nil
    ) throws -> PolicyProposal {
        PolicyProposal(
            format: .jsonld,
            document: try Self.document(permits: "156.110108", prohibits: prohibits, serial: serial),
            inForceFrom: from.map { network.time.adding(seconds: $0) },
            inForceUntil: until.map { network.time.adding(seconds: $0) }, replaces: replaces)
    }

    @discardableResult
    private func agree(_ proposal: PolicyProposal, in network: inout TestNetwork) throws -> PolicyHash {
        #expect(try network.submit(.policyPropose(proposal), by: "\(Self.city)#policy-1").words == "applied")
        let hash = PolicyHash(of: proposal.document)
        let approval = PolicyDecision(policy: hash)
        #expect(try network.submit(.policyApprove(approval), by: "\(Self.city)#policy-2").words == "applied")
        return hash
    }

    @Test func anAgreementToOtherTermsIsNone() throws {
        var network = try Self.prepared()
        let guarded = try agree(proposal(1, after: network, prohibits: "840"), in: &network)
        let harmless = try proposal(2, until: 60, after: network)
        try network.submit(.policyPropose(harmless), by: "\(Self.city)#policy-1")
        let hash = PolicyHash(of: harmless.document)
        let approval = PolicyDecision(policy: hash)
        let heldBack = try network.sign(.policyApprove(approval), by: "\(Self.city)#policy-2")
        try network.submit(.policyReject(approval), by: "\(Self.city)#policy-1")
        // The same bytes, and so the same hash, in the place of what kept somebody out.
        let other = PolicyProposal(format: .jsonld, document: harmless.document, replaces: guarded)
        #expect(try network.submit(.policyPropose(other), by: "\(Self.city)#policy-1").words == "applied")
        let refused = try #require(try network.append([heldBack]).first)
        #expect(refused.words.contains("proposed anew"), "\(refused.words)")
        #expect(try inForce(network, after: 0) == [guarded])
        #expect(try network.submit(.policyApprove(approval), by: "\(Self.city)#policy-2").words == "applied")
        #expect(try inForce(network, after: 0) == [hash])
    }

    private func withdraw(_ hash: PolicyHash, by key: Int, in network: inout TestNetwork) throws -> String {
        try network.submit(.policyWithdraw(PolicyDecision(policy: hash)), by: "\(Self.city)#policy-\(key)").words
    }

    private func inForce(_ network: TestNetwork, after seconds: Int64) throws -> [PolicyHash] {
        try view(of: network).policies(
            for: try DatasetIdentifier(Self.dataset), at: network.time.adding(seconds: seconds)
        ).policies.map(\.hash)
    }

    private func status(_ hash: PolicyHash, _ network: TestNetwork, after seconds: Int64) -> PolicyRecord.Status? {
        network.state.policy(hash)?.status(at: network.time.adding(seconds: seconds))
    }

    @Test("in force from its time until its end, without a transaction at either")
    func term() throws {
        var network = try Self.prepared()
        let hash = try agree(proposal(1, from: 102, until: 202, after: network), in: &network)
        for (seconds, expected) in [
            (0, .scheduled), (99, .scheduled), (100, .inForce), (199, .inForce), (200, .expired),
        ] as [(Int64, PolicyRecord.Status)] {
            #expect(status(hash, network, after: seconds) == expected)
            #expect(try inForce(network, after: seconds) == (expected == .inForce ? [hash] : []))
            let agreed = try view(of: network).agreedPolicies(
                for: try DatasetIdentifier(Self.dataset), at: network.time.adding(seconds: seconds))
            #expect(agreed.map(\.hash) == (expected == .expired ? [] : [hash]))
        }
    }

    @Test("agreed to late, it begins at once; agreed to after its end, never")
    func late() throws {
        var network = try Self.prepared()
        let first = try agree(proposal(1, from: 2, until: 50, after: network), in: &network)
        #expect(try inForce(network, after: 0) == [first])
        let second = try proposal(2, until: 3, after: network)
        try network.submit(.policyPropose(second), by: "\(Self.city)#policy-1")
        try network.append([network.sign(.policyReject(PolicyDecision(policy: first)), by: "\(Self.city)#policy-1")])
        try network.append([network.sign(.policyReject(PolicyDecision(policy: first)), by: "\(Self.city)#policy-1")])
        let decision = PolicyDecision(policy: PolicyHash(of: second.document))
        #expect(
            try network.submit(.policyApprove(decision), by: "\(Self.city)#policy-2").words.hasSuffix("is expired"))
        // It may be proposed again with another end.
        let again = PolicyProposal(format: .jsonld, document: second.document)
        #expect(try network.submit(.policyPropose(again), by: "\(Self.city)#policy-1").words == "applied")
    }

    @Test("times that are past, and an end before the beginning, are refused")
    func times() throws {
        var network = try Self.prepared()
        let words = { (proposal: PolicyProposal) in
            try network.submit(.policyPropose(proposal), by: "\(Self.city)#policy-1").words
        }
        #expect(try words(proposal(1, from: -1, after: network)).hasSuffix("which is past"))
        #expect(try words(proposal(1, until: 1, after: network)).hasSuffix("which is past"))
        let reversed = try proposal(1, from: 60, until: 60, after: network)
        let jws = try network.sign(.policyPropose(reversed), by: "\(Self.city)#policy-1")
        #expect(throws: LedgerError.self) { try Transaction(parsing: jws) }
    }

    @Test("what it replaces ends in the moment it begins, with what that one prohibited")
    func replacement() throws {
        var network = try Self.prepared()
        let old = try agree(proposal(1, after: network, prohibits: "840"), in: &network)
        let new = try agree(proposal(2, from: 102, replaces: old, after: network), in: &network)
        #expect(try inForce(network, after: 99) == [old])
        #expect(try inForce(network, after: 100) == [new])
        #expect(status(old, network, after: 100) == .replaced)
        #expect(network.state.policy(old)?.replacedBy == new)
        // Once more takes its place: it is taken.
        let third = try proposal(3, replaces: old, after: network)
        #expect(
            try network.submit(.policyPropose(third), by: "\(Self.city)#policy-1").words
                == "the place of the policy `\(old)` is taken by `\(new)` already")
    }

    @Test("nothing replaces what is not there, not agreed to, another node's, or itself")
    func strangers() throws {
        var network = try Self.prepared()
        _ = try network.delegate("\(Self.city).01", by: "\(Self.city)#registry")
        _ = try network.publish("\(Self.city).01/air", by: "\(Self.city).01#registry")
        let proposed = try proposal(1, after: network)
        try network.submit(.policyPropose(proposed), by: "\(Self.city)#policy-1")
        let waiting = PolicyHash(of: proposed.document)
        let inForce = try agree(proposal(2, after: network), in: &network)
        let document = try proposal(3, after: network).document
        let words = { (replaced: PolicyHash) in
            let proposal = PolicyProposal(format: .jsonld, document: document, replaces: replaced)
            return try network.submit(.policyPropose(proposal), by: "\(Self.city)#policy-1").words
        }
        #expect(try words(PolicyHash(of: [1])).hasSuffix("is not on the ledger"))
        #expect(try words(waiting).hasSuffix("is proposed"))
        #expect(try words(PolicyHash(of: document)).hasSuffix("is not on the ledger"))
        let unit = PolicyProposal(
            format: .jsonld, document: try TestNetwork.policy(for: "\(Self.city).01/air").document, replaces: inForce)
        #expect(
            try network.submit(.policyPropose(unit), by: "\(Self.city).01#policy-1").words
                .hasSuffix("is one of `\(Self.city)`"))
    }

    @Test("the withdrawal of one that has yet to replace another takes as many keys to keep that one")
    func withdrawnReplacement() throws {
        var network = try Self.prepared()
        let old = try agree(proposal(1, after: network), in: &network)
        let new = try agree(proposal(2, from: 100, replaces: old, after: network), in: &network)
        #expect(try withdraw(new, by: 3, in: &network) == "applied")
        #expect(status(new, network, after: 0) == .withdrawn)
        #expect(try inForce(network, after: 0) == [old])
        #expect(try inForce(network, after: 200) == [])
        #expect(try withdraw(new, by: 3, in: &network) != "applied")
        #expect(try withdraw(new, by: 1, in: &network) == "applied")
        #expect(try inForce(network, after: 200) == [old])
        #expect(network.state.policy(old)?.history.last?.kind == .restored)
        #expect(try withdraw(new, by: 2, in: &network).hasSuffix("is withdrawn"))
    }

    @Test("one key ends what a policy permits, as many as agreed what it prohibits")
    func suspension() throws {
        var network = try Self.prepared()
        let permission = try agree(proposal(1, after: network), in: &network)
        let both = try agree(proposal(2, after: network, prohibits: "840"), in: &network)
        #expect(try withdraw(permission, by: 3, in: &network) == "applied")
        let dataset = try DatasetIdentifier(Self.dataset)
        let reads = { (code: String) in
            let request = AccessRequest(
                consumer: try IdentificationCode(code), dataset: dataset, action: "read", purpose: nil,
                time: network.time)
            return try view(of: network).policies(for: dataset).evaluate(request, EvaluationState())
        }
        #expect(try reads("MA.156.110108").isPermit)
        #expect(try reads("MA.840.5363000").reason == .prohibition)
        #expect(try withdraw(both, by: 3, in: &network) == "applied")
        #expect(network.state.policy(both)?.isSuspended == true)
        #expect(status(both, network, after: 0) == .inForce)
        #expect(try reads("MA.156.110108").reason == .noPermission)
        #expect(try reads("MA.156.110108").summary.contains("its withdrawal was asked for"))
        #expect(try reads("MA.840.5363000").reason == .prohibition)
        #expect(try withdraw(both, by: 1, in: &network) == "applied")
        #expect(try inForce(network, after: 0).isEmpty)
    }

    @Test("an earlier policy's bytes come back as a proposal, and the history says who did what in which transaction")
    func rollback() throws {
        var network = try Self.prepared()
        let first = try proposal(1, after: network)
        let old = try agree(first, in: &network)
        let new = try agree(proposal(2, replaces: old, after: network), in: &network)
        #expect(try inForce(network, after: 0) == [new])
        let rollback = PolicyProposal(format: first.format, document: first.document, replaces: new)
        #expect(try agree(rollback, in: &network) == old)
        #expect(try inForce(network, after: 0) == [old])
        let history = try #require(network.state.policy(old)?.history)
        #expect(history.map(\.kind) == [.proposed, .approved, .replaced, .proposed, .approved])
        #expect(history[2].policy == new)
        let leaves = network.blocks.flatMap(\.leaves)
        for event in history {
            let transaction = try Transaction(parsing: leaves[Int(event.leaf)])
            #expect(transaction.signer == event.signer)
        }
    }

    @Test("what has ended takes no room")
    func room() throws {
        var network = try Self.prepared()
        for serial in 0..<LedgerState.policyLimit {
            try network.submit(
                .policyPropose(proposal(serial, until: 100, after: network)), by: "\(Self.city)#policy-1")
        }
        let more = try proposal(99, after: network)
        #expect(try network.submit(.policyPropose(more), by: "\(Self.city)#policy-1").words.contains("more than"))
        network.time = network.time.adding(seconds: 100)
        #expect(try network.submit(.policyPropose(more), by: "\(Self.city)#policy-1").words == "applied")
        let open = network.state.policiesAbout(try DatasetIdentifier(Self.dataset), at: network.time)
        #expect(open.count == 1)
    }

    @Test("a history keeps the latest events")
    func history() throws {
        var network = try Self.prepared()
        let again = try proposal(1, after: network)
        let hash = PolicyHash(of: again.document)
        for _ in 0..<40 {
            try network.submit(.policyPropose(again), by: "\(Self.city)#policy-1")
            try network.submit(.policyReject(PolicyDecision(policy: hash)), by: "\(Self.city)#policy-1")
        }
        let history = try #require(network.state.policy(hash)?.history)
        #expect(history.count == PolicyRecord.historyLimit)
        #expect(history.last?.leaf == network.chain.log.size - 1)
    }
}
