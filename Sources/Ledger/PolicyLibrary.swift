internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy
internal import Synchronization

/// Policies as they are evaluated, each read once, shared by all views of one ledger.
///
/// The sets are found again by what they consist of, so that a view never sees another block's policies. At most `limit`
/// policies and sets are kept; past that all are forgotten, and read again as they are asked for.
final class PolicyLibrary: Sendable {
    private struct Shelves {
        var policies: [PolicyHash: Result<Policy, UnreadablePolicy>] = [:]
        var sets: [DatasetIdentifier: Shelf] = [:]
        var shares: [Sharing: Shares] = [:]
    }

    /// The policies in force for a dataset, from one moment on until another: between two nothing comes or ends.
    private final class Shelf: Sendable {
        /// The state's ``LedgerState/sharingVersion``: in another of that version the terms are the same.
        let version: UInt64
        let terms: [PolicyTerm]
        let from: Timestamp
        let until: Timestamp
        let set: PolicySet

        init(version: UInt64, terms: [PolicyTerm], from: Timestamp, until: Timestamp, set: PolicySet) {
            self.version = version
            self.terms = terms
            self.from = from
            self.until = until
            self.set = set
        }

        func holds(at time: Timestamp) -> Bool { from <= time && time < until }
    }

    /// What one city lets somebody read.
    struct Sharing: Hashable {
        let city: IdentificationCode
        let reader: IdentificationCode
    }

    /// The names, as of a state and from one moment on until another.
    struct Shares {
        let version: UInt64
        let from: Timestamp
        let until: Timestamp
        let names: [String]
    }

    private let shelves = Mutex(Shelves())
    private let parts = SharedRuleParts()
    private let limit: Int

    let empty = PolicySet([])

    init(limit: Int = 100_000) { self.limit = limit }

    /// The policies that hold for a dataset at a moment; of a provider that is not active there are none.
    func policies(for dataset: DatasetIdentifier, at time: Timestamp, in state: LedgerState) -> PolicySet {
        if let known = shelf(dataset), known.version == state.sharingVersion, known.holds(at: time) { return known.set }
        guard let terms = state.policyTerms[dataset], state.isActive(dataset.provider) else { return empty }
        return policies(terms, for: dataset, at: time, in: state)
    }

    /// The policies that hold at a moment, of those with these terms; the dataset's provider is active.
    func policies(_ terms: [PolicyTerm], for dataset: DatasetIdentifier, at time: Timestamp, in state: LedgerState)
        -> PolicySet
    {
        let known = shelf(dataset).flatMap { $0.holds(at: time) && $0.terms == terms ? $0 : nil }
        if let known, known.version == state.sharingVersion { return known.set }
        let (from, until) = Self.span(of: terms, around: time)
        let shelf = Shelf(
            version: state.sharingVersion, terms: terms, from: from, until: until,
            set: known?.set ?? read(terms, at: time, in: state))
        shelves.withLock { shelves in
            if shelves.sets.count >= limit { shelves = Shelves() }
            shelves.sets[dataset] = shelf
        }
        return shelf.set
    }

    private func shelf(_ dataset: DatasetIdentifier) -> Shelf? { shelves.withLock { $0.sets[dataset] } }

    private func read(_ terms: [PolicyTerm], at time: Timestamp, in state: LedgerState) -> PolicySet {
        var (readable, unreadable): ([Policy], [UnreadablePolicy]) = ([], [])
        for term in terms where term.holds(at: time) {
            switch policy(term.hash, in: state) {
            case .success(let policy):
                readable.append(term.isSuspended ? policy.permittingNothing(because: PolicyRecord.suspension) : policy)
            case .failure(let policy): unreadable.append(policy)
            }
        }
        return PolicySet(readable, unreadable: unreadable, sharing: parts)
    }

    /// The moments around one between which nothing comes into force or ends.
    static func span(of terms: [PolicyTerm], around time: Timestamp) -> (from: Timestamp, until: Timestamp) {
        let moments = terms.flatMap { [$0.from, $0.until] }
        return (moments.filter { $0 <= time }.max() ?? .earliest, moments.filter { $0 > time }.min() ?? .latest)
    }

    func knownShares(_ sharing: Sharing) -> Shares? { shelves.withLock { $0.shares[sharing] } }

    func keep(_ shares: Shares, of sharing: Sharing) {
        shelves.withLock { shelves in
            if shelves.shares.count >= Self.shareLimit { shelves.shares = [:] }
            shelves.shares[sharing] = shares
        }
    }

    /// Pairs of a city and a reader that are remembered; past that all are forgotten.
    private static let shareLimit = 4_096

    /// Reads the policies that a block agreed to before anyone asks by them: reading is what takes time.
    func take(up changes: [StateChange], of state: LedgerState) {
        for change in changes {
            let (kind, name) = StateKey.split(change.key)
            guard kind == "policy", let hash = PolicyHash(name), let record = state.policies[hash],
                record.decision == .agreed
            else { continue }
            _ = policy(hash, in: state)
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
        shelves.withLock { shelves in
            if shelves.policies.count >= limit { shelves = Shelves() }
            shelves.policies[hash] = policy
        }
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
