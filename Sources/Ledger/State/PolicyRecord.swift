package import CityIdentity
package import SharingPolicy
package import StrictJSON

/// What the ledger holds of one policy.
package struct PolicyRecord: Sendable, Hashable {
    package let hash: PolicyHash
    /// The node whose policy it is: the proposer's.
    package let provider: IdentificationCode
    package let proposal: PolicyProposal
    /// The datasets it speaks of.
    package let targets: [DatasetIdentifier]
    /// Whether it forbids anything: its end then opens what it closed.
    package let hasProhibitions: Bool
    package internal(set) var status: Status
    /// The keys that agreed, the proposer's first.
    package internal(set) var approvals: [KeyIdentifier]
    /// The keys that asked for its withdrawal, where one does not suffice.
    package internal(set) var withdrawals: [KeyIdentifier] = []
    /// When its status changed last.
    package internal(set) var changed: Timestamp
    package internal(set) var reason: String?

    package enum Status: String, Sendable, Hashable {
        case proposed
        case inForce
        case rejected
        case withdrawn
    }

    mutating func change(to status: Status, at time: Timestamp, reason: String?) {
        self.status = status
        self.reason = reason
        withdrawals = []
        changed = time
    }
}

// MARK: - JSON

extension PolicyRecord {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("hash", JSONValue(hash.description)), ("provider", JSONValue(provider.description)),
            ("policy", proposal.json), ("targets", JSONValue(targets.map { JSONValue($0.description) })),
            ("prohibits", JSONValue(hasProhibitions)), ("status", JSONValue(status.rawValue)),
            ("approvals", JSONValue(approvals.map { JSONValue($0.description) })),
        ]
        if !withdrawals.isEmpty {
            members.append(("withdrawals", JSONValue(withdrawals.map { JSONValue($0.description) })))
        }
        members.append(("changed", JSONValue(changed.rfc3339)))
        if let reason { members.append(("reason", JSONValue(reason))) }
        return JSONValue(members)
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "record")
        hash = try reader.policyHash("hash")
        provider = try reader.code("provider")
        proposal = try PolicyProposal(json: reader.value("policy"), at: "record.policy")
        var targets: [DatasetIdentifier] = []
        for text in try reader.strings("targets", limit: .max) {
            do { targets.append(try DatasetIdentifier(text)) } catch {
                throw reader.fault("targets", "has an element that is no dataset", cause: error)
            }
        }
        self.targets = targets
        guard let flag = try reader.value("prohibits").bool else {
            throw reader.fault("prohibits", "must be a boolean")
        }
        hasProhibitions = flag
        guard let status = Status(rawValue: try reader.string("status")) else {
            throw reader.fault("status", "is no status")
        }
        self.status = status
        approvals = try reader.keyIdentifiers("approvals", limit: .max)
        if reader.optional("withdrawals") != nil { withdrawals = try reader.keyIdentifiers("withdrawals", limit: .max) }
        changed = try reader.timestamp("changed")
        reason = try reader.optionalString("reason")
        try reader.finish()
    }
}
