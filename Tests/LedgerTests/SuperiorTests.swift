import CityIdentity
import SharingPolicy
import StrictJSON
import Testing
import TransparencyLog

@testable import Ledger

/// A city that is admitted to a network whose operator's code lies below its own.
@Suite struct SuperiorTests {
    private let city = "MA.156.1301"
    private let centre = "MA.156.1301.90"

    private func prepared() throws -> TestNetwork {
        var network = try TestNetwork()
        try network.admit(city)
        return network
    }

    @Test("nobody stands above what the genesis set or registrars admitted")
    func superiors() throws {
        var network = try prepared()
        _ = try network.delegate("\(city).01", by: "\(city)#registry")
        _ = try network.delegate("\(city).01.07", by: "\(city)#registry")
        _ = try network.delegate("\(centre).01", by: "\(centre)#registry")
        func superiors(_ code: String) throws -> [String] {
            network.state.superiors(of: try IdentificationCode(code)).map(\.description)
        }
        #expect(try superiors(city).isEmpty)
        #expect(try superiors(centre).isEmpty)
        #expect(try superiors("\(city).01") == [city])
        #expect(try superiors("\(city).01.07") == ["\(city).01", city])
        #expect(try superiors("\(centre).01") == [centre])
        #expect(try superiors("\(city).77").isEmpty)
        let record = network.state.identity(try IdentificationCode("\(city).01.07"))
        #expect(record?.delegatedBy?.description == city)
    }

    @Test("a DID document names who stands above as controller, and nobody else")
    func controllers() throws {
        var network = try prepared()
        _ = try network.delegate("\(city).01", by: "\(city)#registry")
        let view = try view(of: network)
        func controller(_ code: String) throws -> [String]? {
            let document = view.didDocument(of: try IdentificationCode(code), at: view.time)
            return document?.json["controller"]?.array?.compactMap(\.string)
        }
        #expect(try controller(city) == nil)
        #expect(try controller(centre) == nil)
        #expect(try controller("\(city).01") == ["did:ma:156.1301.01", "did:ma:156.1301"])
    }

    enum Attempt: String, CaseIterable, Sendable {
        case keyAdd, keyRevoke, update, suspend, retire, delegate, publish, propose
    }

    @Test("a code below its own that it did not delegate is no city's", arguments: Attempt.allCases)
    func attempts(_ attempt: Attempt) throws {
        var network = try prepared()
        let code = try IdentificationCode(centre)
        let change = StatusChange(code: code, reason: "mine now")
        let before = network.state.identity(code)
        let body: Transaction.Body =
            switch attempt {
            case .keyAdd: .keyAdd(try network.declare("\(centre)#registry-9"))
            case .keyRevoke: .keyRevoke(KeyRevocation(key: try network.id("\(centre)#receipts"), reason: "mine"))
            case .update: .identityUpdate(IdentityUpdate(code: code, contact: "mine"))
            case .suspend: .identitySuspend(change)
            case .retire: .identityRetire(change)
            case .delegate: .identityDelegate(try network.application(code.unit("01"), ["registry"]))
            case .publish: .datasetPublish(try TestNetwork.dataset("\(centre)/air"))
            case .propose: .policyPropose(try TestNetwork.policy(for: "\(centre)/air"))
            }
        let signer = attempt == .propose ? "\(city)#policy-1" : "\(city)#registry"
        #expect(try network.submit(body, by: signer).words.contains("has no authority over `\(centre)"))
        #expect(network.state.identity(code) == before)
        #expect(network.state.key(try network.id("\(centre)#receipts"))?.revocation == nil)
        #expect(network.state.policies.isEmpty)
    }

    @Test("what happens to the city does not stop it", arguments: [false, true])
    func end(_ isRetired: Bool) throws {
        var network = try prepared()
        _ = try network.delegate("\(city).01", by: "\(city)#registry")
        let change = StatusChange(code: try IdentificationCode(city), reason: "over")
        try network.submit(isRetired ? .identityRetire(change) : .identitySuspend(change), by: "\(city)#registry")
        #expect(network.state.isActive(try IdentificationCode(centre)))
        #expect(!network.state.isActive(try IdentificationCode("\(city).01")))
        let update = IdentityUpdate(code: try IdentificationCode(centre), contact: "here")
        #expect(try network.submit(.identityUpdate(update), by: "\(centre)#registry").words == "applied")
    }

    @Test("a registry checkpoint tells who stands above whom")
    func proof() throws {
        var network = try prepared()
        _ = try network.delegate("\(city).01", by: "\(city)#registry")
        let (root, unit) = (try IdentificationCode(centre), try IdentificationCode("\(city).01"))
        try network.submit(
            .identitySuspend(StatusChange(code: try IdentificationCode(city), reason: "r")), by: "\(city)#registry")
        let bundle = try view(of: network).registryCheckpoint(of: [root, unit])
        let registry = try bundle.verified(trusting: [network.validator().verifierKey])
        #expect(registry.lineage(of: root) == [root])
        #expect(registry.lineage(of: unit).map(\.description) == [unit.description, city])
        #expect(try registry.reasonAgainst(root) == nil)
        #expect(try registry.reasonAgainst(unit) == "`\(city)` above it is suspended")
        #expect(try network.state.reasonAgainst(unit) == registry.reasonAgainst(unit))
    }
}
