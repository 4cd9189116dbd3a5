package import AccessReceipts
package import CityIdentity
package import Ledger
import SharingPolicy

extension UsageCounts {
    /// How long what was counted under a policy is kept once that has ended.
    ///
    /// Where the same policy is agreed to anew, what it counts within a span of at most that is what it was; counts of longer
    /// spans, and those for ever, are kept.
    package static let retention: Int64 = 31 * 86_400

    /// The rules that anything is counted under whose policy ended so long ago that its counts are kept no longer.
    ///
    /// A policy that the ledger does not know has not ended, and one that cannot be read may count for ever.
    ///
    /// - Parameter time: by the ledger: what is forgotten does not come back, so a clock that is wrong must not decide.
    package func endedRules(in view: LedgerView, at time: Timestamp) -> Set<String> {
        var ended: [String: Bool] = [:]
        return rules.filter { rule in
            let name = String(rule.prefix { $0 != "/" })
            if let known = ended[name] { return known }
            let record = PolicyHash(name).flatMap(view.policy)
            let end = record?.ended(at: time)
            let isLongAgo = end.map { $0.adding(seconds: Self.retention) <= time } ?? false
            let isOver = isLongAgo && (record.map { Self.countsBriefly($0.proposal) } ?? false)
            ended[name] = isOver
            return isOver
        }
    }

    private static func countsBriefly(_ proposal: PolicyProposal) -> Bool {
        let policy = try? Policy(parsing: proposal.document, format: proposal.format)
        return policy?.counts(withinSeconds: retention) ?? false
    }
}
