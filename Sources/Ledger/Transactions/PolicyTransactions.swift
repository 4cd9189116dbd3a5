package import SharingPolicy
internal import StrictJSON

/// A policy put forward, in the exact bytes that will stand on the ledger for ever.
package struct PolicyProposal: Sendable, Hashable {
    package let format: Policy.Format
    /// The document; UTF-8.
    package let document: [UInt8]

    package init(format: Policy.Format, document: [UInt8]) {
        self.format = format
        self.document = document
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
        ["format": JSONValue(format.rawValue), "document": JSONValue(String(decoding: document, as: UTF8.self))]
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        let name = try reader.string("format", limit: 16)
        guard let format = Policy.Format(rawValue: name) else {
            throw reader.fault("format", "is no format of policies")
        }
        self.format = format
        document = Array(try reader.string("document", limit: Transaction.sizeLimit).utf8)
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
