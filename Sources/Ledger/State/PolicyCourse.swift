package import CityIdentity
package import SharingPolicy
package import StrictJSON

/// What became of a proposal that is over.
///
/// The bytes of a policy can be proposed more than once, and a record has the decision on the latest. What became of those
/// before follows from the record's events, of which it keeps the latest, and from the proposals on the log.
package struct PolicyCourse: Sendable, Hashable {
    package let status: PolicyRecord.Status
    package let proposed: Timestamp
    /// The keys that agreed, the proposer's first.
    package let approvals: [KeyIdentifier]
    /// From when on it was, or would have been, in force; `nil` where it was not agreed to.
    package let from: Timestamp?
    /// Since when it has been over.
    package let ended: Timestamp
    /// What took its place, or was agreed to.
    package let replacedBy: PolicyHash?
    package let reason: String?

    /// Whether it was ever in force.
    package var wasInForce: Bool { from.map { $0 < ended } ?? false }
}

extension PolicyCourse {
    /// The latest proposal of a record; `nil` where it may still come to something.
    package init?(of record: PolicyRecord, as status: PolicyRecord.Status, at time: Timestamp) {
        guard let ended = record.ended(at: time) else { return nil }
        self.init(
            status: status, proposed: record.history.last { $0.kind == .proposed }?.time ?? record.changed,
            approvals: record.approvals, from: record.from, ended: ended,
            replacedBy: record.decision == .agreed ? record.replacedBy : nil, reason: record.reasonOfItsEnd)
    }

    /// A proposal that another of the same bytes followed.
    ///
    /// - Parameters:
    ///   - events: Its own, from `proposed` on.
    ///   - needed: How many keys must agree. It counts as it stands now, for one that nothing but time ended and for what
    ///     ended by withdrawals: what was set then stands on the log alone.
    ///   - successor: When that of the last `replaced` event was to begin, and whether it did.
    ///   - next: When it was proposed anew.
    init?(
        _ events: ArraySlice<PolicyEvent>, of proposal: PolicyProposal, prohibits: Bool, needed: Int,
        successor: (start: Timestamp, came: Bool)?, before next: Timestamp
    ) {
        guard let first = events.first, first.kind == .proposed else { return nil }
        let agreeing = events.filter { $0.kind == .proposed || $0.kind == .approved }
        let withdrawals = events.filter { $0.kind == .withdrawn }
        proposed = first.time
        approvals = agreeing.map(\.signer)
        reason = events.compactMap { $0.kind == .rejected || $0.kind == .withdrawn ? $0.reason : nil }.first
        if let rejected = events.first(where: { $0.kind == .rejected }) {
            (status, ended, from, replacedBy) = (.rejected, rejected.time, nil, nil)
            return
        }
        let isAgreed = events.contains { $0.kind == .replaced || $0.kind == .withdrawn } || approvals.count >= needed
        guard isAgreed, let agreed = agreeing.last?.time else {
            (status, ended, from, replacedBy) = (.expired, proposal.inForceUntil ?? next, nil, nil)
            return
        }
        from = max(agreed, proposal.inForceFrom ?? agreed)
        var ends: [(time: Timestamp, status: PolicyRecord.Status, by: PolicyHash?)] = []
        if let until = proposal.inForceUntil { ends.append((until, .expired, nil)) }
        if let successor, let event = Self.replacement(in: events) {
            ends.append((successor.start, successor.came ? .replaced : .expired, event.policy))
        }
        let count = prohibits ? max(needed, 1) : 1
        if withdrawals.count >= count { ends.append((withdrawals[count - 1].time, .withdrawn, nil)) }
        let end = ends.min { $0.time < $1.time } ?? (withdrawals.last?.time ?? next, .withdrawn, nil)
        (ended, status, replacedBy) = (end.time, end.status, end.by)
    }

    /// The agreement to another in its place that was not called off.
    static func replacement(in events: ArraySlice<PolicyEvent>) -> PolicyEvent? {
        events.last { $0.kind == .replaced || $0.kind == .restored }.flatMap { $0.kind == .replaced ? $0 : nil }
    }

    /// With the names that a record has for the same.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("status", JSONValue(status.rawValue)), ("proposed", JSONValue(proposed.rfc3339)),
            ("approvals", JSONValue(approvals.map { JSONValue($0.description) })),
        ]
        if let from { members.append(("from", JSONValue(from.rfc3339))) }
        members.append(("ended", JSONValue(ended.rfc3339)))
        if let replacedBy { members.append(("replacedBy", JSONValue(replacedBy.description))) }
        if let reason { members.append(("reason", JSONValue(reason))) }
        return JSONValue(members)
    }
}

extension PolicyRecord {
    /// The events of each proposal but the latest, the oldest first; not of one whose beginning is no longer kept.
    var earlierEvents: [ArraySlice<PolicyEvent>] {
        let starts = history.indices.filter { history[$0].kind == .proposed }
        return zip(starts, starts.dropFirst()).map { history[$0..<$1] }
    }
}
