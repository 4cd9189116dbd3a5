package import CityIdentity
package import SharingPolicy
package import StrictJSON

/// A change that could let more through than `policy` keys have agreed to, while it waits for them.
///
/// It is one of a new `policy` key, of fewer `policyApprovals`, or of where a dataset comes from and which requests are
/// which action while policies speak of it.
package struct ChangeRecord: Sendable, Hashable {
    /// The SHA-256 of the change as ``hash(of:)`` has it, by which keys agree to it and reject it.
    package let hash: PolicyHash
    /// The node that it is a change of.
    package let code: IdentificationCode
    /// What was asked for: `key.add`, `identity.update` or `dataset.publish`.
    package let body: Transaction.Body
    /// The key that asked for it.
    package let proposer: KeyIdentifier
    /// The keys that agreed, the proposer too where it has the purpose.
    package internal(set) var approvals: [KeyIdentifier] = []
    /// The registrars that agreed, of a new key.
    package internal(set) var registrars: [IdentificationCode] = []
    package let proposed: Timestamp

    init(_ body: Transaction.Body, of code: IdentificationCode, by proposer: KeyIdentifier, at time: Timestamp) {
        hash = Self.hash(of: body)
        self.code = code
        self.body = body
        self.proposer = proposer
        proposed = time
    }

    /// How many changes may wait for one code.
    static let limit = 16

    /// The SHA-256 of the JSON text `{"type":…,"body":…}`.
    static func hash(of body: Transaction.Body) -> PolicyHash {
        let (type, content) = body.json
        return PolicyHash(of: JSONValue([("type", JSONValue(type)), ("body", content)]).bytes)
    }
}

// MARK: - JSON

extension ChangeRecord {
    package var json: JSONValue {
        let (type, content) = body.json
        return [
            "hash": JSONValue(hash.description), "code": JSONValue(code.description), "type": JSONValue(type),
            "body": content, "proposer": JSONValue(proposer.description),
            "approvals": JSONValue(approvals.map { JSONValue($0.description) }),
            "registrars": JSONValue(registrars.map { JSONValue($0.description) }),
            "proposed": JSONValue(proposed.rfc3339),
        ]
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "change")
        hash = try reader.policyHash("hash")
        code = try reader.code("code")
        body = try Transaction.Body(type: reader.string("type"), json: reader.value("body"))
        proposer = try reader.keyIdentifier("proposer")
        approvals = try reader.keyIdentifiers("approvals", limit: .max)
        registrars = try reader.codes("registrars", limit: .max)
        proposed = try reader.timestamp("proposed")
        try reader.finish()
    }
}
