package import CityIdentity
internal import SharingPolicy
package import StrictJSON

extension PolicyRecord {
    /// The record as the state has it.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("hash", JSONValue(hash.description)), ("provider", JSONValue(provider.description)),
            ("policy", proposal.json), ("targets", JSONValue(targets.map { JSONValue($0.description) })),
            ("prohibits", JSONValue(hasProhibitions)), ("decision", JSONValue(decision.rawValue)),
        ]
        if let from { members.append(("from", JSONValue(from.rfc3339))) }
        if let until { members.append(("until", JSONValue(until.rfc3339))) }
        if let replacedBy { members.append(("replacedBy", JSONValue(replacedBy.description))) }
        members.append(("approvals", JSONValue(approvals.map { JSONValue($0.description) })))
        if !withdrawals.isEmpty {
            members.append(("withdrawals", JSONValue(withdrawals.map { JSONValue($0.description) })))
        }
        members.append(("changed", JSONValue(changed.rfc3339)))
        if let reason { members.append(("reason", JSONValue(reason))) }
        members.append(("history", JSONValue(history.map(\.json))))
        return JSONValue(members)
    }

    /// The record with what it amounts to at a moment: `status`, `suspended` where it permits nothing, `ended` where it is
    /// over, and the `withdrawal` that was asked for first.
    ///
    /// - Parameter status: Where it stands then by what is known of others too; its own ``status(at:)`` unless given.
    package func json(at time: Timestamp, status: Status? = nil) -> JSONValue {
        var members = json.object ?? JSONObject()
        members["status"] = JSONValue((status ?? self.status(at: time)).rawValue)
        if isSuspended { members["suspended"] = true }
        if let ended = ended(at: time) { members["ended"] = JSONValue(ended.rfc3339) }
        if let withdrawal { members["withdrawal"] = withdrawal.json }
        if let reasonOfItsEnd { members["reason"] = JSONValue(reasonOfItsEnd) }
        return .object(members)
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
        guard let decision = Decision(rawValue: try reader.string("decision")) else {
            throw reader.fault("decision", "is no decision")
        }
        self.decision = decision
        from = try reader.optionalTimestamp("from")
        until = try reader.optionalTimestamp("until")
        replacedBy = try reader.optionalPolicyHash("replacedBy")
        approvals = try reader.keyIdentifiers("approvals", limit: .max)
        if reader.optional("withdrawals") != nil { withdrawals = try reader.keyIdentifiers("withdrawals", limit: .max) }
        changed = try reader.timestamp("changed")
        reason = try reader.optionalString("reason")
        for element in try reader.array("history", limit: Self.historyLimit) {
            history.append(try PolicyEvent(json: element))
        }
        try reader.finish()
    }
}

extension PolicyEvent {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("event", JSONValue(kind.rawValue)), ("signer", JSONValue(signer.description)),
            ("time", JSONValue(time.rfc3339)), ("leaf", JSONValue(leaf)),
        ]
        if let policy { members.append(("policy", JSONValue(policy.description))) }
        if let reason { members.append(("reason", JSONValue(reason))) }
        return JSONValue(members)
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "record.history")
        guard let kind = Kind(rawValue: try reader.string("event")) else { throw reader.fault("event", "is no event") }
        self.kind = kind
        signer = try reader.keyIdentifier("signer")
        time = try reader.timestamp("time")
        leaf = try reader.unsigned("leaf")
        policy = try reader.optionalPolicyHash("policy")
        reason = try reader.optionalString("reason")
        try reader.finish()
    }
}
