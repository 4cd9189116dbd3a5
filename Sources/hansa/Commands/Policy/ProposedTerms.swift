import CityIdentity
import SharingPolicy
import StrictJSON

/// What the ledger records of proposals beside their documents: whose place they take, and between which moments.
struct ProposedTerms {
    private(set) var replaced: Set<PolicyHash>
    private var from: Timestamp?
    private var until: Timestamp?

    /// Asks about each hash in an argument of policies joined by commas; of files there is nothing but what is named beside.
    init(of argument: String, replacing named: [PolicyHash], home: HomeOptions) async throws {
        replaced = Set(named)
        for hash in argument.split(separator: ",").compactMap({ PolicyHash(String($0)) }) {
            let proposal = try await home.withNode { try await $0.policy(hash) }["policy"]
            if let other = proposal?["replaces"]?.string.flatMap({ PolicyHash($0) }) { replaced.insert(other) }
            if let moment = try Self.moment(proposal?["inForceFrom"]) { from = max(from ?? moment, moment) }
            if let moment = try Self.moment(proposal?["inForceUntil"]) { until = min(until ?? moment, moment) }
        }
    }

    private static func moment(_ value: JSONValue?) throws -> Timestamp? {
        guard let text = value?.string else { return nil }
        do { return try Timestamp(rfc3339: text) } catch {
            throw CommandError(.failure, "the node's answer has a time that is none", cause: error)
        }
    }

    /// The moments from now on in which all of them would be in force.
    ///
    /// - Throws: `CommandError` where there is none.
    func moments(from now: Timestamp) throws -> ClosedRange<Timestamp> {
        let first = max(now, from ?? now)
        guard let until else { return first ... .latest }
        guard first < until else {
            throw CommandError(
                .no, "at no moment from now on would the new policies all be in force: until is \(until.rfc3339)")
        }
        return first...Timestamp(milliseconds: until.milliseconds - 1)
    }
}
