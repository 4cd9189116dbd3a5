package import CityIdentity
package import SharingPolicy
internal import StrictJSON

/// A policy put forward, in the exact bytes that will stand on the ledger for ever, and for how long it is meant.
package struct PolicyProposal: Sendable, Hashable {
    package let format: Policy.Format
    /// The document; UTF-8.
    package let document: [UInt8]
    /// When it is to come into force; `nil` for as soon as enough keys agree.
    package let inForceFrom: Timestamp?
    /// When it is to end, that moment not included; `nil` where it ends by nothing but a decision.
    package let inForceUntil: Timestamp?
    /// The policy whose place it takes: that ends in the moment in which this one comes into force.
    package let replaces: PolicyHash?

    package init(
        format: Policy.Format, document: [UInt8], inForceFrom: Timestamp? = nil, inForceUntil: Timestamp? = nil,
        replaces: PolicyHash? = nil
    ) {
        self.format = format
        self.document = document
        self.inForceFrom = inForceFrom
        self.inForceUntil = inForceUntil
        self.replaces = replaces
    }
}

/// An approval, a rejection or a withdrawal of a policy.
package struct PolicyDecision: Sendable, Hashable {
    /// The hash of the policy's exact bytes.
    package let policy: PolicyHash
    package let reason: String?

    package init(policy: PolicyHash, reason: String? = nil) {
        self.policy = policy
        self.reason = reason
    }
}

// MARK: - JSON

extension PolicyProposal {
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("format", JSONValue(format.rawValue)),
            ("document", JSONValue(String(decoding: document, as: UTF8.self))),
        ]
        if let inForceFrom { members.append(("inForceFrom", JSONValue(inForceFrom.rfc3339))) }
        if let inForceUntil { members.append(("inForceUntil", JSONValue(inForceUntil.rfc3339))) }
        if let replaces { members.append(("replaces", JSONValue(replaces.description))) }
        return JSONValue(members)
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        let name = try reader.string("format", limit: 16)
        guard let format = Policy.Format(rawValue: name) else {
            throw reader.fault("format", "is no format of policies")
        }
        self.format = format
        document = Array(try reader.string("document", limit: Transaction.sizeLimit).utf8)
        inForceFrom = try reader.optionalTimestamp("inForceFrom")
        inForceUntil = try reader.optionalTimestamp("inForceUntil")
        if let inForceFrom, let inForceUntil, inForceUntil <= inForceFrom {
            throw reader.fault("inForceUntil", "is not after `inForceFrom`")
        }
        replaces = try reader.optionalPolicyHash("replaces")
        try reader.finish()
    }
}

extension PolicyDecision {
    var json: JSONValue {
        var members = [("policy", JSONValue(policy.description))]
        if let reason { members.append(("reason", JSONValue(reason))) }
        return JSONValue(members)
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        policy = try reader.policyHash("policy")
        reason = try reader.optionalString("reason")
        try reader.finish()
    }
}
