package import CityIdentity
package import SharingPolicy

/// What the ledger holds of one policy.
package struct PolicyRecord: Sendable, Hashable {
    package let hash: PolicyHash
    /// The node whose policy it is: the proposer's.
    package let provider: IdentificationCode
    package let proposal: PolicyProposal
    /// The datasets it speaks of.
    package let targets: [DatasetIdentifier]
    /// Whether it forbids anything: its end then opens what it closed.
    package let hasProhibitions: Bool
    /// What its provider's keys have come to; whether it is in force is a question of the moment too.
    package internal(set) var decision: Decision
    /// From when on it is in force, once it is agreed to.
    package internal(set) var from: Timestamp?
    /// When it ends, that moment not included, as far as that is set.
    package internal(set) var until: Timestamp?
    /// The policy that takes its place at ``until``.
    package internal(set) var replacedBy: PolicyHash?
    /// The keys that agreed, the proposer's first.
    package internal(set) var approvals: [KeyIdentifier]
    /// The keys that asked for its withdrawal.
    package internal(set) var withdrawals: [KeyIdentifier] = []
    /// When what was decided on it changed last.
    package internal(set) var changed: Timestamp
    package internal(set) var reason: String?
    /// What was done with it, the oldest first; at most the latest ``historyLimit``, the log has the others.
    package internal(set) var history: [PolicyEvent] = []

    /// What has been decided on a policy.
    package enum Decision: String, Sendable, Hashable {
        case proposed
        /// Enough keys agreed; it is in force from ``PolicyRecord/from`` until ``PolicyRecord/until``.
        case agreed
        case rejected
        case withdrawn
    }

    /// How many events a record keeps.
    package static let historyLimit = 64
}

/// Something that a transaction did with a policy.
package struct PolicyEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case proposed
        case approved
        case rejected
        /// A key asked for its end.
        case withdrawn
        /// The policy named beside took its place, or was agreed to take it.
        case replaced
        /// The policy that was to take its place does so no longer.
        case restored
    }

    package let kind: Kind
    package let signer: KeyIdentifier
    package let time: Timestamp
    /// The transaction's place on the log.
    package let leaf: UInt64
    /// The other policy, of `replaced` and `restored`.
    package let policy: PolicyHash?
    package let reason: String?
}

// MARK: - Standing

extension PolicyRecord {
    /// Where a policy stands at a moment.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case proposed
        /// Agreed to, and in force from a later moment on.
        case scheduled
        case inForce
        /// Another policy has taken its place.
        case replaced
        /// The end that it was proposed with has come.
        case expired
        case rejected
        case withdrawn
    }

    /// Where it stands at a moment, of those that are not before the block of the state it was taken from.
    package func status(at time: Timestamp) -> Status {
        switch decision {
        case .proposed: (proposal.inForceUntil ?? .latest) <= time ? .expired : .proposed
        case .rejected: .rejected
        case .withdrawn: .withdrawn
        case .agreed:
            if let until, until <= time {
                replacedBy == nil ? .expired : .replaced
            } else {
                (from ?? .latest) <= time ? .inForce : .scheduled
            }
        }
    }

    /// Since when it has been over, as it stands at a moment; `nil` where it is or may come to be in force.
    package func ended(at time: Timestamp) -> Timestamp? {
        switch status(at: time) {
        case .proposed, .scheduled, .inForce: nil
        case .replaced: until
        case .expired: decision == .agreed ? until : proposal.inForceUntil
        case .rejected: changed
        // A further key that asks for the end of what permits nothing any more changes nothing of when it ended.
        case .withdrawn: hasProhibitions ? changed : withdrawal?.time ?? changed
        }
    }

    /// The events of the proposal that stands.
    private var latestEvents: ArraySlice<PolicyEvent> {
        history[(history.lastIndex { $0.kind == .proposed } ?? 0)...]
    }

    /// What first asked for its end: since then it permits nothing.
    package var withdrawal: PolicyEvent? { latestEvents.first { $0.kind == .withdrawn } }

    /// Why it was rejected, or its end asked for, as far as somebody said so: the first who did.
    package var reasonOfItsEnd: String? {
        latestEvents.compactMap { $0.kind == .rejected || $0.kind == .withdrawn ? $0.reason : nil }.first ?? reason
    }

    /// Whether it is or may come to be in force, as it stands at a moment.
    package func isOpen(at time: Timestamp) -> Bool {
        ended(at: time) == nil
    }

    /// Whether it permits nothing while what it prohibits stands: one key asked for its end, and others have to agree.
    package var isSuspended: Bool { decision == .agreed && !withdrawals.isEmpty }

    /// For how long, and how far, it holds; `nil` where it is not agreed to.
    var term: PolicyTerm? {
        guard decision == .agreed, let from else { return nil }
        return PolicyTerm(hash: hash, from: from, until: until ?? .latest, isSuspended: isSuspended)
    }

    mutating func change(to decision: Decision, at time: Timestamp, reason: String?) {
        self.decision = decision
        self.reason = reason
        changed = time
    }

    mutating func note(_ event: PolicyEvent) {
        history.append(event)
        if history.count > Self.historyLimit { history.removeFirst(history.count - Self.historyLimit) }
    }
}

/// From when until when a policy that was agreed to is in force.
struct PolicyTerm: Sendable, Hashable {
    let hash: PolicyHash
    let from: Timestamp
    /// The first moment at which it is not.
    let until: Timestamp
    let isSuspended: Bool

    func holds(at time: Timestamp) -> Bool { from <= time && time < until }
}

extension PolicyRecord.Status {
    /// The status as a sentence has it.
    package var words: String { self == .inForce ? "in force" : rawValue }
}

extension PolicyRecord {
    /// What is said of one that is ``isSuspended`` and in force, or to come into force.
    package static let suspended = "suspended"

    /// What policies may be asked for by: where one may stand, and what one key makes of it.
    package static let statusNames = Status.allCases.map(\.rawValue) + [suspended]

    /// Whether one of ``statusNames`` is the record's; what a suspended policy prohibits is in force.
    package func isOf(status name: String, at time: Timestamp) -> Bool {
        let status = status(at: time)
        return name == Self.suspended
            ? isSuspended && (status == .inForce || status == .scheduled) : status.rawValue == name
    }

    /// Why the permissions of a policy permit nothing while it is ``isSuspended``.
    package static let suspension = "its withdrawal was asked for"
}
