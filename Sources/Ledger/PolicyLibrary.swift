internal import HashTreeCollections
internal import SharingPolicy
internal import Synchronization

/// Policies as they are evaluated, each read once, shared by all views of one ledger.
///
/// The sets are found again by what they consist of, so that a view never sees another block's policies. Only what was
/// in force within the last `limit` different sets is kept.
final class PolicyLibrary: Sendable {
    private struct Shelves {
        var policies: [PolicyHash: Policy] = [:]
        var sets: [DatasetIdentifier: (hashes: [PolicyHash], set: PolicySet)] = [:]
    }
    private let shelves = Mutex(Shelves())
    private let limit: Int

    let empty = PolicySet([])

    init(limit: Int = 100_000) { self.limit = limit }

    func policies(_ hashes: [PolicyHash], for dataset: DatasetIdentifier, in state: LedgerState) -> PolicySet {
        guard !hashes.isEmpty else { return empty }
        return shelves.withLock { shelves in
            if let known = shelves.sets[dataset], known.hashes == hashes { return known.set }
            let set = PolicySet(hashes.compactMap { Self.policy($0, in: state, on: &shelves) })
            if shelves.sets.count >= limit { shelves = Shelves() }
            shelves.sets[dataset] = (hashes, set)
            return set
        }
    }

    private static func policy(_ hash: PolicyHash, in state: LedgerState, on shelves: inout Shelves) -> Policy? {
        if let policy = shelves.policies[hash] { return policy }
        // A policy in force was read when it was proposed, so it can be read now.
        guard let proposal = state.policies[hash]?.proposal,
            let policy = try? Policy(reading: proposal.document, format: proposal.format)
        else { return nil }
        shelves.policies[hash] = policy
        return policy
    }
}
