package import AccessReceipts
package import CityIdentity
package import Ledger
import SharingPolicy

extension UsageCounts {
    /// How long what was counted under a policy is kept once that has ended.
    ///
    /// Longer than any span of a quota: where the same policy is agreed to anew, a quota per week is what it was.
    package static let retention: Int64 = 31 * 86_400

    /// The rules that anything is counted under whose policy ended so long ago that its counts are kept no longer.
    ///
    /// A policy that the ledger does not know has not ended.
    package func endedRules(in view: LedgerView, at time: Timestamp) -> Set<String> {
        let time = max(time, view.time)
        var ended: [String: Bool] = [:]
        return rules.filter { rule in
            let name = String(rule.prefix { $0 != "/" })
            if let known = ended[name] { return known }
            let end = PolicyHash(name).flatMap(view.policy)?.ended(at: time)
            let isOver = end.map { $0.adding(seconds: Self.retention) <= time } ?? false
            ended[name] = isOver
            return isOver
        }
    }
}
