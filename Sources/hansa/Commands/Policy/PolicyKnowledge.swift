import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// What a ledger has of all that policies speak of, for whoever is to propose them.
struct PolicyKnowledge {
    private let datasets: Set<DatasetIdentifier>
    private var codes: Set<IdentificationCode> = []

    /// Policies that wait, are to come or are in force themselves, and as what.
    private var standing: [PolicyHash: String] = [:]

    /// In force or agreed to, of the cities whose datasets the policies are about.
    private(set) var agreed: [AgreedPolicy] = []

    /// Whether those are all; not so of a city that has more than ``limit``.
    private(set) var isWhole = true

    /// How many policies of one city are read.
    static let limit = 1_000

    init(of policies: [Policy], from node: NodeClient) async throws {
        let records = try await node.json("/datasets")["datasets"]?.array ?? []
        datasets = Set(records.filter { $0["published"]?.bool != false }.compactMap(\.datasetIdentifier))
        let parties = policies.flatMap(\.rules).flatMap { $0.assignees + $0.assigners }
        for code in Set(parties.compactMap(\.identification)) {
            if try await node.bytes("/identities/\(code)", accept: "application/json") != nil { codes.insert(code) }
        }
        for hash in Set(policies.map(\.hash)) {
            guard let body = try await node.bytes("/policies/\(hash)", accept: "application/json") else { continue }
            let standing = PolicyStanding(record: try node.parse(body, from: "/policies"))
            if [.proposed, .scheduled, .inForce].contains(standing.status) { self.standing[hash] = standing.words }
        }
        for city in Set(policies.flatMap(\.datasets).map(\.provider.city)).sorted() {
            let found = try await node.agreedPolicies(of: city, limit: Self.limit)
            agreed += found.policies
            isWhole = isWhole && found.isWhole
        }
    }

    /// What a policy is that cannot be proposed once more; `nil` of one that can.
    func standing(of policy: Policy) -> String? { standing[policy.hash] }

    func knows(_ dataset: DatasetIdentifier) -> Bool { datasets.contains(dataset) }

    func knows(_ party: IdentificationCode) -> Bool { codes.contains(party) }

    /// The policies whose place another takes: those that are named, and those in force that its
    /// document says it `replaces`.
    func replaced(
        by policy: Policy, named: Set<PolicyHash> = [], asOf now: Timestamp = .now()
    ) -> [AgreedPolicy] {
        let new = PolicySet([policy])
        return agreed.filter { named.contains($0.policy.hash) || ($0.holds(at: now) && new.replaces($0.policy)) }
    }
}

extension JSONValue {
    /// The name of the dataset that a node's record is of.
    var datasetIdentifier: DatasetIdentifier? {
        let dataset = self["dataset"] ?? .null
        return try? DatasetIdentifier("\(dataset.field("provider"))/\(dataset.field("name"))")
    }
}
