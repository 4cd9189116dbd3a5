/// How every rule of every policy came out, for people and for tests.
package struct DecisionTrace: Sendable, Hashable {
    package let policies: [PolicyReport]

    /// The report on a rule of that name.
    package subscript(rule id: String) -> RuleReport? {
        for policy in policies {
            for rule in policy.rules where rule.id.utf8.elementsEqual(id.utf8) { return rule }
        }
        return nil
    }
}

/// How the rules of one policy came out.
package struct PolicyReport: Sendable, Hashable {
    package let hash: PolicyHash
    package let name: String

    /// Why the policy is not understood as a whole.
    package let defect: String?

    /// Whether that is a decision's doing: its permissions are suspended, and its prohibitions stand.
    package let isSuspended: Bool
    package let rules: [RuleReport]
}

/// How one rule came out.
package struct RuleReport: Sendable, Hashable {
    /// A premise a rule can fail on.
    package enum Premise: String, Sendable, Hashable, CaseIterable {
        case assignee, action, target, constraint, duty
    }

    package let id: String
    package let kind: Rule.Kind

    /// Whether the rule takes part in the decision: a permission permits, a prohibition prohibits, an obligation is owed.
    package let isActive: Bool

    /// Whether it is a prohibition that applies and that a permission overrides (`conflict: perm`).
    package let isOverridden: Bool

    /// What the rule says something about, and whether that holds.
    package let premises: [Premise: Truth]
    package let constraints: [ConstraintReport]
    package let duties: [DutyReport]

    /// Why the rule is not understood as a whole.
    package let defect: String?

    /// Whether it is a permission that would permit had it let nothing through yet.
    let isUsedUp: Bool

    /// Whether its constraints can hold at no later moment.
    let isOver: Bool

    /// The premises an inactive rule fails on.
    package var reasons: [Premise] {
        guard !isActive else { return [] }
        let failing = Premise.allCases.filter { premises[$0].map { $0 != .yes } ?? false }
        return duties.contains { $0.state != .fulfilled } && kind == .permission ? failing + [.duty] : failing
    }
}

/// How one constraint came out.
package struct ConstraintReport: Sendable, Hashable {
    package let uid: IRI?
    package let truth: Truth

    /// The constraint in words.
    package let words: String

    /// What the left operand's value is, where there is one.
    package let actual: String?

    /// The same as a sentence goes on: `it is 3`.
    package let actualWords: String?

    /// How deep it stands in others.
    package let depth: Int

    /// What it and its parts are about.
    let operands: Set<LeftOperand>
}

/// How one duty stands.
package struct DutyReport: Sendable, Hashable {
    package let uid: IRI?
    package let id: String
    package let words: String
    package let state: DutyState
    package let performance: Duty.Performance
}

extension Evaluation {
    /// Looks at everything, also where the outcome is clear already.
    mutating func report(_ policies: [Policy], isPermitted: Bool) -> DecisionTrace {
        DecisionTrace(
            policies: policies.map { policy in
                PolicyReport(
                    hash: policy.hash, name: policy.name, defect: policy.defect, isSuspended: policy.isSuspended,
                    rules: policy.rules.map { report(Scope(policy: policy, rule: $0), isPermitted: isPermitted) })
            })
    }

    private mutating func report(_ scope: Scope, isPermitted: Bool) -> RuleReport {
        var premises: [RuleReport.Premise: Truth] = [:]
        premises[.target] = target(scope)
        premises[.assignee] = assignee(scope)
        premises[.action] = action(scope)
        premises[.constraint] = constraint(scope)
        let isActive =
            switch scope.rule.kind {
            case .permission: permits(scope)
            case .prohibition: prohibits(scope)
            case .obligation: applies(scope) != .no
            }
        var constraints: [ConstraintReport] = []
        countsUses = scope.rule.kind == .permission
        for constraint in scope.rule.constraints { report(constraint, scope, depth: 0, into: &constraints) }
        countsUses = false
        return RuleReport(
            id: scope.rule.id, kind: scope.rule.kind, isActive: isActive,
            isOverridden: isPermitted && isActive && scope.rule.kind == .prohibition, premises: premises,
            constraints: constraints,
            duties: scope.rule.duties.map { duty in
                DutyReport(
                    uid: duty.uid, id: duty.id, words: duty.words, state: deontic(duty, scope),
                    performance: duty.performance)
            },
            defect: scope.rule.defect, isUsedUp: !isActive && permitsUnused(scope),
            isOver: scope.constraints.contains(where: isOver))
    }

    private func permitsUnused(_ scope: Scope) -> Bool {
        guard !scope.measures.isEmpty else { return false }
        var state = state
        state.count = { _ in 0 }
        var unused = Evaluation(request, state)
        return unused.permits(scope)
    }

    /// Whether a constraint asks for a moment that is past.
    private func isOver(_ constraint: Constraint) -> Bool {
        switch constraint {
        case .unreadable: return false
        case .comparison(let comparison):
            guard comparison.operand == .dateTime, [.eq, .isAnyOf, .lt, .lteq].contains(comparison.operator) else {
                return false
            }
            let bound = comparison.operator == .lt ? ComparisonOperator.lt : .lteq
            return comparison.values.allSatisfy { Self.ordered(.moment(request.time), bound, $0) == .no }
        case .logical(let logical):
            switch logical.operand {
            case .and, .andSequence: return logical.parts.contains(where: isOver)
            case .or, .xone: return logical.parts.allSatisfy(isOver)
            }
        }
    }

    private mutating func report(
        _ constraint: Constraint, _ scope: Scope, depth: Int, into reports: inout [ConstraintReport]
    ) {
        var (actual, actualWords): (String?, String?)
        if case .comparison(let comparison) = constraint, let left = left(comparison, scope) {
            actual = left.map { "`\($0)`" }.joined(separator: ", ")
            actualWords = comparison.actualWords(left)
        }
        reports.append(
            ConstraintReport(
                uid: constraint.uid, truth: holds(constraint, scope), words: constraint.words, actual: actual,
                actualWords: actualWords, depth: depth,
                operands: Set(constraint.comparisons.map(\.operand))))
        guard case .logical(let logical) = constraint else { return }
        for part in logical.parts { report(part, scope, depth: depth + 1, into: &reports) }
    }
}

extension Duty {
    /// The duty in words.
    package var words: String {
        if case .gateway(let duty) = performance { return "the gateway: \(duty)" }
        return actions.isEmpty ? "the duty `\(id)`" : actions.map(\.words).joined(separator: " or ")
    }
}

extension PolicySet {
    /// Reports on every rule with every premise looked up, also those the decision did not need.
    package func report(_ request: AccessRequest, _ state: EvaluationState) -> DecisionTrace {
        var evaluation = Evaluation(request, state)
        return evaluation.report(policies, isPermitted: evaluate(request, state).isPermit)
    }
}
