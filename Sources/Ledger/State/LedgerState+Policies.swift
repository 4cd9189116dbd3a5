internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy

extension LedgerState {
    /// `policy.propose`: by a `policy` key of the node whose policy it will be; it must lie over every target.
    mutating func propose(_ proposal: PolicyProposal, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        try require(signer, .policy)
        let policy: Policy
        do { policy = try Policy(parsing: proposal.document, format: proposal.format) } catch {
            throw RuleRefusal("the policy is not one: \(error)")
        }
        let targets = try targets(of: policy)
        for target in targets { try require(signer, over: target.provider) }
        if let problem = policy.checkForProposal(by: signer.code).first(where: { $0.severity == .error }) {
            throw RuleRefusal("the policy cannot be proposed: `\(problem.path)` \(problem.message)")
        }
        let known = policies[policy.hash]
        if let known, known.isOpen(at: time) {
            throw RuleRefusal("the policy `\(policy.hash)` is \(known.status(at: time).words) already")
        }
        try checkTerm(of: proposal, for: signer.code, at: time)
        for target in targets {
            forgetEnded(target, at: time)
            try checkRoom(for: proposal, on: target)
        }
        var record = PolicyRecord(
            hash: policy.hash, provider: signer.code, proposal: proposal, targets: targets,
            hasProhibitions: !policy.prohibitions.isEmpty, decision: .proposed, approvals: [signer], changed: time,
            history: known?.history ?? [])
        record.note(event(.proposed, by: signer, at: time))
        try put(record, agreedBy: signer, at: time)
    }

    /// What a proposal says of its times, and of the policy whose place it takes.
    ///
    /// That one is of the same node, so that whoever agrees to the new one may end it, with as many keys as that takes.
    private func checkTerm(of proposal: PolicyProposal, for provider: IdentificationCode, at time: Timestamp)
        throws(RuleRefusal)
    {
        if let from = proposal.inForceFrom, from < time {
            throw RuleRefusal("`inForceFrom` is \(from.rfc3339), which is past")
        }
        if let until = proposal.inForceUntil, until <= time {
            throw RuleRefusal("`inForceUntil` is \(until.rfc3339), which is past")
        }
        guard let hash = proposal.replaces else { return }
        guard let replaced = policies[hash] else {
            throw RuleRefusal("the policy `\(hash)`, which it would replace, is not on the ledger")
        }
        guard replaced.provider == provider else {
            throw RuleRefusal("the policy `\(hash)`, which it would replace, is one of `\(replaced.provider)`")
        }
        guard replaced.decision == .agreed, replaced.isOpen(at: time) else {
            throw RuleRefusal(
                "the policy `\(hash)`, which it would replace, is \(replaced.status(at: time).words)")
        }
        if let other = replaced.replacedBy { throw .replacedAlready(hash, by: other) }
    }

    /// What is proposed or in force for one dataset is evaluated for every request to it, and is bounded for that.
    private func checkRoom(for proposal: PolicyProposal, on dataset: DatasetIdentifier) throws(RuleRefusal) {
        let others = (policiesAbout[dataset] ?? []).compactMap { policies[$0]?.proposal.document.count }
        guard others.count < Self.policyLimit, others.reduce(proposal.document.count, +) <= Self.policySizeLimit else {
            throw RuleRefusal(
                "more than \(Self.policyLimit) policies, or \(Self.policySizeLimit) bytes of them, would speak of `\(dataset)`"
            )
        }
    }

    /// How many policies may be proposed or in force for one dataset, and how many bytes they may have together.
    static let policyLimit = 64
    static let policySizeLimit = 256 << 10

    /// The datasets that a policy's rules speak of, each once.
    ///
    /// A rule without a dataset would be one about everybody's, and what a collection holds the document itself says;
    /// a policy on the ledger therefore names every dataset.
    private func targets(of policy: Policy) throws(RuleRefusal) -> [DatasetIdentifier] {
        var targets: Set<DatasetIdentifier> = []
        for rule in policy.rules {
            if rule.targets.isEmpty, rule.kind != .obligation {
                throw RuleRefusal("the rule `\(rule.id)` names no dataset")
            }
            for asset in rule.targets {
                guard let dataset = try? DatasetIdentifier(asset.iri.text) else {
                    throw RuleRefusal("the target `\(asset.iri.short)` is no dataset")
                }
                targets.insert(dataset)
            }
        }
        return targets.sorted()
    }

    /// `policy.approve`: by another `policy` key of the provider or a node above; also of a change that waits.
    ///
    /// A hash names a document and not its times nor what it replaces. Where the document was proposed before, an agreement
    /// that is older than the proposal that stands may be to other terms, and is none.
    mutating func approve(
        _ decision: PolicyDecision, by signer: KeyIdentifier, signedAt signed: Timestamp, at time: Timestamp
    ) throws(RuleRefusal) {
        if let change = changes[decision.policy] { return try approve(change, by: signer, at: time) }
        var record = try policy(decision, by: signer)
        guard record.status(at: time) == .proposed else { throw .stands(record, at: time) }
        guard !record.approvals.contains(signer) else {
            throw RuleRefusal("`\(signer)` has agreed already; another key must")
        }
        guard signed >= record.changed || record.history.count(where: { $0.kind == .proposed }) < 2 else {
            throw RuleRefusal(
                "the policy was proposed anew at \(record.changed.rfc3339), after this was signed: look at its times and at "
                    + "what it replaces, and agree again")
        }
        record.approvals.append(signer)
        record.note(event(.approved, by: signer, at: time, reason: decision.reason))
        try put(record, agreedBy: signer, at: time)
    }

    /// `policy.reject`: by one such key, while the policy is only proposed; also of a change that waits.
    mutating func reject(_ decision: PolicyDecision, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        if let change = changes[decision.policy] { return try reject(change, by: signer) }
        var record = try policy(decision, by: signer)
        guard record.decision == .proposed else { throw .stands(record, at: time) }
        record.change(to: .rejected, at: time, reason: decision.reason)
        record.note(event(.rejected, by: signer, at: time, reason: decision.reason))
        set(record)
    }

    func policy(_ decision: PolicyDecision, by signer: KeyIdentifier) throws(RuleRefusal) -> PolicyRecord {
        try require(signer, .policy)
        guard let record = policies[decision.policy] else {
            throw RuleRefusal("the policy `\(decision.policy)` is not on the ledger")
        }
        try require(signer, over: record.provider)
        return record
    }

    /// Puts a proposal down; with enough keys it is agreed to, and what it replaces ends as it begins.
    private mutating func put(_ record: PolicyRecord, agreedBy signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        var record = record
        guard agree(record.approvals, on: record, at: time) else { return set(record) }
        let from = max(time, record.proposal.inForceFrom ?? time)
        record.change(to: .agreed, at: time, reason: nil)
        record.from = from
        record.until = record.proposal.inForceUntil
        if let replaced = record.proposal.replaces {
            try end(replaced, by: record.hash, from: from, agreedBy: signer, at: time)
        }
        set(record)
    }

    /// Whether as many keys agree as the provider has set; one that has since been revoked does not count.
    func agree(_ signers: [KeyIdentifier], on record: PolicyRecord, at time: Timestamp) -> Bool {
        let needed = identities[record.provider]?.policyApprovals ?? .max
        return signers.count { activeKey($0, for: .policy, at: time) != nil } >= needed
    }

    /// What the transaction that is executed does with a policy.
    func event(
        _ kind: PolicyEvent.Kind, by signer: KeyIdentifier, at time: Timestamp, of policy: PolicyHash? = nil,
        reason: String? = nil
    ) -> PolicyEvent {
        PolicyEvent(kind: kind, signer: signer, time: time, leaf: leaf, policy: policy, reason: reason)
    }
}

extension RuleRefusal {
    static func stands(_ record: PolicyRecord, at time: Timestamp) -> RuleRefusal {
        RuleRefusal("the policy `\(record.hash)` is \(record.status(at: time).words)")
    }

    static func replacedAlready(_ hash: PolicyHash, by other: PolicyHash) -> RuleRefusal {
        RuleRefusal("the place of the policy `\(hash)` is taken by `\(other)` already")
    }
}
