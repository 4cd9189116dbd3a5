import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy

/// From when to when a policy is to be in force, and in whose place.
struct PolicyTerms: ParsableArguments {
    @Option(
        name: .long,
        help:
            "When it is to come into force: RFC 3339, or a day by UTC, from whose beginning on. (default: as soon as enough keys agree)"
    )
    var from: String?

    @Option(
        name: .long,
        help: "When it is to end: RFC 3339, or a day by UTC, to whose end. (default: when it is withdrawn or replaced)")
    var until: String?

    @Option(name: .long, help: "The hash of the policy whose place it takes; 64 digits.")
    var replaces: String?

    /// - Throws: `CommandError` where it is no period, or begins or ends before a moment, as the ledger would refuse.
    func period(at now: Timestamp) throws -> Period {
        let period = try Period(from: from, until: until)
        if let from, let moment = period.from, moment < now {
            let today = Timestamp.isDay(from) ? ", the beginning of that day by UTC" : ""
            throw CommandError(
                .denied, "--from \(from.printable) is past: it is \(moment.rfc3339)\(today)",
                advice: "leave --from out: it then comes into force as soon as enough keys agree")
        }
        if let until, let moment = period.until, moment <= now {
            let day = Timestamp.isDay(until) ? ", the end of that day by UTC" : ""
            throw CommandError(
                .denied, "--until \(until.printable) is past: it is \(moment.rfc3339)\(day)",
                advice: "name a later end, or leave --until out: it then ends when it is withdrawn or replaced")
        }
        return period
    }

    /// The options that say the same, each with a blank before it.
    var options: String {
        [("from", from), ("until", until), ("replaces", replaces)].compactMap { name, value in
            value.map { " --\(name) \($0.printable)" }
        }.joined()
    }

    func proposal(of policy: Policy) throws -> PolicyProposal {
        let period = try Period(from: from, until: until)
        return PolicyProposal(
            format: policy.format, document: policy.bytes, inForceFrom: period.from, inForceUntil: period.until,
            replaces: try replaces.map(PolicyHash.init(argument:)))
    }
}

extension PolicyHash {
    /// - Throws: `CommandError` that says what a hash looks like.
    init(argument text: String) throws {
        guard let hash = PolicyHash(text) else {
            throw CommandError(.usage, "`\(text.printable)` is not a policy's hash: 64 hexadecimal digits")
        }
        self = hash
    }
}
