import CityIdentity

/// One thing that requests of a class differ in, with a setting for every class of it that comparisons tell apart.
struct RequestDimension: Sendable {
    enum Kind: Sendable, Hashable {
        case time(MomentCells)
        case size
        case value(LeftOperand)
        case uses
        case duty(IRI)

        static func == (left: Kind, right: Kind) -> Bool { left.name == right.name }
        func hash(into hasher: inout Hasher) { hasher.combine(name) }

        private var name: String {
            switch self {
            case .time: "time"
            case .size: "size"
            case .value(let operand): "value \(operand.iri)"
            case .uses: "uses"
            case .duty(let uid): "duty \(uid)"
            }
        }
    }

    let kind: Kind

    /// Settings that no comparison tells apart, together; the first stands for all.
    let groups: [[Situation.Setting]]
}

/// Finds the dimensions of requests to which some rules may apply.
struct DimensionFinder {
    let scopes: [Evaluation.Scope]
    let state: EvaluationState
    let moments: ClosedRange<Timestamp>
    let reference: Timestamp

    /// The most settings of one dimension.
    static let maximum = 4096

    /// `nil` where a dimension has more settings than can be tried.
    func dimensions(_ base: Situation) -> [RequestDimension]? {
        let comparisons = scopes.flatMap { scope in scope.rule.allComparisons.map { (scope: scope, comparison: $0) } }
        var dimensions: [RequestDimension] = []
        func add(
            _ kind: RequestDimension.Kind, _ settings: [Situation.Setting], _ mine: [(Evaluation.Scope, Comparison)]
        ) {
            let groups = grouped(settings, base, mine)
            if !groups.isEmpty { dimensions.append(RequestDimension(kind: kind, groups: groups)) }
        }
        func those(_ kinds: LeftOperand.Kind...) -> [(Evaluation.Scope, Comparison)] {
            comparisons.filter { kinds.contains($0.comparison.operand.kind) }.map { ($0.scope, $0.comparison) }
        }
        let clock = those(.moment, .timeOfDay, .dayOfWeek)
        guard
            let cells = MomentCells(
                clock.map(\.1), within: moments, near: reference, limit: Self.maximum * 4)
        else { return nil }
        add(.time(cells), cells.moments.map { .moment($0) }, clock)
        let sizes = those(.size)
        if !sizes.isEmpty {
            guard let settings = situations(sizes.map(\.1)) else { return nil }
            add(.size, settings.map { .size($0.first?.number) }, sizes)
        }
        let counts = those(.count).filter { $0.0.rule.kind == .permission }
        if !counts.isEmpty {
            guard let uses = uses(counts.map(\.1)) else { return nil }
            add(.uses, uses.map { .uses($0) }, counts)
        }
        for (operand, mine) in Dictionary(grouping: comparisons, by: { $0.comparison.operand }).sorted(by: {
            $0.key.iri < $1.key.iri
        }) where operand.isSupplied && [.name, .event, .open, .number, .duration].contains(operand.kind) {
            guard let sets = sets(of: operand, mine.map(\.comparison)) else { return nil }
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

    private func situations(_ comparisons: [Comparison]) -> [[Value]]? {
        guard comparisons.reduce(0, { $0 + $1.values.count }) < Self.maximum / 8 else { return nil }
        return Representatives(comparisons, types: state.types).situations.map { $0 ?? [] }
    }

    private func uses(_ comparisons: [Comparison]) -> [EarlierUses]? {
        // The number that a comparison sees is that of this use too.
        guard let numbers = situations(comparisons)?.compactMap({ $0.first?.number }) else { return nil }
        let windows = Set(comparisons.map(\.window))
        return EarlierUses.all(
            Array(windows), counts: Set(numbers).map { UInt64($0 - 1) }, limit: Self.maximum)
    }

    /// What a request may bring of an operand: one purpose, but any number of events; nothing is an empty list.
    private func sets(of operand: LeftOperand, _ comparisons: [Comparison]) -> [[Value]]? {
        guard let situations = situations(comparisons) else { return nil }
        let single = situations.filter { $0.count < 2 }
        if operand == .purpose { return single }
        let values = single.compactMap(\.first)
        guard values.count <= 12 else { return nil }
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
    /// A whole number that fits.
    fileprivate var number: Int? { if case .number(let number) = self { number.int } else { nil } }
}
