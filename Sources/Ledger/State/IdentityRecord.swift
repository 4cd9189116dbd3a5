package import CityIdentity
package import StrictJSON

/// What the ledger holds of one code.
package struct IdentityRecord: Sendable, Hashable {
    package let code: IdentificationCode
    package internal(set) var profile: IdentityProfile
    package internal(set) var status: IdentityStatus
    /// Every key ever declared for the code, oldest first; ``LedgerView/key(_:)`` has each.
    package internal(set) var keys: [KeyIdentifier]
    /// The thumbprint of the key that signed the application, for a code that was applied for.
    package let application: String?
    /// The node above that delegated the code; `nil` for one that registrars admitted or the genesis set, which stands
    /// under nobody.
    package let delegatedBy: IdentificationCode?
    /// How many different `policy` keys must agree before a policy of this node is in force.
    package internal(set) var policyApprovals = 2
    /// When the code came to the ledger.
    package let registered: Timestamp
    /// When its status changed last.
    package internal(set) var changed: Timestamp
    /// Who suspended it, while it is suspended.
    package internal(set) var suspendedBy: Authority?
    /// The reason given for the last change of status.
    package internal(set) var reason: String?
    /// The registrars who have asked for a change that others have yet to agree to.
    package internal(set) var votes: [Motion: [IdentificationCode]] = [:]

    /// How many keys a code may ever have: its record names them all, and is written anew with each.
    package static let keyLimit = 1_024

    /// By what right a key acts on a code.
    package enum Authority: String, Sendable, Hashable {
        /// It is the code's own.
        case own
        /// It belongs to a node that stands above.
        case ancestor
        /// Enough registrars agree.
        case registrars
    }

    /// What registrars vote on.
    package enum Motion: String, Sendable, Hashable, CaseIterable {
        case approve, reject, suspend, reinstate, retire
    }

    init(
        application: IdentityApplication, status: IdentityStatus, thumbprint: String? = nil,
        delegatedBy: IdentificationCode? = nil, at time: Timestamp
    ) {
        code = application.code
        profile = application.profile
        self.status = status
        keys = application.keys.map(\.id)
        self.application = thumbprint
        self.delegatedBy = delegatedBy
        registered = time
        changed = time
    }

    mutating func change(to status: IdentityStatus, at time: Timestamp, reason: String?) {
        self.status = status
        self.reason = reason
        changed = time
        suspendedBy = nil
        votes = [:]
    }
}

// MARK: - JSON

extension IdentityRecord {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [("code", JSONValue(code.description))]
        members += profile.members
        members.append(("status", JSONValue(status.rawValue)))
        members.append(("keys", JSONValue(keys.map { JSONValue($0.description) })))
        if let application { members.append(("application", JSONValue(application))) }
        if let delegatedBy { members.append(("delegatedBy", JSONValue(delegatedBy.description))) }
        members.append(("policyApprovals", JSONValue(policyApprovals)))
        members.append(("registered", JSONValue(registered.rfc3339)))
        members.append(("changed", JSONValue(changed.rfc3339)))
        if let suspendedBy { members.append(("suspendedBy", JSONValue(suspendedBy.rawValue))) }
        if let reason { members.append(("reason", JSONValue(reason))) }
        let motions = Motion.allCases.compactMap { motion in
            votes[motion].map { (motion.rawValue, JSONValue($0.map { JSONValue($0.description) })) }
        }
        if !motions.isEmpty { members.append(("votes", JSONValue(motions))) }
        return JSONValue(members)
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "identity")
        code = try reader.code("code")
        profile = try IdentityProfile(from: &reader)
        guard let status = IdentityStatus(rawValue: try reader.string("status")) else {
            throw reader.fault("status", "is no status")
        }
        self.status = status
        keys = try reader.keyIdentifiers("keys", limit: .max)
        application = try reader.optionalString("application")
        delegatedBy = reader.optional("delegatedBy") == nil ? nil : try reader.code("delegatedBy")
        policyApprovals = try reader.integer("policyApprovals", in: IdentityUpdate.policyApprovalsRange)
        registered = try reader.timestamp("registered")
        changed = try reader.timestamp("changed")
        if let name = try reader.optionalString("suspendedBy") {
            guard let authority = Authority(rawValue: name) else {
                throw reader.fault("suspendedBy", "is no authority")
            }
            suspendedBy = authority
        }
        reason = try reader.optionalString("reason")
        if let motions = reader.optional("votes") {
            var voters = try MemberReader(motions, at: "identity.votes")
            for motion in Motion.allCases where voters.optional(motion.rawValue) != nil {
                votes[motion] = try voters.codes(motion.rawValue, limit: .max)
            }
            try voters.finish()
        }
        try reader.finish()
    }
}
