internal import HashTreeCollections
internal import SharingPolicy
internal import Synchronization

/// Policies as they are evaluated, each read once, shared by all views of one ledger.
///
/// The sets are found again by what they consist of, so that a view never sees another block's policies. Only what was
/// in force within the last `limit` different sets is kept.
final class PolicyLibrary: Sendable {
    private struct Shelves {
        var policies: [PolicyHash: Result<Policy, UnreadablePolicy>] = [:]
        var sets: [DatasetIdentifier: (hashes: [PolicyHash], set: PolicySet)] = [:]
    }
    private let shelves = Mutex(Shelves())
    private let limit: Int

    let empty = PolicySet([])

    init(limit: Int = 100_000) { self.limit = limit }

    func policies(_ hashes: [PolicyHash], for dataset: DatasetIdentifier, in state: LedgerState) -> PolicySet {
        guard !hashes.isEmpty else { return empty }
        if let known = shelves.withLock({ $0.sets[dataset] }), known.hashes == hashes { return known.set }
        var (readable, unreadable): ([Policy], [UnreadablePolicy]) = ([], [])
        for hash in hashes {
            switch policy(hash, in: state) {
            case .success(let policy): readable.append(policy)
            case .failure(let policy): unreadable.append(policy)
            }
        }
        let set = PolicySet(readable, unreadable: unreadable)
        shelves.withLock { shelves in
            if shelves.sets.count >= limit { shelves = Shelves() }
            shelves.sets[dataset] = (hashes, set)
        }
        return set
    }

    /// Reads the policies that a block put in force before anyone asks by them: reading is what takes time.
    func take(up changes: [StateChange], of state: LedgerState) {
        for change in changes {
            let (kind, name) = StateKey.split(change.key)
            guard kind == "policy", let hash = PolicyHash(name), let record = state.policies[hash],
                record.status == .inForce
            else { continue }
            for target in record.targets { _ = policies(state.policiesInForce(for: target), for: target, in: state) }
        }
    }

    /// A policy, read, or why it cannot be: one that another program put in force may be of a profile not known here.
    ///
    /// The datasets that it targets are known all the same: they stand in its record.
    private func policy(_ hash: PolicyHash, in state: LedgerState) -> Result<Policy, UnreadablePolicy> {
        if let policy = shelves.withLock({ $0.policies[hash] }) { return policy }
        guard let proposal = state.policies[hash]?.proposal else {
            return .failure(UnreadablePolicy(hash: hash, reason: "the ledger does not hold it"))
        }
        let policy = Self.read(proposal, hash: hash)
        shelves.withLock { $0.policies[hash] = policy }
        return policy
    }

    private static func read(_ proposal: PolicyProposal, hash: PolicyHash) -> Result<Policy, UnreadablePolicy> {
        do {
            let policy = try Policy(reading: proposal.document, format: proposal.format)
            if let defect = policy.defect { return .failure(UnreadablePolicy(hash: hash, reason: defect)) }
            return .success(policy)
        } catch {
            return .failure(UnreadablePolicy(hash: hash, reason: "\(error)"))
        }
    }
}
