import CityIdentity

/// Decides whether the constraints of a rule and of prohibitions can hold together, and the rule's without theirs.
struct ConstraintDecision {
    let conflict: Conflict

    /// Spends what it costs of the budget; with too little left, it is `ambiguous` whether they can.
    init(
        _ scope: Evaluation.Scope, against prohibitions: [Evaluation.Scope], state: EvaluationState,
        budget: inout Int
    ) {
        guard !prohibitions.isEmpty, scope.rule.defect == nil else {
            conflict = .none
            return
        }
        let comparisons = ([scope] + prohibitions).flatMap { $0.rule.constraints.flatMap(\.comparisons) }
        // Finding the values to try costs about as much as comparing some.
        budget -= comparisons.reduce(0) { $0 + 4 * $1.values.count }
        let operands = Dictionary(grouping: comparisons, by: OperandKey.init).map { key, comparisons in
            (key: key, situations: Representatives(comparisons, types: state.types).situations)
        }.filter { !$0.situations.isEmpty }
        var combinations = 1
        var cost = comparisons.count + 1
        for operand in operands {
            let (product, overflow) = combinations.multipliedReportingOverflow(by: operand.situations.count)
            let (next, isTooMuch) = cost.multipliedReportingOverflow(by: operand.situations.count)
            guard !overflow, !isTooMuch, next <= budget else {
                conflict = .ambiguous
                return
            }
            (combinations, cost) = (product, next)
        }
        budget -= cost
        let nobody = AccessRequest(
            assignee: IRI(""), target: IRI(""), action: ActionVocabulary.use.text, time: Timestamp.earliest)
        var evaluation = Evaluation(nobody, state)
        var isSometimesProhibited = false
        var isSometimesAllowed = false
        for number in 0..<combinations where !(isSometimesAllowed && isSometimesProhibited) {
            var rest = number
            var supposed: [OperandKey: [Value]] = [:]
            for operand in operands {
                supposed[operand.key] = operand.situations[rest % operand.situations.count]
                rest /= operand.situations.count
            }
            evaluation.supposed = supposed
            guard evaluation.constraint(scope) ?? .yes == .yes else { continue }
            let isProhibited = prohibitions.contains { evaluation.constraint($0) ?? .yes != .no }
            if isProhibited { isSometimesProhibited = true } else { isSometimesAllowed = true }
        }
        conflict = !isSometimesProhibited ? .none : isSometimesAllowed ? .ambiguous : .conflict
    }
}
