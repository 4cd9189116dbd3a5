internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy

/// How policies end: by another in their place, or by decision.
extension LedgerState {
    /// Sets the end of a policy to the moment in which another, that was agreed to, takes its place.
    ///
    /// What has ended by now in another way stays as it is.
    mutating func end(
        _ hash: PolicyHash, by successor: PolicyHash, from: Timestamp, agreedBy signer: KeyIdentifier,
        at time: Timestamp
    ) throws(RuleRefusal) {
        guard var record = policies[hash], record.decision == .agreed, record.isOpen(at: time) else { return }
        if let other = record.replacedBy { throw .replacedAlready(hash, by: other) }
        guard from < record.until ?? .latest else { return }
        record.until = from
        record.replacedBy = successor
        record.note(event(.replaced, by: signer, at: time, of: successor))
        set(record)
    }

    /// `policy.withdraw`: by one `policy` key of the provider or a node above, as far as that opens nothing.
    ///
    /// With one key a policy permits nothing any more. The end of what it prohibits lets through what that held back, and
    /// takes as many keys as a new policy does. A policy that has yet to take another's place leaves that one's end as it
    /// was agreed, until as many keys ask for it.
    mutating func withdraw(_ decision: PolicyDecision, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        var record = try policy(decision, by: signer)
        let predecessor = predecessor(of: record, at: time)
        let isStanding = record.decision == .agreed && record.isOpen(at: time)
        let leavesAnEnd = record.decision == .withdrawn && predecessor != nil
        guard isStanding || leavesAnEnd else { throw .stands(record, at: time) }
        guard !record.withdrawals.contains(signer) else {
            throw RuleRefusal("`\(signer)` has asked for it already; another key must agree")
        }
        record.withdrawals.append(signer)
        record.note(event(.withdrawn, by: signer, at: time, reason: decision.reason))
        let isAgreed = agree(record.withdrawals, on: record, at: time)
        if !record.hasProhibitions || isAgreed { record.change(to: .withdrawn, at: time, reason: decision.reason) }
        set(record)
        guard isAgreed, var predecessor else { return }
        predecessor.until = predecessor.proposal.inForceUntil
        predecessor.replacedBy = nil
        predecessor.note(event(.restored, by: signer, at: time, of: record.hash))
        set(predecessor)
    }

    /// The policy whose place another has yet to take.
    private func predecessor(of record: PolicyRecord, at time: Timestamp) -> PolicyRecord? {
        guard let hash = record.proposal.replaces, let predecessor = policies[hash],
            predecessor.replacedBy == record.hash, predecessor.decision == .agreed, predecessor.isOpen(at: time)
        else { return nil }
        return predecessor
    }
}
