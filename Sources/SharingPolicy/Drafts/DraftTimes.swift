import CityIdentity

/// At which times a draft's tests ask, which are those of its template's before the end of what it permits.
struct DraftTimes {
    /// The first second that is not permitted, of the template and of the draft.
    let end: (template: Timestamp?, draft: Timestamp?)

    private static let week: Int64 = 7 * 86_400

    /// As its template, unless the time is about the end or after it: days of the week stay as they are.
    func counterpart(of text: String) -> String {
        guard let draft = end.draft, let time = try? Timestamp(rfc3339: text) else { return text }
        if let template = end.template, time >= template.adding(seconds: -86_400) {
            return draft.adding(milliseconds: time.milliseconds(since: template)).rfc3339
        }
        return time < draft ? text : before(draft, time).rfc3339
    }

    /// The time some weeks earlier or later that is the last before the end.
    func last(_ time: Timestamp) -> Timestamp? { end.draft.map { before($0, time) } }

    /// The first such time after it.
    func late(_ time: Timestamp) -> Timestamp? { last(time)?.adding(seconds: Self.week) }

    private func before(_ end: Timestamp, _ time: Timestamp) -> Timestamp {
        let seconds = time.milliseconds(since: end) / 1000
        let weeks = seconds >= 0 ? -(seconds / Self.week) - 1 : (-seconds - 1) / Self.week
        return time.adding(seconds: weeks * Self.week)
    }
}
