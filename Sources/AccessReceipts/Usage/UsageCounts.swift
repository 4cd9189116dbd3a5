package import CityIdentity
import Synchronization

/// A use of a data set by a consumer under a rule: what rules with a count per window count.
package struct Usage: Sendable, Hashable {
    /// The name of the rule, unique in the network.
    package let rule: String
    package let dataset: String
    package let consumer: IdentificationCode

    package init(rule: String, dataset: String, consumer: IdentificationCode) {
        self.rule = rule
        self.dataset = dataset
        self.consumer = consumer
    }
}

/// A use that counts from now on, before its receipt is stored; append it with the receipt, or give it back.
package struct UsageReservation: Sendable, Hashable {
    package let usage: Usage
    /// The second, since 1970, that the use counts in.
    let second: Int64
}

/// Counts of permitted exchanges, those under way included, in memory; what was stored survives a restart.
///
/// Time is kept in whole seconds: a count since a moment takes in all of that moment's second, so that it may be too
/// high by what happened in a fraction of a second, and is never too low.
package final class UsageCounts: Sendable {
    /// By rule and data set, since one asks for those of all units of a city together.
    private struct Subject: Hashable {
        let rule: [UInt8]
        let dataset: [UInt8]

        init(rule: String, dataset: String) {
            self.rule = Array(rule.utf8)
            self.dataset = Array(dataset.utf8)
        }
    }

    private let series = Mutex<[Subject: [IdentificationCode: UsageSeries]]>([:])

    init() {}

    /// How often a rule let a consumer, or a unit below it, use a data set since a moment; of all consumers for `nil`.
    package func count(
        rule: String, dataset: String, consumer: IdentificationCode?, since: Timestamp
    ) -> Int {
        series.withLock { series in
            Self.count(series[Subject(rule: rule, dataset: dataset)], consumer, since.seconds)
        }
    }

    /// Counts a use from now on.
    package func reserve(_ usage: Usage, at time: Timestamp) -> UsageReservation {
        add(1, usage, at: time.seconds)
        return UsageReservation(usage: usage, second: time.seconds)
    }

    /// Counts a use unless there have been as many already since a moment, in one step; `nil` where there have.
    package func reserve(
        _ usage: Usage, at time: Timestamp, unlessAlready limit: Int, since: Timestamp
    ) -> UsageReservation? {
        let subject = Subject(rule: usage.rule, dataset: usage.dataset)
        let reserved = series.withLock { series in
            guard Self.count(series[subject], usage.consumer, since.seconds) < limit else { return false }
            series[subject, default: [:]][usage.consumer, default: UsageSeries()].add(1, at: time.seconds)
            return true
        }
        return reserved ? UsageReservation(usage: usage, second: time.seconds) : nil
    }

    /// Gives back a use that came to nothing.
    package func cancel(_ reservation: UsageReservation) {
        add(-1, reservation.usage, at: reservation.second)
    }

    /// Adds what was stored before.
    func add(_ count: Int, _ usage: Usage, at second: Int64) {
        let subject = Subject(rule: usage.rule, dataset: usage.dataset)
        series.withLock { $0[subject, default: [:]][usage.consumer, default: UsageSeries()].add(count, at: second) }
    }

    private static func count(
        _ consumers: [IdentificationCode: UsageSeries]?, _ consumer: IdentificationCode?, _ second: Int64
    ) -> Int {
        guard let consumers else { return 0 }
        guard let consumer else { return consumers.values.reduce(0) { $0 + $1.count(since: second) } }
        return consumers.reduce(0) { consumer.covers($1.key) ? $0 + $1.value.count(since: second) : $0 }
    }
}
