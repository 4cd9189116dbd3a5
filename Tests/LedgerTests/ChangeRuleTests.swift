import CityIdentity
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

/// What takes as many keys as a policy, because it could get around them.
@Suite struct ChangeRuleTests {
    private let city = "MA.840.5363000"

    private func prepared(_ keys: [String] = ["registry", "policy-1", "policy-2"], registrars: Int = 1) throws
        -> TestNetwork
    {
        var network = try TestNetwork(registrars: registrars, threshold: registrars)
        try network.admit(city, keys: keys)
        _ = try network.publish("\(city)/air", by: "\(city)#registry")
        return network
    }

    private func code() throws -> IdentificationCode { try IdentificationCode(city) }

    private func waiting(_ network: TestNetwork) throws -> [ChangeRecord] {
        try network.state.changes(of: code())
    }

    private func decision(_ network: TestNetwork) throws -> PolicyDecision {
        PolicyDecision(policy: try #require(waiting(network).first).hash)
    }

    private func lower(to number: Int) throws -> Transaction.Body {
        .identityUpdate(IdentityUpdate(code: try code(), policyApprovals: number))
    }

    @Test("a registry key alone adds no policy key, and its own policy keys let nothing through")
    func newKey() throws {
        var network = try prepared()
        let declaration = try network.declare("\(city)#policy-3")
        #expect(try network.submit(.keyAdd(declaration), by: "\(city)#registry").words == "applied")
        #expect(network.state.key(declaration.id) == nil)
        #expect(try network.submit(.keyAdd(declaration), by: "\(city)#registry").words.contains("waits already"))
        let decision = try decision(network)
        #expect(try network.submit(.policyApprove(decision), by: "\(city)#policy-3").words.hasPrefix("unknownKey: "))
        #expect(try network.submit(.policyApprove(decision), by: "\(city)#registry").words.hasSuffix("`policy`"))
        #expect(try network.submit(.policyApprove(decision), by: "\(city)#policy-1").words == "applied")
        #expect(
            try network.submit(.policyApprove(decision), by: "\(city)#policy-1").words.hasSuffix("another key must"))
        #expect(network.state.key(declaration.id) == nil)
        #expect(try network.submit(.policyApprove(decision), by: "\(city)#policy-2").words == "applied")
        #expect(network.state.activeKey(declaration.id, for: .policy, at: network.time) != nil)
        #expect(network.state.identity(try code())?.keys.contains(declaration.id) == true)
        #expect(try waiting(network).isEmpty)
    }

    @Test("other keys need nobody's agreement")
    func otherKey() throws {
        var network = try prepared()
        let declaration = try network.declare("\(city)#exchange-3")
        try network.submit(.keyAdd(declaration), by: "\(city)#registry")
        #expect(network.state.key(declaration.id) != nil)
        let both = try network.declare("\(city)#exchange-4", purposes: [.exchange, .policy])
        try network.submit(.keyAdd(both), by: "\(city)#registry")
        #expect(network.state.key(both.id) == nil)
    }

    @Test("a node that has yet to have its first policy keys gets them from its registry key")
    func setup() throws {
        var network = try prepared(["registry"])
        for name in ["policy-1", "policy-2", "policy-3"] {
            try network.submit(.keyAdd(network.declare("\(city)#\(name)")), by: "\(city)#registry")
        }
        #expect(try network.state.key(network.id("\(city)#policy-2")) != nil)
        #expect(try network.state.key(network.id("\(city)#policy-3")) == nil)
    }

    @Test("nobody gets back to that by revoking")
    func revoking() throws {
        var network = try prepared()
        for name in ["policy-1", "policy-2"] {
            let revocation = KeyRevocation(key: try network.id("\(city)#\(name)"), reason: "mine now")
            #expect(try network.submit(.keyRevoke(revocation), by: "\(city)#registry").words == "applied")
        }
        try network.submit(.keyAdd(network.declare("\(city)#policy-3")), by: "\(city)#registry")
        #expect(try network.state.key(network.id("\(city)#policy-3")) == nil)
        try network.submit(lower(to: 1), by: "\(city)#registry")
        #expect(network.state.identity(try code())?.policyApprovals == 2)
    }

    @Test("nor by asking for more keys than there are")
    func raising() throws {
        var network = try prepared()
        let words = try network.submit(lower(to: 3), by: "\(city)#registry").words
        #expect(words == "`\(city)` has fewer than 3 active `policy` keys: add them first")
        #expect(network.state.identity(try code())?.policyApprovals == 2)
    }

    @Test("fewer approvals take as many keys as there must be now")
    func lowering() throws {
        var network = try prepared()
        #expect(try network.submit(lower(to: 1), by: "\(city)#registry").words == "applied")
        #expect(network.state.identity(try code())?.policyApprovals == 2)
        let decision = try decision(network)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-1")
        #expect(network.state.identity(try code())?.policyApprovals == 2)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-2")
        #expect(network.state.identity(try code())?.policyApprovals == 1)
        let mixed = IdentityUpdate(code: try code(), contact: "here", policyApprovals: 2)
        #expect(try network.submit(.identityUpdate(mixed), by: "\(city)#registry").words == "applied")
        let again = IdentityUpdate(code: try code(), contact: "there", policyApprovals: 1)
        #expect(try network.submit(.identityUpdate(again), by: "\(city)#registry").words.hasSuffix("come alone"))
    }

    @Test("where policy keys are lost, registrars agree to new ones in their place", arguments: [1, 2])
    func recovery(_ registrars: Int) throws {
        var network = try prepared(registrars: registrars)
        try network.submit(.keyAdd(network.declare("\(city)#policy-3")), by: "\(city)#registry")
        let decision = try decision(network)
        for registrar in network.registrars {
            #expect(try network.state.key(network.id("\(city)#policy-3")) == nil)
            #expect(try network.submit(.policyApprove(decision), by: "\(registrar)#registry").words == "applied")
        }
        #expect(try network.state.key(network.id("\(city)#policy-3")) != nil)
        // But to nothing else of the city's.
        try network.submit(lower(to: 1), by: "\(city)#registry")
        let other = try self.decision(network)
        #expect(try network.submit(.policyApprove(other), by: "\(network.registrars[0])#registry").words != "applied")
    }

    @Test("a registrar does not agree to its own keys as one")
    func ownRegistrar() throws {
        var network = try TestNetwork()
        let code = network.registrars[0]
        for name in ["policy-1", "policy-2", "policy-3"] {
            try network.submit(.keyAdd(network.declare("\(code)#\(name)")), by: "\(code)#registry")
        }
        let change = try #require(network.state.changes(of: code).first)
        #expect(
            try network.submit(.policyApprove(PolicyDecision(policy: change.hash)), by: "\(code)#registry").words
                != "applied")
        #expect(try network.state.key(network.id("\(code)#policy-3")) == nil)
    }

    @Test(
        "a change that is rejected is gone, and begins anew when it is asked for again",
        arguments: ["policy-2", "registry"])
    func rejection(_ signer: String) throws {
        var network = try prepared()
        let declaration = try network.declare("\(city)#policy-3")
        try network.submit(.keyAdd(declaration), by: "\(city)#registry")
        let decision = try decision(network)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-1")
        #expect(try network.submit(.policyReject(decision), by: "\(city)#\(signer)").words == "applied")
        #expect(try waiting(network).isEmpty)
        #expect(
            try network.submit(.policyApprove(decision), by: "\(city)#policy-2").words.contains("is not on the ledger"))
        try network.submit(.keyAdd(declaration), by: "\(city)#registry")
        try network.submit(.policyApprove(decision), by: "\(city)#policy-2")
        #expect(network.state.key(declaration.id) == nil)
    }

    @Test("so many changes may wait and no more")
    func bound() throws {
        var network = try prepared()
        for number in 0..<ChangeRecord.limit {
            let declaration = try network.declare("\(city)#policy-\(10 + number)")
            #expect(try network.submit(.keyAdd(declaration), by: "\(city)#registry").words == "applied")
        }
        let declaration = try network.declare("\(city)#policy-99")
        #expect(try network.submit(.keyAdd(declaration), by: "\(city)#registry").words.hasPrefix("16 changes"))
    }

    enum Remap: String, CaseIterable, Sendable {
        case origin, actions, both, title
    }

    private func remapped(_ what: Remap) throws -> Dataset {
        let old = try TestNetwork.dataset("\(city)/air")
        return Dataset(
            identifier: old.identifier, title: what == .title ? LocalizedText(["en": "Air"]) : old.title,
            origin: what == .origin || what == .both ? "https://origin.test/" : old.origin,
            actions: what == .actions || what == .both
                ? [.init(methods: ["GET", "POST", "DELETE"], path: "/**", action: "read")] : old.actions)
    }

    @Test(
        "a dataset that policies speak of is mapped anew by as many keys as they took", arguments: Remap.allCases,
        [true, false])
    func remapping(_ what: Remap, _ isInForce: Bool) throws {
        var network = try prepared()
        let proposal = try TestNetwork.policy(for: "\(city)/air")
        try network.submit(.policyPropose(proposal), by: "\(city)#policy-1")
        let policy = PolicyDecision(policy: PolicyHash(of: proposal.document))
        if isInForce { try network.submit(.policyApprove(policy), by: "\(city)#policy-2") }
        let dataset = try remapped(what)
        for signer in ["policy-1", "registry"] {
            _ = try network.submit(.datasetPublish(dataset), by: "\(city)#\(signer)")
            let isMade = network.state.dataset(dataset.identifier)?.dataset == dataset
            #expect(isMade == (what == .title))
        }
        guard what != .title else { return }
        // Nor by way of a withdrawal, which one key may make.
        let withdrawal = DatasetWithdrawal(dataset: dataset.identifier)
        #expect(try network.submit(.datasetWithdraw(withdrawal), by: "\(city)#registry").words == "applied")
        let decision = try decision(network)
        try network.submit(.policyApprove(decision), by: "\(city)#policy-2")
        let record = try #require(network.state.dataset(dataset.identifier))
        #expect(record.dataset == dataset)
        #expect(record.isPublished)
    }

    @Test("where nothing speaks of it, one key maps it")
    func unspoken() throws {
        var network = try prepared()
        let proposal = try TestNetwork.policy(for: "\(city)/air")
        try network.submit(.policyPropose(proposal), by: "\(city)#policy-1")
        let policy = PolicyDecision(policy: PolicyHash(of: proposal.document))
        try network.submit(.policyReject(policy), by: "\(city)#policy-1")
        let dataset = try remapped(.both)
        #expect(try network.submit(.datasetPublish(dataset), by: "\(city)#registry").words == "applied")
        #expect(network.state.dataset(dataset.identifier)?.dataset == dataset)
    }

    @Test("a change is read as it is written")
    func reading() throws {
        var network = try prepared()
        try network.submit(.keyAdd(network.declare("\(city)#policy-3")), by: "\(city)#registry")
        try network.submit(lower(to: 1), by: "\(city)#registry")
        try network.submit(.policyApprove(decision(network)), by: "\(city)#policy-1")
        for record in try waiting(network) { #expect(try ChangeRecord(json: record.json) == record) }
        #expect(try waiting(network).count == 2)
    }
}
