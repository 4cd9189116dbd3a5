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

    /// The status with its moment, and with what is to come of it.
    var sentence: String {
        switch status {
        case .proposed: "proposed at \(record.field("changed"))"
        case .scheduled: prefix + "in force from \(record.field("from"))" + end
        case .inForce: prefix + "in force since \(record.field("from"))" + end
        case .replaced: "replaced at \(record.field("until")) by \(record.field("replacedBy"))"
        case .expired:
            "expired at \((record["until"] ?? record["policy"]?["inForceUntil"])?.string?.printable ?? "-")"
        case .rejected, .withdrawn, nil: "\(words) at \(record.field("changed"))"
        }
    }

    /// From when on a scheduled one is in force, and whose place it then takes; nothing of any other.
    var outlook: String {
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
        return "\(event.field("time"))  \(words)  \(event.field("signer"))"
            + (event["policy"]?.string.map { ", by \($0.printable)" } ?? "")
            + (event["reason"]?.string.map { ": \($0.printable)" } ?? "")
    }

    static let suspended = PolicyRecord.suspended
}
