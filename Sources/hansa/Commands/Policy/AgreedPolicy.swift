import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// A policy that its provider's keys agreed to, with the time in which it is in force.
struct AgreedPolicy: Sendable {
    private(set) var policy: Policy
    let provider: IdentificationCode
    let from: Timestamp
    /// When it ends, as far as that is set.
    private(set) var until: Timestamp?

    func holds(at time: Timestamp) -> Bool { from <= time && until.map { time < $0 } ?? true }

    /// The policy, permitting and prohibiting something only in its time; nothing is said of a beginning that is past.
    func bounded(asOf now: Timestamp) -> Policy { policy.bounded(from: from > now ? from : nil, until: until) }

    /// The policy as it is where another takes its place at a moment; `nil` where that is before it begins.
    func ending(by moment: Timestamp?) -> AgreedPolicy? {
        guard let moment, moment < until ?? .latest else { return self }
        var policy = self
        policy.until = moment
        return from < moment ? policy : nil
    }

    /// The policy as it is once one key asked for its end.
    var permittingNothing: AgreedPolicy {
        var policy = self
        policy.policy = self.policy.permittingNothing(because: PolicyRecord.suspension)
        return policy
    }

    /// The policy as it is once another no longer takes its place.
    func restored(until moment: Timestamp?) -> AgreedPolicy {
        var policy = self
        policy.until = moment
        return policy
    }

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
        try await agreedPolicies("&dataset=\(Self.escape(dataset.description))", limit: .max) { _ in true }.policies
    }

    /// The same of a city and its units, at most so many, and whether those are all.
    func agreedPolicies(
        of city: IdentificationCode, limit: Int
    ) async throws -> (policies: [AgreedPolicy], isWhole: Bool) {
        try await agreedPolicies("", limit: limit) { city.covers($0) }
    }

    private func agreedPolicies(
        _ query: String, limit: Int, isMeant: (IdentificationCode) -> Bool
    ) async throws -> (policies: [AgreedPolicy], isWhole: Bool) {
        var policies: [AgreedPolicy] = []
        let statuses = [PolicyRecord.Status.inForce, .scheduled]
        var records: [JSONValue] = []
        for status in statuses {
            records += try await json("/policies?status=\(status.rawValue)" + query)["policies"]?.array ?? []
        }
        for record in records {
            guard
                let provider = record["provider"]?.string.flatMap({ try? IdentificationCode($0) }), isMeant(provider),
                let hash = record["hash"]?.string.flatMap({ PolicyHash($0) })
            else { continue }
            guard policies.count < limit else { return (policies, false) }
            if let found = AgreedPolicy(try await policyDocument(hash), record: record) { policies.append(found) }
        }
        return (policies, true)
    }
}
