package import CityIdentity
internal import SharingPolicy

extension LedgerView {
    /// Where a policy stands at a moment, not before the view's own, by what became of the one that was to take its place too.
    package func status(of record: PolicyRecord, at time: Timestamp) -> PolicyRecord.Status {
        let status = record.status(at: max(time, self.time))
        guard status == .replaced, let until = record.until,
            let event = PolicyCourse.replacement(in: record.history[...])
        else { return status }
        return came(by: event, at: until) ? .replaced : .expired
    }

    /// Whether one of ``PolicyRecord/statusNames`` is the record's.
    package func isOf(status name: String, _ record: PolicyRecord, at time: Timestamp) -> Bool {
        name == PolicyRecord.suspended
            ? record.isOf(status: name, at: time) : status(of: record, at: time).rawValue == name
    }

    /// Whether what was agreed to take another's place did: it was not withdrawn before it was to begin.
    ///
    /// What it prohibits begins all the same, until as many keys ask for its end; then the other goes on.
    fileprivate func came(by event: PolicyEvent, at start: Timestamp) -> Bool {
        guard let successor = event.policy.flatMap(policy), !successor.hasProhibitions else { return true }
        return !successor.history.contains { $0.kind == .withdrawn && $0.leaf > event.leaf && $0.time <= start }
    }
}

extension LedgerArchive {
    /// What became of the proposals of a policy's bytes before the latest, the oldest first; at most the latest
    /// ``PolicyCourse/limit``, and of those that the record's events still tell of.
    ///
    /// Throws ``LedgerError`` where the log cannot be read.
    package func earlierCourses(of record: PolicyRecord, in view: LedgerView) async throws(LedgerError)
        -> [PolicyCourse]
    {
        var courses: [PolicyCourse] = []
        let all = record.earlierEvents
        for events in all.suffix(PolicyCourse.limit) {
            guard let leaf = events.first?.leaf, let proposal = try await proposal(at: leaf) else { continue }
            var successor: (start: Timestamp, came: Bool)?
            if let event = PolicyCourse.replacement(in: events) {
                let start = try await start(of: event, in: view)
                successor = (start, view.came(by: event, at: start))
            }
            let next = record.history[events.endIndex].time
            let course = PolicyCourse(
                events, of: proposal, prohibits: record.hasProhibitions,
                needed: view.identity(record.provider)?.policyApprovals ?? .max, successor: successor, before: next)
            if let course { courses.append(course) }
        }
        return courses
    }

    /// When the policy that a `replaced` event tells of was to begin: with the agreement, or when it was proposed to.
    private func start(of event: PolicyEvent, in view: LedgerView) async throws(LedgerError) -> Timestamp {
        let history = event.policy.flatMap(view.policy)?.history ?? []
        guard let leaf = history.last(where: { $0.kind == .proposed && $0.leaf <= event.leaf })?.leaf,
            let from = try await proposal(at: leaf)?.inForceFrom
        else { return event.time }
        return max(event.time, from)
    }

    private func proposal(at leaf: UInt64) async throws(LedgerError) -> PolicyProposal? {
        guard case .policyPropose(let proposal) = try Transaction(parsing: try await entry(at: leaf).data).body else {
            return nil
        }
        return proposal
    }
}

extension PolicyCourse {
    /// How many earlier proposals of one policy are told of.
    package static let limit = 16
}
