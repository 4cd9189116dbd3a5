/// How the histories of permissions hang together that count some of the same uses, or some that are not the same.
struct UseLinks: Sendable {
    let histories: [UseHistory]
    private let sorts: [Sort]

    /// The most uses of some sorts that there can be together.
    private let bounds: [(sorts: [Int], most: UseBounds)]

    /// The most uses that the permissions of a history count.
    private let counted: [UseHistory: UseBounds]

    /// Uses that are in the same histories, and permitted by the same permissions.
    private struct Sort {
        let members: [Int]
        let sides: [CountedUse.Side]
        var times: Set<UseTime> = []
    }

    /// What is the same of uses of one sort.
    private struct Key: Hashable {
        let counters: Set<Counter>
        let sides: [CountedUse.Side]
    }

    /// Partitions the permissions that count a consumer's uses by what they count.
    ///
    /// What only one side of a comparison lets through is no earlier use that both have, and is looked at only where a
    /// permission counts nothing else. `nil` where all count the same.
    ///
    /// - Parameter most: How many uses each permission lets through.
    init?(_ counters: [Counter], uses: [CountedUse], most: [Counter: UseBounds], named policies: [PolicyHash: String]) {
        let uses = Self.usable(counters, uses)
        let alike = Dictionary(grouping: counters) { counter in uses.map { $0.counters.contains(counter) } }
        guard alike.count > 1 else { return nil }
        let histories = alike.values.sorted { ($0.min() ?? $0[0]) < ($1.min() ?? $1[0]) }
            .map { UseHistory(Set($0), among: counters, uses: uses, named: policies) }
        self.histories = histories
        var places: [Key: Int] = [:]
        var sorts: [Sort] = []
        for use in uses {
            let key = Key(counters: use.counters, sides: use.sides)
            let place = places[key] ?? sorts.count
            if place == sorts.count {
                places[key] = place
                let members = histories.indices.filter { !histories[$0].counters.isDisjoint(with: use.counters) }
                sorts.append(Sort(members: members, sides: use.sides))
            }
            sorts[place].times.insert(use.time)
        }
        // Those that are in many histories first: with these most is said.
        sorts.sort { $0.members.count > $1.members.count }
        self.sorts = sorts
        bounds = Self.bounds(sorts, histories, most)
        counted = Dictionary(
            uniqueKeysWithValues: histories.map { history in
                (history, UseBounds(of: history.counters.map { most[$0] ?? UseBounds() }, max))
            })
    }

    /// Uses that only certain permissions permit on a side these have counted, each at least one, and none more than it
    /// lets through; of permissions that count the same none has counted more than the one that lets most through.
    private static func bounds(
        _ sorts: [Sort], _ histories: [UseHistory], _ most: [Counter: UseBounds]
    ) -> [(sorts: [Int], most: UseBounds)] {
        [0, 1].flatMap { side in
            let bounded = sorts.indices.filter {
                !sorts[$0].sides[side].isFree && !sorts[$0].sides[side].counters.isEmpty
            }
            return Set(bounded.map { sorts[$0].sides[side].counters }).union(histories.map(\.counters))
                .sorted { $0.sorted().lexicographicallyPrecedes($1.sorted()) }.compactMap { permitting in
                    let mine = bounded.filter { sorts[$0].sides[side].counters.isSubset(of: permitting) }
                    let counters = Set(mine.flatMap { sorts[$0].sides[side].counters })
                    let isOne = histories.contains { counters.isSubset(of: $0.counters) }
                    let bounds = UseBounds(of: counters.map { most[$0] ?? UseBounds() }) {
                        isOne ? max($0, $1) : $0 &+ $1
                    }
                    return bounds.isEmpty ? nil : (mine, bounds)
                }
        }
    }

    private static func usable(_ counters: [Counter], _ uses: [CountedUse]) -> [CountedUse] {
        let common = Set(uses.filter(\.isCommon).flatMap(\.counters))
        return uses.compactMap { use in
            var use = use
            use.counters.formIntersection(counters)
            if !use.isCommon { use.counters.subtract(common) }
            return use.counters.isEmpty ? nil : use
        }
    }

    /// Numbers of earlier uses as requests can have made them, one after the other before one at some time, with the same
    /// classes of every count; `nil` where there are none such.
    ///
    /// - Parameter budget: Is made less by the steps that it takes to find out.
    func made(_ uses: EarlierUses, before time: UseTime, budget: inout Int) throws(SearchLimit) -> EarlierUses? {
        var made = uses
        for measure in [CountQuery.Measure.uses, .bytes] {
            let spans = uses.spans.filter { $0.measure == measure }
            guard !spans.isEmpty else { continue }
            guard let sums = try problem(spans, measure, time).sums(budget: &budget) else { return nil }
            made = made.replacing(
                EarlierUses(
                    zip(spans, sums).map { span, sum in
                        // What is beyond all that a permission permits it has not counted.
                        let limit = measure == .uses ? span.history.flatMap { counted[$0]?[span.window] } : nil
                        return EarlierUses.Span(
                            history: span.history, measure: measure, window: span.window,
                            count: min(sum, max(limit ?? sum, span.count)), most: span.most)
                    }))
        }
        return made
    }

    /// The sums that spans are of what there was of each sort in each window.
    private func problem(
        _ spans: [EarlierUses.Span], _ measure: CountQuery.Measure, _ time: UseTime
    ) -> SumProblem {
        var problem = SumProblem()
        for span in spans { problem.addSum(within: span.count...span.most) }
        let windows = Set(spans.map(\.window)).sorted { $0.length < $1.length }
        var limits: [(sum: Int, sorts: [Int], window: CountWindow?)] = []
        for (sorts, most) in measure == .uses ? bounds : [] {
            for window in windows {
                guard let limit = most[window] else { continue }
                limits.append((problem.addSum(within: 0...limit), sorts, window))
            }
        }
        for (number, sort) in sorts.enumerated() {
            for window in windows where sort.times.contains(where: { $0.isWithin(window.length, before: time) }) {
                let counting = spans.indices.filter { index in
                    sort.members.contains { histories[$0] == spans[index].history }
                        && window.length <= spans[index].window.length
                }
                let limited = limits.filter { $0.sorts.contains(number) && window.length <= $0.window.length }
                problem.addVariable(in: counting + limited.map(\.sum))
            }
        }
        return problem
    }
}

/// The most uses within windows; of others there may be any number.
struct UseBounds: Sendable {
    private var most: [CountWindow?: UInt64] = [:]

    var isEmpty: Bool { most.isEmpty }

    init() {}

    /// For every window of which all say something, what is made of that.
    init(of bounds: [UseBounds], _ made: (UInt64, UInt64) -> UInt64) {
        guard let first = bounds.first else { return }
        self = bounds.dropFirst().reduce(first) { $0.combined(with: $1, made) }
    }

    /// The most within a window: no more than in a longer one.
    subscript(_ window: CountWindow?) -> UInt64? {
        get { most.filter { $0.key.length >= window.length }.values.min() }
        set { most[window] = newValue }
    }

    private func combined(with other: UseBounds, _ made: (UInt64, UInt64) -> UInt64) -> UseBounds {
        var bounds = UseBounds()
        for window in Set(most.keys).union(other.most.keys) {
            if let mine = self[window], let theirs = other[window] { bounds[window] = made(mine, theirs) }
        }
        return bounds
    }
}

extension CountWindow? {
    /// In milliseconds; for ever is longest.
    fileprivate var length: Int64 { self?.milliseconds ?? .max }
}
