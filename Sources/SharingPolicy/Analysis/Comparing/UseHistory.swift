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
    var isCommon: Bool

    /// Those of them that alone permit it on one side, and on the other; `nil` where that is permitted without a count.
    var first: Set<Counter>?
    var second: Set<Counter>?

    /// When in a week it can be, as ``MomentCells/cells`` are.
    var cell: Range<Int64>

    /// The same with what permits it at another time.
    mutating func merge(_ other: CountedUse) {
        counters.formUnion(other.counters)
        isCommon = isCommon || other.isCommon
        first = first.flatMap { first in other.first.map(first.union) }
        second = second.flatMap { second in other.second.map(second.union) }
    }
}
