import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// A policy that its provider's keys agreed to, with the time in which it is in force.
struct AgreedPolicy: Sendable {
    let policy: Policy
    let provider: IdentificationCode
    let from: Timestamp
    /// When it ends, as far as that is set.
    let until: Timestamp?

    func holds(at time: Timestamp) -> Bool { from <= time && until.map { time < $0 } ?? true }

    /// The policy, permitting and prohibiting something only in its time; nothing is said of a beginning that is past.
    func bounded(asOf now: Timestamp) -> Policy { policy.bounded(from: from > now ? from : nil, until: until) }

    /// Takes a policy with the ledger's record of it; one of which the withdrawal was asked for permits nothing.
    ///
    /// `nil` where the record is of one that is neither in force nor to come into force.
    init?(_ policy: Policy, record: JSONValue) {
        let standing = PolicyStanding(record: record)
        guard standing.status == .inForce || standing.status == .scheduled,
            let provider = record["provider"]?.string.flatMap({ try? IdentificationCode($0) }),
            let from = record["from"]?.string.flatMap({ try? Timestamp(rfc3339: $0) })
        else { return nil }
        self.provider = provider
        self.policy = standing.isSuspended ? policy.permittingNothing(because: PolicyRecord.suspension) : policy
        self.from = from
        until = record["until"]?.string.flatMap { try? Timestamp(rfc3339: $0) }
    }
}

extension NodeClient {
    /// The policies about a dataset that are in force now, or agreed to come into force later.
    func agreedPolicies(for dataset: DatasetIdentifier) async throws -> [AgreedPolicy] {
        try await agreedPolicies("?dataset=\(Self.escape(dataset.description))") { _ in true }
    }

    /// The same of a city and its units.
    func agreedPolicies(of city: IdentificationCode) async throws -> [AgreedPolicy] {
        try await agreedPolicies("") { city.covers($0) }
    }

    /// The policies in force for a dataset now.
    func policiesInForce(for dataset: DatasetIdentifier) async throws -> [Policy] {
        let now = Timestamp.now()
        return try await agreedPolicies(for: dataset).filter { $0.holds(at: now) }.map(\.policy)
    }

    private func agreedPolicies(
        _ query: String, isMeant: (IdentificationCode) -> Bool
    ) async throws -> [AgreedPolicy] {
        var policies: [AgreedPolicy] = []
        for record in try await json("/policies" + query)["policies"]?.array ?? [] {
            let status = PolicyStanding(record: record).status
            guard status == .inForce || status == .scheduled,
                let provider = record["provider"]?.string.flatMap({ try? IdentificationCode($0) }), isMeant(provider),
                let hash = record["hash"]?.string.flatMap({ PolicyHash($0) })
            else { continue }
            if let found = AgreedPolicy(try await policyDocument(hash), record: record) { policies.append(found) }
        }
        return policies
    }
}
