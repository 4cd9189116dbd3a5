import CityIdentity
import Testing
import TransparencyLog

@testable import Ledger

/// What strangers may put before registrars, and what it costs everybody else.
@Suite struct ApplicationRuleTests {
    private let seattle = "MA.840.5363000"

    /// Applies with fresh keys of the same names, as if somebody else did.
    private func apply(_ network: inout TestNetwork, _ code: String? = nil, keys: [String] = ["registry"]) throws
        -> (decision: ApplicationDecision, application: IdentityApplication, words: String)
    {
        let code = try IdentificationCode(code ?? seattle)
        let application = try network.application(code, keys)
        let words = try network.submit(.identityApply(application), by: "\(code)#registry").words
        let decision = ApplicationDecision(code: code, application: application.keys[0].publicKey.thumbprint)
        return (decision, application, words)
    }

    @Test("several apply for one code; the approval of one is the end of the others")
    func sideBySide() throws {
        var network = try TestNetwork()
        let registrar = "\(network.registrars[0])#registry"
        let code = try IdentificationCode(seattle)
        let squatter = try apply(&network)
        let city = try apply(&network)
        #expect(squatter.words == "applied")
        #expect(city.words == "applied")
        #expect(network.state.applications(for: code).count == 2)
        #expect(network.state.key(city.application.keys[0].id) == nil)
        #expect(try network.submit(.identityApprove(city.decision), by: registrar).words == "applied")
        #expect(network.state.applications.isEmpty)
        let record = try #require(network.state.identity(code))
        #expect(record.status == .active)
        #expect(record.application == city.decision.application)
        #expect(network.state.key(for: city.application.keys[0].publicKey)?.id == city.application.keys[0].id)
        #expect(network.state.key(for: squatter.application.keys[0].publicKey) == nil)
        #expect(
            try network.submit(.identityApprove(squatter.decision), by: registrar).words.contains("is active already"))
        // The application was its key's first transaction.
        #expect(network.state.nextSequence(of: city.application.keys[0].id) == 1)
        let update = IdentityUpdate(code: code, contact: "here")
        #expect(try network.submit(.identityUpdate(update), by: "\(seattle)#registry").words == "applied")
    }

    @Test("votes are of one application")
    func votes() throws {
        var network = try TestNetwork(registrars: 2, threshold: 2)
        let (first, second) = (try apply(&network), try apply(&network))
        let registrars = network.registrars.map { "\($0)#registry" }
        try network.submit(.identityApprove(first.decision), by: registrars[0])
        try network.submit(.identityApprove(second.decision), by: registrars[1])
        #expect(try network.state.identity(IdentificationCode(seattle)) == nil)
        try network.submit(.identityApprove(second.decision), by: registrars[0])
        let record = try #require(network.state.identity(IdentificationCode(seattle)))
        #expect(record.application == second.decision.application)
        #expect(record.votes.isEmpty)
    }

    @Test("a rejected application leaves nothing, and its approval means nothing for the next")
    func rejection() throws {
        var network = try TestNetwork()
        let registrar = "\(network.registrars[0])#registry"
        let before = network.state.tree.root
        let first = try apply(&network)
        #expect(network.state.tree.root != before)
        try network.submit(.identityReject(first.decision), by: registrar)
        #expect(network.state.applications.isEmpty)
        #expect(network.state.nextSequence(of: first.application.keys[0].id) == 0)
        _ = try apply(&network)
        let stale = try network.submit(.identityApprove(first.decision), by: registrar).words
        #expect(stale.hasPrefix("no application for `\(seattle)` signed by the key"))
    }

    @Test("one key applies once")
    func again() throws {
        var network = try TestNetwork()
        let (_, application, _) = try apply(&network)
        let again = try network.submit(.identityApply(application), by: "\(seattle)#registry").words
        #expect(again.hasPrefix("refused: the key `\(seattle)#registry` has applied"))
    }

    @Test("an application reserves no keys; where they are taken by then, it cannot be approved")
    func keys() throws {
        var network = try TestNetwork()
        let registrar = "\(network.registrars[0])#registry"
        try network.admit("MA.156.1301")
        let waiting = try apply(&network, keys: ["registry", "exchange"])
        let wanted = waiting.application.keys[1]
        let declaration = try KeyDeclaration(
            id: network.id("MA.156.1301#exchange-2"), publicKey: wanted.publicKey, purposes: [.exchange],
            notBefore: wanted.notBefore, notAfter: wanted.notAfter)
        #expect(try network.submit(.keyAdd(declaration), by: "MA.156.1301#registry").words == "applied")
        let words = try network.submit(.identityApprove(waiting.decision), by: registrar).words
        #expect(words.contains("stands on the ledger as `MA.156.1301#exchange-2`"))
        #expect(try network.state.identity(IdentificationCode(seattle)) == nil)
        #expect(try network.submit(.identityReject(waiting.decision), by: registrar).words == "applied")
    }

    @Test("so many applications wait and no more; the next is not recorded")
    func bound() throws {
        var network = try TestNetwork()
        for _ in 0..<ApplicationRecord.limit { #expect(try apply(&network).words == "applied") }
        let size = network.chain.log.size
        #expect(try apply(&network, "MA.840.0667000").words.hasPrefix("overloaded: 64 applications wait already"))
        #expect(network.chain.log.size == size)
        let first = try #require(network.state.applications(for: IdentificationCode(seattle)).first)
        let decision = ApplicationDecision(code: first.code, application: first.thumbprint)
        try network.submit(.identityReject(decision), by: "\(network.registrars[0])#registry")
        #expect(try apply(&network, "MA.840.0667000").words == "applied")
    }

    @Test("a stranger's transaction is short")
    func size() throws {
        var network = try TestNetwork()
        let code = try IdentificationCode(seattle)
        let keys = try (0..<IdentityApplication.keyLimit).map { try network.declare("\(code)#registry-\($0)") }
        let application = IdentityApplication(
            code: code, profile: IdentityProfile(title: LocalizedText(["en": "Seattle"])), keys: keys)
        let words = try network.submit(.identityApply(application), by: "\(code)#registry-0").words
        #expect(words.hasPrefix("tooLarge: "), "\(words)")
        let fewer = IdentityApplication(code: code, profile: application.profile, keys: Array(keys.prefix(12)))
        #expect(try network.submit(.identityApply(fewer), by: "\(code)#registry-0").words == "applied")
    }

    @Test("a key that is past its validity, or before it, applies for nothing", arguments: [-10, 10])
    func validity(_ days: Int64) throws {
        var network = try TestNetwork()
        let code = try IdentificationCode(seattle)
        let key = try network.declare("\(code)#registry")
        let declaration = try KeyDeclaration(
            id: key.id, publicKey: key.publicKey, purposes: [.registry],
            notBefore: network.time.adding(seconds: days * 86_400),
            notAfter: network.time.adding(seconds: (days + 1) * 86_400))
        let application = IdentityApplication(
            code: code, profile: IdentityProfile(title: LocalizedText(["en": "Seattle"])), keys: [declaration])
        let words = try network.submit(.identityApply(application), by: "\(code)#registry").words
        #expect(words.hasPrefix("inactiveKey: "), "\(words)")
    }

    @Test("an application is read as it is written")
    func reading() throws {
        var network = try TestNetwork(registrars: 2, threshold: 2)
        let waiting = try apply(&network, keys: ["registry", "exchange"])
        try network.submit(.identityApprove(waiting.decision), by: "\(network.registrars[0])#registry")
        for record in network.state.applications(for: waiting.decision.code) {
            #expect(try ApplicationRecord(json: record.json) == record)
        }
        #expect(network.state.applications.count == 1)
    }
}
