/// How much a permission states to let through within a window.
package struct Quota: Sendable, Hashable {
    package let measure: CountQuery.Measure
    /// The most uses, or bytes, that a window may hold.
    package let limit: UInt64
    package let window: CountWindow
}

extension Comparison {
    /// What is counted, of an operand that counts.
    var measure: CountQuery.Measure { operand == .volume ? .bytes : .uses }

    /// What the comparison alone lets through; `nil` of one that is no upper bound, or for ever.
    fileprivate var quota: Quota? {
        guard operand.kind == .count, let window, case .number(let number)? = values.first, let bound = number.int,
            bound >= 0, `operator` == .lt || `operator` == .lteq
        else { return nil }
        let limit = `operator` == .lt ? bound - 1 : bound
        return limit < 0 ? nil : Quota(measure: measure, limit: UInt64(limit), window: window)
    }
}

extension Constraint {
    /// The quotas that hold whatever else does: what stands in an alternative is none.
    var quotas: [Quota] {
        switch self {
        case .unreadable: []
        case .comparison(let comparison): comparison.quota.map { [$0] } ?? []
        case .logical(let logical):
            logical.operand == .and || logical.operand == .andSequence ? logical.parts.flatMap(\.quotas) : []
        }
    }
}

extension Policy {
    /// Whether everything that its rules count is counted over at most so many seconds, and nothing for ever.
    package func counts(withinSeconds seconds: Int64) -> Bool {
        rules.flatMap { $0.constraints + $0.refinements }.flatMap(\.comparisons).allSatisfy { comparison in
            comparison.operand.kind != .count
                || comparison.window.map { $0.milliseconds <= seconds * 1000 } ?? false
        }
    }
}
