import CityIdentity
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

/// Who may sign what, as a table: each row asks from the same beginning.
@Suite struct AuthorisationTests {
    /// A city with a department and a section below it, a second city, a registrar.
    static let city = "MA.156.1301"
    static let department = "MA.156.1301.01"
    static let section = "MA.156.1301.01.07"
    static let otherCity = "MA.840.5363000"
    static let registrar = "MA.156.1301.90"

    static let prepared: Result<TestNetwork, any Error> = Result {
        var network = try TestNetwork()
        try network.admit(
            city, keys: ["registry", "registry-2", "policy-1", "policy-2", "exchange", "tls", "receipts"])
        try network.admit(otherCity, keys: ["registry", "policy-1", "exchange"])
        _ = try network.delegate(department, by: "\(city)#registry", keys: ["registry", "policy-1", "exchange"])
        _ = try network.delegate(section, by: "\(department)#registry", keys: ["registry", "policy-1"])
        _ = try network.publish("\(department)/trees", by: "\(department)#policy-1")
        let proposal = try TestNetwork.policy(for: "\(department)/trees")
        try network.submit(.policyPropose(proposal), by: "\(department)#policy-1")
        try network.submit(
            .identitySuspend(StatusChange(code: try IdentificationCode(section), reason: "audit")),
            by: "\(department)#registry")
        let application = try network.application(IdentificationCode("MA.840.0667000"), ["registry"])
        try network.submit(.identityApply(application), by: "MA.840.0667000#registry")
        return network
    }

    enum Ask: String, CaseIterable, Sendable {
        case approve, reject, delegate, update, suspend, reinstate, retire, keyAdd, keyRevoke, publish, withdrawDataset
        case propose, approvePolicy, rejectPolicy

        /// Who may; of all other signers none may.
        var allowed: Set<String> {
            switch self {
            case .approve, .reject: ["\(registrar)#registry"]
            case .delegate: ["\(city)#registry", "\(city)#registry-2", "\(department)#registry"]
            case .update, .keyAdd: ["\(city)#registry", "\(city)#registry-2", "\(department)#registry"]
            case .suspend, .retire:
                ["\(city)#registry", "\(city)#registry-2", "\(department)#registry", "\(registrar)#registry"]
            case .reinstate:
                ["\(city)#registry", "\(city)#registry-2", "\(department)#registry", "\(registrar)#registry"]
            case .keyRevoke:
                [
                    "\(city)#registry", "\(city)#registry-2", "\(department)#registry", "\(department)#exchange",
                ]
            case .publish, .withdrawDataset:
                [
                    "\(city)#registry", "\(city)#registry-2", "\(city)#policy-1", "\(city)#policy-2",
                    "\(department)#registry", "\(department)#policy-1",
                ]
            case .propose: ["\(city)#policy-1", "\(city)#policy-2", "\(department)#policy-1"]
            case .approvePolicy: ["\(city)#policy-1", "\(city)#policy-2"]
            case .rejectPolicy: ["\(city)#policy-1", "\(city)#policy-2", "\(department)#policy-1"]
            }
        }

        func body(_ network: inout TestNetwork) throws -> Transaction.Body {
            let department = try IdentificationCode(AuthorisationTests.department)
            let change = StatusChange(code: department, reason: "r")
            let trees = "\(AuthorisationTests.department)/trees"
            let proposed = PolicyDecision(policy: PolicyHash(of: try TestNetwork.policy(for: trees).document))
            let waiting = try IdentificationCode("MA.840.0667000")
            switch self {
            case .approve: return .identityApprove(try network.decision(on: waiting))
            case .reject: return .identityReject(try network.decision(on: waiting))
            case .delegate: return .identityDelegate(try network.application(department.unit("55"), ["registry"]))
            case .update: return .identityUpdate(IdentityUpdate(code: department, contact: "new"))
            case .suspend: return .identitySuspend(change)
            case .reinstate:
                let section = try IdentificationCode(AuthorisationTests.section)
                return .identityReinstate(StatusChange(code: section, reason: "r"))
            case .retire: return .identityRetire(change)
            case .keyAdd: return .keyAdd(try network.declare("\(department)#exchange-9"))
            case .keyRevoke:
                return .keyRevoke(KeyRevocation(key: try network.id("\(department)#exchange"), reason: "r"))
            case .publish: return .datasetPublish(try TestNetwork.dataset("\(department)/rivers"))
            case .withdrawDataset: return .datasetWithdraw(DatasetWithdrawal(dataset: try DatasetIdentifier(trees)))
            case .propose: return .policyPropose(try TestNetwork.policy(for: trees, serial: 2))
            case .approvePolicy: return .policyApprove(proposed)
            case .rejectPolicy: return .policyReject(proposed)
            }
        }
    }

    static let signers = [
        "\(city)#registry", "\(city)#registry-2", "\(city)#policy-1", "\(city)#policy-2", "\(city)#exchange",
        "\(city)#tls", "\(city)#receipts", "\(department)#registry", "\(department)#policy-1", "\(department)#exchange",
        "\(section)#registry", "\(section)#policy-1", "\(otherCity)#registry", "\(otherCity)#policy-1",
        "\(otherCity)#exchange", "\(registrar)#registry", "\(registrar)#validator", "\(registrar)#receipts",
    ]

    @Test("who may", arguments: Ask.allCases, signers)
    func may(_ ask: Ask, _ signer: String) throws {
        var network = try Self.prepared.get()
        let before = network.state
        let body = try ask.body(&network)
        let execution = try network.submit(body, by: signer)
        #expect((execution.words == "applied") == ask.allowed.contains(signer), "\(execution.words)")
        guard execution.words != "applied" else { return }
        // What is refused leaves nothing but a used sequence number.
        var after = network.state
        #expect(after.identities == before.identities)
        #expect(after.keys == before.keys)
        #expect(after.datasets == before.datasets)
        #expect(after.policies == before.policies)
        #expect(after.anchors == before.anchors)
        #expect(after.seal().isEmpty)
    }

    @Test("the table names signers that there are")
    func table() throws {
        for ask in Ask.allCases { #expect(ask.allowed.isSubset(of: Self.signers), "\(ask)") }
        let network = try Self.prepared.get()
        for signer in Self.signers { #expect(network.state.key(try network.id(signer)) != nil, "\(signer)") }
    }

    @Test("a receipt log is anchored by the gateway it belongs to", arguments: ["receipts", "registry", "validator"])
    func anchor(_ name: String) throws {
        var network = try Self.prepared.get()
        let gateway = try IdentificationCode(Self.registrar)
        let origin = ReceiptsAnchor.origin(network: TestNetwork.name, gateway: gateway)
        let anchor = ReceiptsAnchor(origin: origin, size: 1, root: .init(hashing: [1]), proof: [])
        let execution = try network.submit(.receiptsAnchor(anchor), by: "\(gateway)#\(name)")
        #expect((execution.words == "applied") == (name == "receipts"))
        #expect(try network.submit(.receiptsAnchor(anchor), by: "\(Self.city)#receipts").words != "applied")
    }
}
