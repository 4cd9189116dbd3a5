import CityIdentity
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct IdentityRuleTests {
    private let seattle = "MA.840.5363000"

    private func change(_ code: String) throws -> StatusChange {
        StatusChange(code: try IdentificationCode(code), reason: "as decided")
    }

    @Test("as many registrars as the genesis says must agree", arguments: [(1, 1), (3, 2), (3, 3)])
    func quorum(_ count: Int, _ threshold: Int) throws {
        var network = try TestNetwork(registrars: count, threshold: threshold)
        let code = try IdentificationCode(seattle)
        try network.submit(.identityApply(network.application(code, ["registry"])), by: "\(code)#registry")
        for vote in 1...threshold {
            #expect(network.state.identity(code) == nil)
            let approval = Transaction.Body.identityApprove(try network.decision(on: code))
            let signer = "\(network.registrars[vote - 1])#registry"
            #expect(try network.submit(approval, by: signer).words == "applied")
            if vote < threshold {
                #expect(try network.submit(approval, by: signer).words.hasSuffix("has voted for this already"))
            }
        }
        #expect(network.state.identity(code)?.status == .active)
        #expect(network.state.identity(code)?.votes.isEmpty == true)
    }

    @Test("a registrar with two keys has one vote")
    func oneVote() throws {
        var network = try TestNetwork(registrars: 2, threshold: 2)
        let registrar = network.registrars[0]
        try network.submit(.keyAdd(network.declare("\(registrar)#registry-2")), by: "\(registrar)#registry")
        let code = try IdentificationCode(seattle)
        try network.submit(.identityApply(network.application(code, ["registry"])), by: "\(code)#registry")
        let approval = Transaction.Body.identityApprove(try network.decision(on: code))
        try network.submit(approval, by: "\(registrar)#registry")
        #expect(try network.submit(approval, by: "\(registrar)#registry-2").words != "applied")
        #expect(network.state.identity(code) == nil)
    }

    @Test("the vote of a registrar suspended since does not count")
    func suspendedRegistrar() throws {
        var network = try TestNetwork(registrars: 3, threshold: 2)
        let code = try IdentificationCode(seattle)
        try network.submit(.identityApply(network.application(code, ["registry"])), by: "\(code)#registry")
        let approval = Transaction.Body.identityApprove(try network.decision(on: code))
        try network.submit(approval, by: "\(network.registrars[0])#registry")
        try network.submit(
            .identitySuspend(change(network.registrars[0].description)), by: "\(network.registrars[0])#registry")
        try network.submit(approval, by: "\(network.registrars[1])#registry")
        #expect(network.state.identity(code) == nil)
        try network.submit(approval, by: "\(network.registrars[2])#registry")
        #expect(network.state.identity(code)?.status == .active)
    }

    @Test("a code is never given twice", arguments: ["active", "suspended", "retired"])
    func reuse(_ status: String) throws {
        var network = try TestNetwork()
        let code = try IdentificationCode(seattle)
        try network.submit(.identityApply(network.application(code, ["registry"])), by: "\(code)#registry")
        try network.submit(.identityApprove(network.decision(on: code)), by: "\(network.registrars[0])#registry")
        if status == "suspended" { try network.submit(.identitySuspend(change(seattle)), by: "\(code)#registry") }
        if status == "retired" { try network.submit(.identityRetire(change(seattle)), by: "\(code)#registry") }
        #expect(network.state.identity(code)?.status.rawValue == status)

        let second = try network.application(code, ["registry-7"])
        let words = try network.submit(.identityApply(second), by: "\(code)#registry-7").words
        #expect(words == "refused: `\(code)` is \(status) already; a code is never reused")
    }

    @Test("nor is a delegated one, after its end")
    func delegatedReuse() throws {
        var network = try TestNetwork()
        try network.admit(seattle)
        _ = try network.delegate("\(seattle).01", by: "\(seattle)#registry")
        try network.submit(.identityRetire(change("\(seattle).01")), by: "\(seattle)#registry")
        let again = try network.delegate("\(seattle).01", by: "\(seattle)#registry", keys: ["registry-2"])
        #expect(again.words.hasSuffix("a code is never reused"))
        #expect(
            try network.submit(.identityReinstate(change("\(seattle).01")), by: "\(seattle)#registry").words
                != "applied")
    }

    @Test("one public key stands on the ledger once, one id too")
    func uniqueKeys() throws {
        var network = try TestNetwork()
        try network.admit(seattle)
        let known = try #require(network.state.key(network.id("\(seattle)#exchange"))).declaration
        let copy = try KeyDeclaration(
            id: try network.id("\(seattle)#exchange-2"), publicKey: known.publicKey, purposes: [.tls],
            notBefore: known.notBefore, notAfter: known.notAfter)
        #expect(try network.submit(.keyAdd(copy), by: "\(seattle)#registry").words.contains("stands on the ledger as"))
        let taken = try network.declare("\(seattle)#exchange")
        #expect(try network.submit(.keyAdd(taken), by: "\(seattle)#registry").words.hasSuffix("is taken"))

        // Not even after its revocation.
        try network.submit(.keyRevoke(KeyRevocation(key: known.id, reason: "lost")), by: "\(seattle)#registry")
        #expect(try network.submit(.keyAdd(copy), by: "\(seattle)#registry").words.contains("stands on the ledger as"))
        #expect(network.state.key(known.id)?.revocation != nil)
    }

    @Test("under a suspended node nothing is active", arguments: [0, 1, 2])
    func suspendedAncestor(_ level: Int) throws {
        var network = try TestNetwork()
        let codes = [seattle, "\(seattle).01", "\(seattle).01.02"]
        try network.admit(codes[0])
        _ = try network.delegate(codes[1], by: "\(codes[0])#registry", keys: ["registry", "exchange"])
        _ = try network.delegate(codes[2], by: "\(codes[1])#registry", keys: ["registry", "exchange"])
        try network.submit(.identitySuspend(change(codes[level])), by: "\(codes[level])#registry")
        for (depth, text) in codes.enumerated() {
            let code = try IdentificationCode(text)
            let key = try network.state.activeKey(network.id("\(code)#exchange"), for: .exchange, at: network.time)
            #expect((key != nil) == (depth < level), "\(text)")
            #expect(network.state.isActive(code) == (depth < level))
            let update = Transaction.Body.identityUpdate(IdentityUpdate(code: code, contact: "c"))
            let words = try network.submit(update, by: "\(code)#registry").words
            #expect(words.hasPrefix("inactiveKey: ") == (depth >= level), "\(words)")
        }
    }

    @Test("an application for a city stops nobody below it")
    func pendingAncestor() throws {
        var network = try TestNetwork()
        let city = try IdentificationCode("MA.156.1301")
        try network.submit(.identityApply(network.application(city, ["registry"])), by: "\(city)#registry")
        #expect(network.registrars[0].city == city)
        #expect(network.state.isActive(network.registrars[0]))
        #expect(
            try network.submit(.identityReject(network.decision(on: city)), by: "\(network.registrars[0])#registry")
                .words == "applied")
    }

    @Test("a segment is not a prefix")
    func segments() throws {
        var network = try TestNetwork()
        try network.admit(seattle)
        _ = try network.delegate("\(seattle).01", by: "\(seattle)#registry")
        #expect(try network.delegate("\(seattle).012", by: "\(seattle).01#registry").words != "applied")
        #expect(
            try network.delegate("\(seattle).01", by: "\(seattle).01#registry", keys: ["registry-3"]).words != "applied"
        )
        #expect(try network.delegate("\(seattle).01.12", by: "\(seattle).01#registry").words == "applied")
    }

    @Test(
        "only codes that the rule allocates to cities are applied for",
        arguments: ["MA.156.9999", "MA.999.0001", "MA.156.13", "MA.840.5363000.01"])
    func allocation(_ text: String) throws {
        var network = try TestNetwork()
        let code = try IdentificationCode(text)
        let words = try network.submit(.identityApply(network.application(code, ["registry"])), by: "\(code)#registry")
            .words
        #expect(words.hasPrefix("refused: "))
    }

    @Test("an application is signed by a registry key that it declares")
    func applicant() throws {
        var network = try TestNetwork()
        let code = try IdentificationCode(seattle)
        let application = try network.application(code, ["exchange", "registry"])
        #expect(try network.submit(.identityApply(application), by: "\(code)#exchange").words.hasPrefix("refused: "))
        _ = try network.declare("\(code)#registry-8")
        #expect(
            try network.submit(.identityApply(application), by: "\(code)#registry-8").words.hasPrefix("unknownKey: "))
        #expect(try network.submit(.identityApply(application), by: "\(code)#registry").words == "applied")
    }

    @Test("what registrars suspend they alone reinstate")
    func suspension() throws {
        var network = try TestNetwork(registrars: 2, threshold: 2)
        try network.admit(seattle)
        _ = try network.delegate("\(seattle).01", by: "\(seattle)#registry")
        let (first, second) = ("\(network.registrars[0])#registry", "\(network.registrars[1])#registry")
        try network.submit(.identitySuspend(change("\(seattle).01")), by: first)
        #expect(network.state.isActive(try IdentificationCode("\(seattle).01")))
        try network.submit(.identitySuspend(change("\(seattle).01")), by: second)
        #expect(!network.state.isActive(try IdentificationCode("\(seattle).01")))
        let words = try network.submit(.identityReinstate(change("\(seattle).01")), by: "\(seattle)#registry").words
        #expect(words.hasSuffix("who alone reinstate it"))
        try network.submit(.identityReinstate(change("\(seattle).01")), by: first)
        try network.submit(.identityReinstate(change("\(seattle).01")), by: second)
        #expect(network.state.isActive(try IdentificationCode("\(seattle).01")))
    }

    @Test("registrars take over a node's own suspension")
    func takeover() throws {
        var network = try TestNetwork()
        try network.admit(seattle)
        _ = try network.delegate("\(seattle).01", by: "\(seattle)#registry")
        let code = try IdentificationCode("\(seattle).01")
        try network.submit(.identitySuspend(change(code.description)), by: "\(code)#registry")
        #expect(network.state.identity(code)?.suspendedBy == .own)
        try network.submit(.identitySuspend(change(code.description)), by: "\(network.registrars[0])#registry")
        #expect(network.state.identity(code)?.suspendedBy == .registrars)
        #expect(
            try network.submit(.identityReinstate(change(code.description)), by: "\(seattle)#registry").words
                != "applied")
    }

    @Test("a revoked key is kept with its end")
    func history() throws {
        var network = try TestNetwork()
        try network.admit(seattle)
        let id = try network.id("\(seattle)#exchange")
        let before = network.time
        try network.submit(.keyRevoke(KeyRevocation(key: id, reason: "stolen")), by: id.description)
        let record = try #require(network.state.key(id))
        #expect(record.revocation?.time == network.time)
        #expect(record.isActive(at: before, for: .exchange))
        #expect(!record.isActive(at: network.time, for: .exchange))
        #expect(network.state.identity(id.code)?.keys.contains(id) == true)
    }
}
