import CityIdentity
import StrictJSON
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct RegistryCheckpointTests {
    private let city = "MA.156.1301"
    private let department = "MA.156.1301.01"

    private func prepared() throws -> TestNetwork {
        var network = try TestNetwork()
        try network.admit(city)
        try network.admit("MA.840.5363000")
        _ = try network.delegate(department, by: "\(city)#registry", keys: ["registry", "exchange"])
        return network
    }

    private func verified(_ network: TestNetwork, of codes: [IdentificationCode]? = nil) throws -> VerifiedRegistry {
        let bundle = try view(of: network).registryCheckpoint(of: codes)
        let again = try RegistryCheckpoint(parsing: bundle.bytes)
        #expect(again == bundle)
        return try again.verified(trusting: [network.validator().verifierKey])
    }

    @Test("codes and keys are proven as they stand")
    func standing() throws {
        var network = try prepared()
        let key = try network.id("\(department)#exchange")
        let code = try IdentificationCode(department)
        var registry = try verified(network)
        #expect(registry.codes.count == 4)
        #expect(registry.head.network == TestNetwork.name)
        #expect(try registry.identity(code) == network.state.identity(code))
        guard case .proven(let record) = registry.key(key) else {
            Issue.record("the key is not proven")
            return
        }
        #expect(record == network.state.key(key))
        #expect(try registry.reasonAgainstUse(of: key, at: network.time) == nil)
        #expect(try registry.reasonAgainstUse(of: key, at: network.time.adding(seconds: 100_000)) != nil)
        #expect(try registry.reasonAgainstUse(of: network.id("\(department)#exchange-7"), at: network.time) != nil)

        try network.submit(.keyRevoke(KeyRevocation(key: key, reason: "stolen")), by: key.description)
        registry = try verified(network)
        #expect(try registry.reasonAgainstUse(of: key, at: network.time)?.contains("stolen") == true)

        let change = StatusChange(code: try IdentificationCode(city), reason: "audit")
        try network.submit(.identitySuspend(change), by: "\(city)#registry")
        registry = try verified(network)
        #expect(try registry.reasonAgainst(code) == "`\(city)` above it is suspended")
    }

    @Test("of a single code, what is above it comes along, and of others nothing is said")
    func single() throws {
        let network = try prepared()
        let code = try IdentificationCode(department)
        let registry = try verified(network, of: [code])
        #expect(try registry.reasonAgainst(code) == nil)
        #expect(registry.codes == [try IdentificationCode(city), code])
        let error = #expect(throws: LedgerError.self) {
            try registry.reasonAgainst(IdentificationCode("MA.840.5363000"))
        }
        #expect(error?.code == .notFound)
        let unknown = try IdentificationCode("MA.840.0667000.01")
        #expect(try verified(network, of: [unknown]).reasonAgainst(unknown) == "`\(unknown)` is not registered")
    }

    @Test("a city code is checked against the bundle alone")
    func cityCode() throws {
        var network = try prepared()
        let id = try network.id("\(city)#registry")
        let key = try #require(network.keys[id])
        let code = try CityCode.issue(
            keyID: id, key: key, network: TestNetwork.name, issuedAt: TestNetwork.start,
            expiresAt: TestNetwork.start.adding(seconds: 80_000))
        let scanned = try CityCode(text: code.text)
        #expect(try scanned.verify(against: verified(network), at: network.time).isAccepted)
        let elsewhere = try verified(network, of: [IdentificationCode("MA.840.5363000")])
        #expect(scanned.verify(against: elsewhere, at: network.time).refusal?.reason == .unproven)
        try network.submit(.keyRevoke(KeyRevocation(key: id, reason: "stolen")), by: id.description)
        #expect(try scanned.verify(against: verified(network), at: network.time).refusal?.reason == .keyNotInUse)
    }

    @Test(
        "a bundle that was changed is refused",
        arguments: ["value", "absence", "swap", "proof", "checkpoint", "signer"])
    func changed(_ change: String) throws {
        let network = try prepared()
        let bundle = try view(of: network).registryCheckpoint()
        var entries = bundle.entries
        var note = bundle.checkpoint
        var key = try network.validator().verifierKey
        _ = try bundle.verified(trusting: [key])
        switch change {
        case "value":
            let text = String(decoding: entries[0].value ?? [], as: UTF8.self).replacing("active", with: "retired")
            entries[0] = .init(key: entries[0].key, value: Array(text.utf8), proof: entries[0].proof)
        case "absence": entries[0] = .init(key: entries[0].key, value: nil, proof: entries[0].proof)
        case "swap": entries[0] = .init(key: entries[1].key, value: entries[0].value, proof: entries[0].proof)
        case "proof":
            let shorter = StateProof(siblings: Array(entries[0].proof.siblings.dropLast()), other: nil)
            entries[0] = .init(key: entries[0].key, value: entries[0].value, proof: shorter)
        case "checkpoint": note = try view(of: TestNetwork()).registryCheckpoint().checkpoint
        default: key = try NoteSigner(name: TestNetwork.name, seed: Array(repeating: 3, count: 32)).verifierKey
        }
        let forged = RegistryCheckpoint(checkpoint: note, entries: entries)
        let error = #expect(throws: LedgerError.self) {
            try RegistryCheckpoint(parsing: forged.bytes).verified(trusting: [key])
        }
        #expect(error?.code == .untrusted)
    }

    @Test(
        "bytes that are no bundle are refused",
        arguments: [
            "", "{}", "[]", #"{"format":"hansa-registry-checkpoint/2"}"#,
            #"{"format":"hansa-registry-checkpoint/1","checkpoint":"x","entries":[]}"#,
        ])
    func malformed(_ text: String) {
        let error = #expect(throws: LedgerError.self) { try RegistryCheckpoint(parsing: Array(text.utf8)) }
        #expect(error?.code == .malformed)
    }
}
