import CityIdentity

/// A permission that counts, among all of a network.
package struct Counter: Sendable, Hashable, Comparable {
    let policy: PolicyHash
    /// ``Rule/id``.
    let rule: String

    init(policy: PolicyHash, rule: String) { (self.policy, self.rule) = (policy, rule) }

    init(_ scope: Evaluation.Scope) { (policy, rule) = (scope.policyHash, scope.id) }

    init(_ query: CountQuery) { (policy, rule) = (query.policy, query.rule) }

    package static func < (left: Counter, right: Counter) -> Bool {
        left.policy == right.policy
            ? left.rule.utf8.lexicographicallyPrecedes(right.rule.utf8) : left.policy < right.policy
    }
}

/// Permissions of which each counts the uses that the others count, so that their counts are one.
package struct UseHistory: Sendable, Hashable {
    let counters: Set<Counter>

    /// The permissions, as they follow ` under `.
    let label: String

    /// Whether no other permission counts any use that these count, so that what a request is says which are meant.
    let isApart: Bool

    init(
        _ counters: Set<Counter>, among others: [Counter], uses: [CountedUse], named policies: [PolicyHash: String]
    ) {
        self.counters = counters
        isApart = uses.allSatisfy { $0.counters.isSubset(of: counters) || $0.counters.isDisjoint(with: counters) }
        let names = Set(
            counters.map { counter in
                let name = "`\(IRI(counter.rule).short)`"
                // Of two versions of a policy the permissions are called alike, and count alike.
                let isClear = others.allSatisfy { $0.rule != counter.rule || counters.contains($0) }
                return isClear ? name : name + " of policy `\(policies[counter.policy] ?? "\(counter.policy)")`"
            })
        label = names.sorted().joined(separator: " and ")
    }
}

/// A sort of uses that permissions count, for consumers that no rule tells apart.
struct CountedUse: Sendable, Hashable {
    /// The permissions that count it, as long as they permit it.
    var counters: Set<Counter>

    /// Whether both sides of a comparison let it through, as long as counts permit.
    let isCommon: Bool

    /// What permits it on the one side of a comparison, and on the other.
    var sides: [Side]

    /// When it can be.
    let time: UseTime

    struct Side: Sendable, Hashable {
        /// The permissions that count it.
        var counters: Set<Counter>
        /// Whether another permits it that does not count.
        var isFree: Bool
    }
}

/// When uses can be: in part of a week, between two moments.
struct UseTime: Sendable, Hashable {
    /// As ``MomentCells/cells`` are.
    let cell: Range<Int64>
    let interval: ClosedRange<Timestamp>

    static let any = UseTime(cell: 0..<MomentCells.week, interval: .earliest ... .latest)

    /// Whether there can be one so short a time before one at another time, in milliseconds.
    func isWithin(_ window: Int64, before other: UseTime) -> Bool {
        guard interval.lowerBound <= other.interval.upperBound else { return false }
        let gap = other.interval.lowerBound.milliseconds(since: interval.upperBound)
        guard gap < window else { return false }
        if cell.overlaps(other.cell) { return true }
        let between = (other.cell.lowerBound - (cell.upperBound - 1)) % MomentCells.week
        return (between < 0 ? between + MomentCells.week : between) < window
    }
}
