import CityIdentity

/// One thing that requests of a class differ in, with a setting for every class of it that comparisons tell apart.
struct RequestDimension: Sendable {
    enum Kind: Sendable, Hashable {
        case time(MomentCells)
        case size
        case value(LeftOperand)
        case uses(CountQuery.Measure, UseHistory?)
        case duty(IRI)

        static func == (left: Kind, right: Kind) -> Bool { left.name == right.name }
        func hash(into hasher: inout Hasher) { hasher.combine(name) }

        private var name: String {
            switch self {
            case .time: "time"
            case .size: "size"
            case .value(let operand): "value \(operand.iri)"
            case .uses(let measure, let history): "uses \(measure) \(history?.label ?? "")"
            case .duty(let uid): "duty \(uid)"
            }
        }
    }

    let kind: Kind

    /// Settings that no comparison tells apart, together; the first stands for all.
    let groups: [[Situation.Setting]]

    var isCount: Bool { if case .uses = kind { true } else { false } }
}

/// Finds the dimensions of requests to which some rules may apply.
struct DimensionFinder {
    let scopes: [Evaluation.Scope]
    let state: EvaluationState
    let moments: ClosedRange<Timestamp>
    let reference: Timestamp

    /// What the consumer's city shares, where that is known.
    let shares: [Value]?

    /// What the permissions count that count not all the same; `nil` where they count all the same.
    var links: UseLinks?

    /// The most stretches of time.
    static let maximumStretches = SearchLimit.settings * 4

    /// The dimensions; throws where one has more settings than can be tried.
    func dimensions(_ base: Situation, withCounts: Bool = true) throws(SearchLimit) -> [RequestDimension] {
        let comparisons = scopes.flatMap { scope in scope.rule.allComparisons.map { (scope: scope, comparison: $0) } }
        var dimensions: [RequestDimension] = []
        func add(
            _ kind: RequestDimension.Kind, _ settings: [Situation.Setting], _ mine: [(Evaluation.Scope, Comparison)],
            isGrouped: Bool = true
        ) {
            let groups = isGrouped ? grouped(settings, base, mine) : settings.map { [$0] }
            if !groups.isEmpty { dimensions.append(RequestDimension(kind: kind, groups: groups)) }
        }
        func those(_ kinds: LeftOperand.Kind...) -> [(Evaluation.Scope, Comparison)] {
            comparisons.filter { kinds.contains($0.comparison.operand.kind) }.map { ($0.scope, $0.comparison) }
        }
        let clock = those(.moment, .timeOfDay, .dayOfWeek)
        guard
            let cells = MomentCells(
                clock.map(\.1), within: moments, near: reference, limit: Self.maximumStretches)
        else { throw SearchLimit.stretches(Self.maximumStretches) }
        add(.time(cells), cells.moments.map { .moment($0) }, clock)
        let sizes = those(.size)
        if !sizes.isEmpty {
            add(.size, try situations(sizes.map(\.1)).map { .size($0.first?.number) }, sizes)
        }
        // Elsewhere than in a permission nothing is counted.
        let counts = withCounts ? those(.count).filter { $0.0.rule.kind == .permission } : []
        for history in links?.histories.map(Optional.some) ?? [nil] {
            let counts = counts.filter { history?.counters.contains(Counter($0.0)) ?? true }
            let bytesPass = counts.contains { $0.1.measure == .bytes }
            for measure in [CountQuery.Measure.uses, .bytes] {
                let mine = counts.filter { $0.1.measure == measure }
                let uses = try EarlierUses.all(mine.map(\.1), of: history, bytesPass: bytesPass && measure == .uses)
                // What hangs together with other numbers has to be known exactly.
                if !uses.isEmpty {
                    add(.uses(measure, history), uses.map { .uses($0) }, mine, isGrouped: history == nil)
                }
            }
        }
        for (operand, mine) in Dictionary(grouping: comparisons, by: { $0.comparison.operand }).sorted(by: {
            $0.key.iri < $1.key.iri
        }) where operand.isSupplied && [.name, .event, .open, .number, .duration].contains(operand.kind) {
            let sets = try sets(of: operand, mine.map(\.comparison))
            add(.value(operand), sets.map { .value(operand.iri, $0) }, mine.map { ($0.scope, $0.comparison) })
        }
        let duties = scopes.flatMap { $0.rule.kind == .permission ? $0.rule.preconditions : [] }
        for uid in Set(duties.compactMap(\.uid)).sorted() {
            let states: [DutyState] =
                duties.contains { $0.uid == uid && !$0.consequences.isEmpty }
                ? [.unset, .fulfilled, .performedLate] : [.unset, .fulfilled]
            dimensions.append(RequestDimension(kind: .duty(uid), groups: states.map { [.duty(uid, $0)] }))
        }
        return dimensions
    }

    private func situations(_ comparisons: [Comparison]) throws(SearchLimit) -> [[Value]] {
        guard comparisons.reduce(0, { $0 + $1.values.count }) < SearchLimit.settings / 8 else {
            throw SearchLimit.settings(of: comparisons[0].operand)
        }
        return Representatives(comparisons, types: state.types).situations.map { $0 ?? [] }
    }

    /// What a request may bring of an operand: one purpose, but any number of events; nothing is an empty list.
    private func sets(of operand: LeftOperand, _ comparisons: [Comparison]) throws(SearchLimit) -> [[Value]] {
        if operand == .consumerShares {
            if let shares { return [shares] }
            return try SharedNames(comparisons).sets()
        }
        let single = try situations(comparisons).filter { $0.count < 2 }
        if operand == .purpose {
            // What a request says of its purpose is in no language.
            var seen: Set<[Value]> = []
            return single.map { $0.map(\.unspoken) }.filter { seen.insert($0).inserted }
        }
        let values = single.compactMap(\.first)
        guard values.count <= 12 else { throw SearchLimit.settings(of: operand) }
        return (0..<(1 << values.count)).map { mask in
            values.enumerated().filter { mask & (1 << $0.offset) != 0 }.map(\.element)
        }
    }

    private func grouped(
        _ settings: [Situation.Setting], _ base: Situation, _ comparisons: [(Evaluation.Scope, Comparison)]
    ) -> [[Situation.Setting]] {
        var places: [[Truth]: Int] = [:]
        var groups: [[Situation.Setting]] = []
        for setting in settings {
            var situation = base
            situation.apply(setting)
            var evaluation = Evaluation(situation.request, situation.state(state))
            evaluation.countsUses = true
            let truths = comparisons.map { evaluation.holds(.comparison($0.1), $0.0) }
            if let place = places[truths] {
                groups[place].append(setting)
            } else {
                places[truths] = groups.count
                groups.append([setting])
            }
        }
        return groups
    }
}

extension Value {
    /// A text without its language.
    fileprivate var unspoken: Value { if case .text(let text, _) = self { .name(text) } else { self } }

    /// A whole number that fits.
    fileprivate var number: Int? { if case .number(let number) = self { number.int } else { nil } }
}
