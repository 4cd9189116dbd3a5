import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// A policy that a command was told of, with the time in which it is or would be in force, and whose place it takes.
struct NamedPolicy: Sendable {
    let policy: Policy
    /// As far as they are set: a file says neither, nor does a policy on the ledger that is over.
    let from: Timestamp?
    let until: Timestamp?
    /// What it was proposed to replace.
    let replaced: PolicyHash?
    /// Whether its keys agreed to it, so that it is among what the ledger has in force or scheduled.
    let isAgreed: Bool

    /// A file's, or any other of which the ledger knows nothing.
    init(_ policy: Policy, from: Timestamp? = nil, until: Timestamp? = nil, replacing replaced: PolicyHash? = nil) {
        self.policy = policy
        self.from = from
        self.until = until
        self.replaced = replaced
        isAgreed = false
    }

    /// One on the ledger, as a node's record has it.
    init(_ policy: Policy, record: JSONValue) throws {
        let proposal = record["policy"]
        replaced = proposal?["replaces"]?.string.flatMap { PolicyHash($0) }
        if let agreed = AgreedPolicy(policy, record: record) {
            (self.policy, from, until, isAgreed) = (agreed.policy, agreed.from, agreed.until, true)
            return
        }
        let isProposed = PolicyStanding(record: record).status == .proposed
        self.policy = policy
        from = isProposed ? try Self.moment(proposal?["inForceFrom"]) : nil
        until = isProposed ? try Self.moment(proposal?["inForceUntil"]) : nil
        isAgreed = false
    }

    private static func moment(_ value: JSONValue?) throws -> Timestamp? {
        guard let text = value?.string else { return nil }
        do { return try Timestamp(rfc3339: text) } catch {
            throw CommandError(.failure, "the node's answer has a time that is none", cause: error)
        }
    }

    /// When it begins, of one that could not before now.
    func start(asOf now: Timestamp) -> Timestamp { max(from ?? now, now) }

    /// The policy, permitting and prohibiting something only in its time; nothing is said of a beginning that is past.
    func bounded(asOf now: Timestamp) -> Policy {
        policy.bounded(from: from.flatMap { $0 > now ? $0 : nil }, until: until)
    }
}

/// What is in force from a moment on before and after some policies are put beside those on the ledger, or in their place.
struct LedgerChange: Sendable {
    let old: PolicySet
    let new: PolicySet

    /// - Parameters:
    ///   - agreed: What the ledger has in force or scheduled for the datasets concerned.
    ///   - named: What is put there.
    ///   - replaced: Whose place they take besides those that they name.
    init(of agreed: [AgreedPolicy], by named: [NamedPolicy], replacing replaced: Set<PolicyHash>, asOf now: Timestamp) {
        old = PolicySet(agreed.map { $0.bounded(asOf: now) })
        let hashes = Set(named.map(\.policy.hash))
        let others = agreed.filter { !hashes.contains($0.policy.hash) }
        let kept = others.compactMap { other -> Policy? in
            // What is agreed to already has ended what it replaces.
            let ends = named.filter { new in
                !new.isAgreed
                    && (replaced.contains(other.policy.hash) || new.replaced == other.policy.hash
                        || (other.holds(at: now) && PolicySet([new.policy]).replaces(other.policy)))
            }.map { $0.start(asOf: now) }
            return other.ending(by: ends.min())?.bounded(asOf: now)
        }
        new = PolicySet(kept + named.map { $0.bounded(asOf: now) })
    }
}

extension NodeClient {
    /// What becomes of the ledger's policies about the datasets of those that are named and of those whose place they take.
    func change(
        by named: [NamedPolicy], replacing replaced: Set<PolicyHash> = [], asOf now: Timestamp
    ) async throws -> LedgerChange {
        var concerned = named.map(\.policy)
        for hash in replaced.union(named.compactMap(\.replaced)).sorted() {
            concerned.append(try await policyDocument(hash))
        }
        var agreed: [PolicyHash: AgreedPolicy] = [:]
        for dataset in Set(concerned.flatMap(\.datasets)).sorted() {
            for policy in try await agreedPolicies(for: dataset) { agreed[policy.policy.hash] = policy }
        }
        return LedgerChange(of: Array(agreed.values), by: named, replacing: replaced, asOf: now)
    }
}
