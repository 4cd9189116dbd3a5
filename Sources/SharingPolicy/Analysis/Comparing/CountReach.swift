import CityIdentity

/// How far the counts of one permission can get.
///
/// A rule counts what it has let through itself, so that a request it refuses moves no count: from nothing, a count of uses
/// reaches the first number at which the rule permits nothing, whatever else is asked, and none beyond; bytes that have
/// passed may be any once something was let through, and stay none where nothing is. What the rule says of higher counts is
/// said in vain.
struct CountReach {
    /// A count that gets no further, although the rule says something of what lies beyond.
    struct Limit: Hashable {
        let measure: CountQuery.Measure
        let window: CountWindow?
        /// The most uses, the one that is asked for among them; zero where nothing is ever let through.
        let count: UInt64
    }

    private(set) var limits: [Limit] = []

    /// The most uses that there can be.
    private(set) var most = UseBounds()

    /// The most combinations of counts of one rule that are looked at; of a rule with more, all count as reached.
    private static let maximum = 1 << 14

    /// One thing that the rule counts, with the numbers from which on it may say something else.
    private struct Span {
        let measure: CountQuery.Measure
        let window: CountWindow?
        let starts: [UInt64]

        /// Shorter windows first.
        var order: (Int64, Int) { (window?.milliseconds ?? .max, measure == .uses ? 0 : 1) }

        /// Which of the classes between the starts a number is in.
        func place(_ uses: EarlierUses) -> Int {
            let count = uses.spans.first { $0.measure == measure && $0.window == window }?.count ?? 0
            return (starts.lastIndex { $0 <= count }) ?? 0
        }
    }

    init(_ scope: Evaluation.Scope) {
        let comparisons = scope.constraints.flatMap(\.comparisons).filter { $0.operand.kind == .count }
        guard scope.kind == .permission, !comparisons.isEmpty, let all = Self.combinations(comparisons) else { return }
        let spans = Dictionary(grouping: comparisons) { Quantity(measure: $0.measure, window: $0.window) }
            .map { Span(measure: $0.measure, window: $0.window, starts: EarlierUses.classStarts($1)) }
            .sorted { $0.order < $1.order }
        let permitted = all.filter { Self.mayHold(scope.constraints, after: $0, scope) }
        var reached = permitted
        var ends: [Int: Int] = [:]
        while true {
            // By span, the first class in which nothing is permitted: it is reached, and none after it.
            ends = [:]
            for (number, span) in spans.enumerated() {
                let passed = Set(reached.map(span.place))
                let end = span.starts.indices.first { !passed.contains($0) }
                if let end, end == 0 || span.measure == .uses { ends[number] = end }
            }
            let left = reached.filter { uses in ends.allSatisfy { spans[$0.key].place(uses) <= $0.value } }
            if left.count == reached.count { break }
            reached = left
        }
        for (number, end) in ends where spans[number].measure == .uses {
            most[spans[number].window] = spans[number].starts[end]
        }
        limits = ends.filter { number, end in permitted.contains { spans[number].place($0) > end } }
            .sorted { $0.key < $1.key }
            .map { Limit(measure: spans[$0].measure, window: spans[$0].window, count: spans[$0].starts[$1]) }
    }

    private struct Quantity: Hashable {
        let measure: CountQuery.Measure
        let window: CountWindow?
    }

    /// One combination of counts of every class; `nil` where there are too many.
    static func combinations(_ comparisons: [Comparison]) -> [EarlierUses]? {
        var combinations = [EarlierUses()]
        for measure in [CountQuery.Measure.uses, .bytes] {
            let mine = comparisons.filter { $0.measure == measure }
            guard !mine.isEmpty else { continue }
            guard let found = try? EarlierUses.all(mine, bytesPass: false),
                combinations.count * found.count <= Self.maximum
            else { return nil }
            combinations = combinations.flatMap { one in found.map { one.replacing($0) } }
        }
        return combinations
    }

    /// Whether conditions may hold after earlier uses, whatever is asked, and when.
    private static func mayHold(
        _ constraints: [Constraint], after uses: EarlierUses, _ scope: Evaluation.Scope
    ) -> Bool {
        let time = Timestamp(milliseconds: 0)
        let request = AccessRequest(
            assignee: IRI(""), target: IRI(""), action: ActionVocabulary.use.text, time: time)
        var evaluation = Evaluation(request, EvaluationState { uses.count($0, at: time) })
        evaluation.countsUses = true
        return constraints.allSatisfy { outcomes(of: $0, &evaluation, scope).may }
    }

    /// Whether a condition may hold, and whether it may not: of what is no count both.
    private static func outcomes(
        of constraint: Constraint, _ evaluation: inout Evaluation, _ scope: Evaluation.Scope
    ) -> (may: Bool, mayNot: Bool) {
        switch constraint {
        case .unreadable: return (false, true)
        case .comparison(let comparison):
            guard comparison.operand.kind == .count else { return (true, true) }
            let holds = evaluation.holds(constraint, scope) == .yes
            return (holds, !holds)
        case .logical(let logical):
            var parts: [(may: Bool, mayNot: Bool)] = []
            for part in logical.parts { parts.append(outcomes(of: part, &evaluation, scope)) }
            switch logical.operand {
            case .and, .andSequence: return (parts.allSatisfy(\.may), parts.contains(where: \.mayNot))
            case .or: return (parts.contains(where: \.may), parts.allSatisfy(\.mayNot))
            case .xone:
                let certain = parts.count { !$0.mayNot }
                let possible = parts.count(where: \.may)
                return (certain <= 1 && possible >= 1, certain != 1 || possible > 1)
            }
        }
    }
}

extension PolicySet {
    /// The same policies, with what their permissions say of counts that are never reached left out.
    var withReachedCounts: PolicySet {
        var isChanged = false
        let permissions = permissions.map { scope -> Evaluation.Scope in
            let limits = CountReach(scope).limits
            guard !limits.isEmpty else { return scope }
            isChanged = true
            let bounds = limits.map { limit in
                Constraint.comparison(
                    Comparison(
                        uid: nil, operand: limit.measure == .uses ? .count : .volume,
                        operator: limit.measure == .uses ? .lteq : .lt,
                        values: [.number(Number(Int64(clamping: limit.count)))], unit: nil, window: limit.window,
                        clockOffset: 0))
            }
            return Evaluation.Scope(
                policy: scope.policy, rule: scope.rule.with(constraints: scope.rule.constraints + bounds))
        }
        guard isChanged else { return self }
        return PolicySet(
            policies: policies, unreadable: unreadable, permissions: permissions, prohibitions: prohibitions,
            obligations: obligations)
    }
}
