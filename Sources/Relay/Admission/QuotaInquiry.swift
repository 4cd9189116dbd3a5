import AccessReceipts
import CityIdentity
import SharingPolicy

/// Finds out whether counts alone keep a request from being permitted, and for how long.
///
/// It asks the policies again with other counts, so that it knows nothing of how they reach a decision. Every question is
/// halved: a denial costs a few dozen evaluations at most.
struct QuotaInquiry: Sendable {
    let policies: PolicySet
    let access: AccessRequest
    let dataset: String
    let usage: UsageCounts

    /// After how many seconds the request would be permitted, and the quotas that stand in its way by themselves.
    /// - Returns: `nil` where no passing of time helps.
    func exhausted() -> (retryAfter: Int64, quotas: [QuotaLevel])? {
        // With nothing used, everything that counts on the way to a permission is asked for.
        let unused = self.decide { _ in 0 }
        guard unused.isPermit else { return nil }
        let windows = unused.counts.map(\.query).filter { $0.since != nil }
        guard let longest = windows.map(self.seconds).max() else { return nil }
        let isPermitted = { (seconds: Int64) in self.decide { self.count($0, after: seconds) }.isPermit }
        // A count for ever does not go down.
        guard isPermitted(longest + 1) else { return nil }
        return (Self.first(in: 1...longest + 1, where: isPermitted), windows.compactMap(self.exhausted))
    }

    private func exhausted(_ window: CountQuery) -> QuotaLevel? {
        let isPermitted = { (count: UInt64) in self.decide { $0 == window ? count : 0 }.isPermit }
        let used = self.count(window, after: 0)
        guard used > 0, !isPermitted(used) else { return nil }
        let seconds = self.seconds(of: window)
        let tooMuch = UInt64(Self.first(in: 1...Int64(clamping: used)) { !isPermitted(UInt64($0)) })
        return QuotaLevel(
            name: QuotaLevel.name(policy: window.policy, rule: window.rule), measure: window.measure,
            // This use would have been one more; bytes are counted once they have passed.
            limit: window.measure == .uses ? tooMuch : tooMuch - 1, window: seconds, remaining: 0,
            reset: Self.first(in: 1...seconds + 1) { isPermitted(self.count(window, after: $0)) })
    }

    private func decide(_ count: @escaping @Sendable (CountQuery) -> UInt64) -> Decision {
        self.policies.evaluate(self.access, EvaluationState { count($0) })
    }

    /// What will have been used when so many seconds have passed without an exchange.
    private func count(_ query: CountQuery, after seconds: Int64) -> UInt64 {
        let since = query.since.map { $0.adding(seconds: seconds) } ?? .earliest
        return self.usage.count(query, dataset: self.dataset, since: since)
    }

    private func seconds(of window: CountQuery) -> Int64 {
        (self.access.time.milliseconds - (window.since ?? self.access.time).milliseconds + 999) / 1000
    }

    /// The first number of a range for which something is so that stays so; its last where it is so for none before.
    private static func first(in range: ClosedRange<Int64>, where isSo: (Int64) -> Bool) -> Int64 {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if isSo(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension UsageCounts {
    /// What was used of a dataset since a moment, as a policy counts it.
    func count(_ query: CountQuery, dataset: String, since: Timestamp) -> UInt64 {
        let count = self.count(
            rule: query.usageName, dataset: dataset, consumer: query.code, since: since,
            measure: query.measure == .uses ? .uses : .bytes)
        // A response that came out smaller than it was said to be may be settled while another is counted.
        return UInt64(max(0, count))
    }
}

extension CountQuery {
    /// The rule's name among all policies of a network.
    var usageName: String { "\(self.policy)/\(self.rule)" }
}
