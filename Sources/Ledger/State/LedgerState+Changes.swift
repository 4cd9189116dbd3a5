package import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy

/// Four eyes for what would get around the four eyes of policies.
///
/// A `registry` key is one person. What that person alone could open a node's data with takes as many `policy` keys as
/// a policy does; `policy.approve` and `policy.reject` name such a change by its hash.
extension LedgerState {
    /// Whether a node has had as many `policy` keys as must agree; before that, its `registry` keys set it up alone.
    ///
    /// Revoked keys count: by revoking, nobody gets back to the beginning.
    func isSetUp(_ record: IdentityRecord) -> Bool {
        let declared = record.keys.count { keys[$0]?.declaration.purposes.contains(.policy) ?? false }
        return declared >= record.policyApprovals
    }

    /// Puts a change forward, with the proposer's agreement where it has a `policy` key's.
    mutating func propose(
        _ body: Transaction.Body, of code: IdentificationCode, by signer: KeyIdentifier, at time: Timestamp
    ) throws(RuleRefusal) {
        var record = ChangeRecord(body, of: code, by: signer, at: time)
        guard changes[record.hash] == nil else {
            throw RuleRefusal("the change `\(record.hash)` waits already for other keys to agree")
        }
        guard changes(of: code).count < ChangeRecord.limit else {
            throw RuleRefusal("\(ChangeRecord.limit) changes of `\(code)` wait already: agree to them or reject some")
        }
        if keys[signer]?.declaration.purposes.contains(.policy) == true { record.approvals = [signer] }
        try put(record, at: time)
    }

    /// `policy.approve` of a change: by a `policy` key of the node or one above, or of a new key by a registrar.
    mutating func approve(_ change: ChangeRecord, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        var record = change
        if isRegistrar(signer.code), !stands(signer.code, over: change.code), case .keyAdd = change.body {
            try require(signer, .registry)
            guard !record.registrars.contains(signer.code) else {
                throw RuleRefusal("`\(signer.code)` has agreed already")
            }
            record.registrars.append(signer.code)
        } else {
            try require(signer, .policy)
            try require(signer, over: change.code)
            guard !record.approvals.contains(signer) else {
                throw RuleRefusal("`\(signer)` has agreed already; another key must")
            }
            record.approvals.append(signer)
        }
        try put(record, at: time)
    }

    /// `policy.reject` of a change: by one `policy` or `registry` key of the node or one above.
    mutating func reject(_ change: ChangeRecord, by signer: KeyIdentifier) throws(RuleRefusal) {
        try require(signer, .policy, .registry)
        try require(signer, over: change.code)
        removeChange(change.hash)
    }

    private mutating func put(_ record: ChangeRecord, at time: Timestamp) throws(RuleRefusal) {
        guard isAgreed(record, at: time) else { return set(record) }
        try make(record, at: time)
        removeChange(record.hash)
    }

    /// Whether enough agree: `policy` keys that are active now, or for a new key registrars that are.
    private func isAgreed(_ record: ChangeRecord, at time: Timestamp) -> Bool {
        let agreeing = record.approvals.count { activeKey($0, for: .policy, at: time) != nil }
        if agreeing >= needed(for: record, at: time) { return true }
        guard case .keyAdd = record.body, let network else { return false }
        return record.registrars.count(where: isActive) >= network.threshold
    }

    /// How many `policy` keys must agree: as many as to a policy of the node, or of any other whose policies speak of
    /// the dataset.
    package func needed(for record: ChangeRecord, at time: Timestamp) -> Int {
        var nodes = [record.code]
        if case .datasetPublish(let dataset) = record.body {
            nodes += policiesAbout(dataset.identifier, at: time).map(\.provider)
        }
        return nodes.map { identities[$0]?.policyApprovals ?? .max }.max() ?? .max
    }

    private mutating func make(_ record: ChangeRecord, at time: Timestamp) throws(RuleRefusal) {
        switch record.body {
        case .keyAdd(let declaration): try register(declaration, at: time)
        case .identityUpdate(let update): try make(update)
        case .datasetPublish(let dataset): try put(dataset, by: record.proposer, at: time)
        default: throw RuleRefusal("the change is none that can be agreed to")
        }
    }
}
