import CityIdentity
import SharingPolicy
import Testing

@testable import Ledger

/// What one city shares with another, as policies that ask for as much see it.
@Suite struct SharesTests {
    private static let city = PolicyLifecycleTests.city
    private static let other = "MA.840.5363000"
    private static let dataset = PolicyLifecycleTests.dataset

    private static func prepared() throws -> TestNetwork {
        var network = try PolicyLifecycleTests.prepared()
        try network.admit(other)
        _ = try network.publish("\(other)/air", by: "\(other)#registry")
        return network
    }

    private static func agree(
        _ network: inout TestNetwork, _ rule: String, to party: String? = "156.1301", action: String = "read",
        serial: Int = 1, from: Int64? = nil
    ) throws -> PolicyDecision {
        let assignee = party.map { #""assignee": "did:ma:\#($0)", "# } ?? ""
        let document = """
            {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:\(serial)",
             "\(rule)": [{\(assignee)"target": "did:ma:840.5363000/air", "action": "\(action)"}]}
            """
        let proposal = PolicyProposal(
            format: .jsonld, document: Array(document.utf8),
            inForceFrom: from.map { network.time.adding(seconds: $0) })
        let decision = PolicyDecision(policy: PolicyHash(of: proposal.document))
        try network.submit(.policyPropose(proposal), by: "\(other)#policy-1")
        #expect(try network.submit(.policyApprove(decision), by: "\(other)#policy-2").words == "applied")
        return decision
    }

    private static func shares(_ network: TestNetwork, _ library: PolicyLibrary, after seconds: Int64 = 0) throws
        -> [String]
    {
        try view(of: network, library).shares(
            of: IdentificationCode(other), with: IdentificationCode(city), at: network.time.adding(seconds: seconds))
    }

    @Test("a permission to read, for the reader or for all", arguments: ["156.1301", nil], ["read", "use"])
    func shared(party: String?, action: String) throws {
        var network = try Self.prepared()
        let library = PolicyLibrary()
        #expect(try Self.shares(network, library).isEmpty)
        let decision = try Self.agree(&network, "permission", to: party, action: action)
        #expect(try Self.shares(network, library) == ["air"])
        try network.submit(.policyWithdraw(decision), by: "\(Self.other)#policy-1")
        #expect(try Self.shares(network, library).isEmpty)
    }

    @Test("all cities that share anything with a reader are told at once")
    func everybody() throws {
        var network = try Self.prepared()
        let library = PolicyLibrary()
        let (reader, city) = (try IdentificationCode(Self.city), try IdentificationCode(Self.other))
        #expect(try view(of: network, library).shares(with: reader, at: network.time).isEmpty)
        _ = try Self.agree(&network, "permission")
        let shares = try view(of: network, library).shares(with: reader, at: network.time)
        #expect(shares == [city: ["air"]])
        #expect(try view(of: network, library).shares(with: city, at: network.time).isEmpty)
    }

    @Test("nothing for another city, for less than reading, or for a unit of the reader alone")
    func notShared() throws {
        var network = try Self.prepared()
        let library = PolicyLibrary()
        _ = try Self.agree(&network, "permission", to: "156.1302", serial: 1)
        _ = try Self.agree(&network, "permission", action: "delete", serial: 2)
        _ = try Self.agree(&network, "permission", to: "156.1301.01", serial: 3)
        #expect(try Self.shares(network, library).isEmpty)
    }

    @Test("nothing while a prohibition is about it, the dataset is withdrawn, or its provider is suspended")
    func ends() throws {
        var network = try Self.prepared()
        let library = PolicyLibrary()
        _ = try Self.agree(&network, "permission")
        var prohibited = network
        _ = try Self.agree(&prohibited, "prohibition", serial: 2)
        #expect(try Self.shares(prohibited, PolicyLibrary()).isEmpty)
        var withdrawn = network
        let withdrawal = DatasetWithdrawal(dataset: try DatasetIdentifier("\(Self.other)/air"))
        try withdrawn.submit(.datasetWithdraw(withdrawal), by: "\(Self.other)#policy-1")
        #expect(try Self.shares(withdrawn, PolicyLibrary()).isEmpty)
        #expect(try Self.shares(network, library) == ["air"])
        let change = StatusChange(code: try IdentificationCode(Self.other), reason: "r")
        try network.submit(.identitySuspend(change), by: "\(Self.other)#registry")
        #expect(try Self.shares(network, library).isEmpty)
    }

    @Test("from the moment on in which the policy comes into force, without a block")
    func scheduled() throws {
        var network = try Self.prepared()
        let library = PolicyLibrary()
        _ = try Self.agree(&network, "permission", from: 102)
        #expect(try Self.shares(network, library, after: 99).isEmpty)
        #expect(try Self.shares(network, library, after: 100) == ["air"])
        #expect(try Self.shares(network, library, after: 99).isEmpty)
    }
}
