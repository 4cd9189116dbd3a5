package import CityIdentity
import Synchronization

/// A use of a data set by a consumer under a rule: what rules with a count per window count.
package struct Usage: Sendable, Hashable {
    /// The name of the rule, unique in the network.
    package let rule: String
    package let dataset: String
    package let consumer: IdentificationCode
    package let measure: Measure

    /// What is counted.
    package enum Measure: Sendable, Hashable, CaseIterable {
        case uses
        /// Bytes of responses' content.
        case bytes
    }

    package init(rule: String, dataset: String, consumer: IdentificationCode, measure: Measure = .uses) {
        self.rule = rule
        self.dataset = dataset
        self.consumer = consumer
        self.measure = measure
    }
}

/// A use that counts from now on, before its receipt is stored; append it with the receipt, or give it back.
package struct UsageReservation: Sendable, Hashable {
    package let usage: Usage
    /// The second, since 1970, that the use counts in.
    let second: Int64
    /// How much is counted: uses, or bytes; less than nothing where there was less than counted before.
    package let amount: Int
}

/// Counts of permitted exchanges, those under way included, in memory; what was stored survives a restart.
///
/// Time is kept in whole seconds, and in larger steps what is long ago where there was very much (``UsageSeries``): a
/// count may be too high by what happened shortly before its moment, and is never too low. Memory is bounded by the
/// rules, data sets and consumers that there are, however long exchanges go on; rules that ended are for whoever knows of
/// it to drop (``ReceiptStore/forgetUsage(of:)``).
package final class UsageCounts: Sendable {
    /// By rule and data set, since one asks for those of all units of a city together.
    private struct Subject: Hashable {
        let rule: [UInt8]
        let dataset: [UInt8]
        let measure: Usage.Measure

        init(rule: String, dataset: String, measure: Usage.Measure) {
            self.rule = Array(rule.utf8)
            self.dataset = Array(dataset.utf8)
            self.measure = measure
        }
    }

    private struct State {
        var series: [Subject: [IdentificationCode: UsageSeries]] = [:]
        /// Whose counts were put together in memory, and are not yet where they are stored.
        var shortened: Set<Usage> = []
    }

    private let state = Mutex(State())

    init() {}

    /// How often, or how many bytes of, a rule let a consumer, or a unit below it, use a data set since a moment; of all
    /// consumers for `nil`.
    package func count(
        rule: String, dataset: String, consumer: IdentificationCode?, since: Timestamp,
        measure: Usage.Measure = .uses
    ) -> Int {
        state.withLock { state in
            guard let consumers = state.series[Subject(rule: rule, dataset: dataset, measure: measure)] else {
                return 0
            }
            return consumers.reduce(0) { sum, entry in
                consumer?.covers(entry.key) ?? true ? sum + entry.value.count(since: since.seconds) : sum
            }
        }
    }

    /// Counts a use, or so many bytes, from now on.
    package func reserve(_ usage: Usage, amount: Int = 1, at time: Timestamp) -> UsageReservation {
        add(amount, usage, at: time.seconds)
        return UsageReservation(usage: usage, second: time.seconds, amount: amount)
    }

    /// Counts what an amount is more, or less, than was reserved; `nil` where it is that.
    package func settle(_ reservation: UsageReservation, amount: Int) -> UsageReservation? {
        let difference = amount - reservation.amount
        guard difference != 0 else { return nil }
        add(difference, reservation.usage, at: reservation.second)
        return UsageReservation(usage: reservation.usage, second: reservation.second, amount: difference)
    }

    /// Gives back a use that came to nothing.
    package func cancel(_ reservation: UsageReservation) {
        add(-reservation.amount, reservation.usage, at: reservation.second)
    }

    /// Adds what was stored before, or what is new.
    func add(_ count: Int, _ usage: Usage, at second: Int64) {
        let subject = Subject(rule: usage.rule, dataset: usage.dataset, measure: usage.measure)
        state.withLock { state in
            let isShortened = state.series[subject, default: [:]][usage.consumer, default: UsageSeries()]
                .add(count, at: second)
            if isShortened { state.shortened.insert(usage) }
        }
    }

    /// The names of the rules under which anything is counted.
    package var rules: Set<String> {
        state.withLock { state in Set(state.series.keys.map { String(decoding: $0.rule, as: UTF8.self) }) }
    }

    /// Drops the counts of rules.
    func forget(_ rules: Set<String>) {
        let names = Set(rules.map { Array($0.utf8) })
        state.withLock { state in
            state.series = state.series.filter { !names.contains($0.key.rule) }
            state.shortened = state.shortened.filter { !rules.contains($0.rule) }
        }
    }

    /// Takes the uses whose counts were put together since the last call.
    func takeShortened() -> Set<Usage> {
        state.withLock { state in
            defer { state.shortened = [] }
            return state.shortened
        }
    }
}
