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
        if let record = policies[policy.hash], record.status == .proposed || record.status == .inForce {
            throw RuleRefusal("the policy `\(policy.hash)` is \(record.status.words) already")
        }
        for target in targets { try checkRoom(for: proposal, on: target) }
        let record = PolicyRecord(
            hash: policy.hash, provider: signer.code, proposal: proposal, targets: targets,
            hasProhibitions: !policy.prohibitions.isEmpty, status: .proposed, approvals: [signer], changed: time)
        put(record, inForceIfAgreedAt: time)
    }

    /// What is proposed or in force for one dataset is evaluated for every request to it, and is bounded for that.
    private func checkRoom(for proposal: PolicyProposal, on dataset: DatasetIdentifier) throws(RuleRefusal) {
        let others = policiesAbout(dataset).compactMap { policies[$0]?.proposal.document.count }
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
    mutating func approve(_ decision: PolicyDecision, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        if let change = changes[decision.policy] { return try approve(change, by: signer, at: time) }
        var record = try policy(decision, by: signer, in: .proposed)
        guard !record.approvals.contains(signer) else {
            throw RuleRefusal("`\(signer)` has agreed already; another key must")
        }
        record.approvals.append(signer)
        put(record, inForceIfAgreedAt: time)
    }

    /// `policy.reject`: by one such key, while the policy is only proposed; also of a change that waits.
    mutating func reject(_ decision: PolicyDecision, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        if let change = changes[decision.policy] { return try reject(change, by: signer) }
        var record = try policy(decision, by: signer, in: .proposed)
        record.change(to: .rejected, at: time, reason: decision.reason)
        set(record)
    }

    /// `policy.withdraw`: by one such key where that opens nothing.
    ///
    /// The end of a policy that prohibits something lets through what it held back, and takes as many keys as a new
    /// policy does.
    mutating func withdraw(_ decision: PolicyDecision, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        var record = try policy(decision, by: signer, in: .inForce)
        guard !record.withdrawals.contains(signer) else {
            throw RuleRefusal("`\(signer)` has asked for it already; another key must agree")
        }
        record.withdrawals.append(signer)
        if !record.hasProhibitions || agree(record.withdrawals, on: record, at: time) {
            record.change(to: .withdrawn, at: time, reason: decision.reason)
        }
        set(record)
    }

    private func policy(_ decision: PolicyDecision, by signer: KeyIdentifier, in status: PolicyRecord.Status)
        throws(RuleRefusal) -> PolicyRecord
    {
        try require(signer, .policy)
        guard let record = policies[decision.policy] else {
            throw RuleRefusal("the policy `\(decision.policy)` is not on the ledger")
        }
        try require(signer, over: record.provider)
        guard record.status == status else {
            throw RuleRefusal("the policy `\(record.hash)` is \(record.status.words)")
        }
        return record
    }

    private mutating func put(_ record: PolicyRecord, inForceIfAgreedAt time: Timestamp) {
        var record = record
        if agree(record.approvals, on: record, at: time) { record.change(to: .inForce, at: time, reason: nil) }
        set(record)
    }

    /// Whether as many keys agree as the provider has set; one that has since been revoked does not count.
    private func agree(_ signers: [KeyIdentifier], on record: PolicyRecord, at time: Timestamp) -> Bool {
        let needed = identities[record.provider]?.policyApprovals ?? .max
        return signers.count { activeKey($0, for: .policy, at: time) != nil } >= needed
    }
}

extension PolicyRecord.Status {
    /// The status as a sentence has it.
    var words: String { self == .inForce ? "in force" : rawValue }
}
