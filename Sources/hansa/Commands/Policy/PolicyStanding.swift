import CityIdentity
import Ledger
import StrictJSON

/// Where a policy stands, by the record that a node answered with, in words.
struct PolicyStanding {
    let record: JSONValue

    /// Whether one key asked for its end, so that it permits nothing while what it prohibits stands.
    var isSuspended: Bool { (record["suspended"]?.bool ?? false) && (status == .inForce || status == .scheduled) }

    /// What the record says it amounts to.
    var status: PolicyRecord.Status? { record["status"]?.string.flatMap { PolicyRecord.Status(rawValue: $0) } }

    /// The status as people write it.
    var words: String { isSuspended ? Self.suspended : status?.words ?? record.field("status") }

    /// How many keys agreed, and of how many that must, where the record says so.
    var approvals: String {
        let count = record["approvals"]?.array?.count ?? 0
        return record["needed"]?.int.map { "\(count) of \($0)" } ?? String(count)
    }

    /// What it was before its bytes were proposed anew to no avail; `nil` where they were not, or it was never in force.
    var earlier: PolicyStanding? {
        guard record["ended"] != nil, !wasInForce else { return nil }
        guard let course = courses.last(where: \.wasInForce) else { return nil }
        var members = course.record.object ?? JSONObject()
        members["needed"] = record["needed"]
        return PolicyStanding(record: .object(members))
    }

    /// What became of each earlier proposal of the same bytes, the oldest first.
    var courses: [PolicyStanding] { (record["earlier"]?.array ?? []).map(PolicyStanding.init) }

    private var wasInForce: Bool {
        guard let from = record.moment("from"), let ended = record.moment("ended") else { return false }
        return from < ended
    }

    /// The status with its moment, and with what is to come of it.
    var sentence: String {
        let ended = record.field("ended")
        return switch status {
        case .proposed: "proposed at \(record.field("changed"))"
        case .scheduled: prefix + "in force from \(record.field("from"))" + end
        case .inForce: prefix + "in force since \(record.field("from"))" + end
        case .replaced: "replaced at \(ended) by \(record.field("replacedBy"))"
        case .expired:
            record["replacedBy"]?.string.map {
                "ended at \(ended) (in favour of \($0.printable), which was withdrawn before)"
            } ?? "expired at \(ended)"
        case .rejected, .withdrawn, nil: "\(words) at \(ended)"
        }
    }

    /// When one that is over was in force, and since when it has permitted nothing, as lines.
    var term: [String] {
        var lines: [String] = []
        if record["ended"] != nil, record["from"] != nil, status != .rejected {
            lines.append(
                wasInForce
                    ? "in force from \(record.field("from")) until \(record.field("ended"))"
                    : "never in force: it was to begin at \(record.field("from"))")
        }
        if let withdrawal = record["withdrawal"], withdrawal["time"]?.string != record["ended"]?.string {
            lines.append("permits nothing since \(withdrawal.field("time")), by \(withdrawal.field("signer"))")
        }
        return lines
    }

    /// Of a proposal whose start is past: that it begins when enough keys agree, and not when it was proposed to.
    ///
    /// - Parameter isLast: Whether the next key is the last that must agree.
    func lateStart(asOf now: Timestamp, isLast: Bool) -> String? {
        guard status == .proposed, let start = record["policy"]?.moment("inForceFrom"), start <= now else { return nil }
        return "it was proposed to begin at \(start.rfc3339), which is past: it takes effect "
            + (isLast ? "at once, with this key" : "at once when enough keys agree")
    }

    /// From when on a scheduled one is in force, and whose place it then takes; of one in force, that it began later than it
    /// was proposed to; nothing of any other.
    var outlook: String {
        if status == .inForce, let from = record.moment("from"),
            let start = record["policy"]?.moment("inForceFrom"), start < from
        {
            return ": since \(from.rfc3339), when enough keys agreed, and not from \(start.rfc3339) on, "
                + "as it was proposed"
        }
        guard status == .scheduled else { return "" }
        return ": in force from \(record.field("from"))"
            + (record["policy"]?["replaces"]?.string.map { ", in the place of \($0.printable)" } ?? "") + end
    }

    private var prefix: String { isSuspended ? "\(Self.suspended), " : "" }

    private var end: String {
        guard let until = record["until"]?.string?.printable else { return "" }
        guard let successor = record["replacedBy"]?.string?.printable else { return ", to expire at \(until)" }
        return ", to be replaced at \(until) by \(successor)"
    }

    /// One event of the record's history.
    static func words(_ event: JSONValue) -> String {
        let kind = event.field("event")
        let words =
            switch PolicyEvent.Kind(rawValue: kind) {
            case .withdrawn: "withdrawal asked for"
            case .replaced: "replacement agreed to"
            case .restored: "replacement called off"
            default: kind
            }
        let height = event["height"]?.int.map(String.init) ?? "-"
        return "\(event.field("time"))  block \(height)  \(words)  \(event.field("signer"))"
            + (event["policy"]?.string.map { ", by \($0.printable)" } ?? "")
            + (event["reason"]?.string.map { ": \($0.printable)" } ?? "")
    }

    static let suspended = PolicyRecord.suspended
}

extension JSONValue {
    /// The moment that a member names; `nil` where it names none.
    func moment(_ name: String) -> Timestamp? { self[name]?.string.flatMap { try? Timestamp(rfc3339: $0) } }
}
