extension Decision {
    /// How every rule came out, with the counts that were asked for when it was decided.
    package var trace: DecisionTrace {
        let recorded = counts
        var state = basis.state
        state.count = { query in recorded.first { $0.query == query }?.count }
        var evaluation = Evaluation(basis.request, state)
        return evaluation.report(basis.policies.policies, isPermitted: isPermit)
    }

    /// The decision in one sentence, then every rule's part in it, a line each.
    package var explanation: String {
        let trace = trace
        return ([sentence(trace)] + trace.lines).joined(separator: "\n")
    }

    /// The decision in one sentence.
    package var summary: String { sentence(trace) }

    private var asked: String {
        let request = basis.request
        let purpose = request.purpose.map { " for the purpose `\(PolicyError.excerpt($0))`" } ?? " without a purpose"
        return "\(request.assignee.short) to \(request.action.short) \(request.target.short)\(purpose)"
    }

    private func sentence(_ trace: DecisionTrace) -> String {
        let rule = ruleID.map { "`\(IRI($0).short)`" } ?? ""
        let policy = basis.policies.policies.first { $0.hash == policyHash }.map { "policy `\($0.name)`" } ?? ""
        switch reason {
        case .permission:
            let performed =
                duties.isEmpty ? "" : ", and the gateway will \(duties.map(\.description).joined(separator: " and "))"
            // Several policies may ask the same.
            var said: Set<String> = []
            let owing = obligations.map(\.summary).filter { said.insert($0).inserted }
            let owed = owing.isEmpty ? "" : "; owed: \(owing.joined(separator: ", "))"
            return "Permitted: the permission \(rule) of \(policy) allows \(asked)\(performed)\(owed)."
        case .prohibition:
            return "Denied: the prohibition \(rule) of \(policy) forbids \(asked)\(doubt(trace))."
        case .conflict:
            return
                "Denied: \(policy) prohibits what it permits (prohibition \(rule)), and its conflict strategy `invalid` "
                + "makes it void for \(asked)."
        case .unreadablePolicy:
            let reasons = basis.policies.unreadable.map { "`\($0.hash)` (\($0.reason))" }.joined(separator: ", ")
            return
                "Denied: a policy in force about \(basis.request.target.short) cannot be read by this gateway: \(reasons)."
        case .noPolicy: return "Denied: no policy in force is about \(basis.request.target.short)."
        case .noPermission: return "Denied: no permission allows \(asked)\(nearest(trace))."
        }
    }

    /// Says of a prohibition that applies only because it cannot be ruled out that this is so.
    private func doubt(_ trace: DecisionTrace) -> String {
        guard let ruleID, let report = trace[rule: ruleID] else { return "" }
        if let defect = report.defect { return ", since it cannot be understood whole (\(defect))" }
        guard let unknown = report.constraints.last(where: { $0.truth == .unknown }) else { return "" }
        return ", since it cannot be ruled out that \(unknown.words)"
    }

    /// What the permission that came closest fails on.
    private func nearest(_ trace: DecisionTrace) -> String {
        let candidates = trace.policies.flatMap { policy in
            policy.rules.filter { $0.kind == .permission }.map { (policy, $0) }
        }
        let best = candidates.min { left, right in
            let (mine, other) = (left.1.distance(in: left.0), right.1.distance(in: right.0))
            return mine == other
                ? (left.0.hash, left.1.id) < (right.0.hash, right.1.id) : mine.lexicographicallyPrecedes(other)
        }
        guard let (policy, rule) = best else { return ": the policies in force only prohibit" }
        let why = policy.defect.map { "the policy grants nothing (\($0))" } ?? rule.failure ?? ""
        return "; the permission `\(IRI(rule.id).short)` comes closest, but \(why)"
    }
}

extension RuleReport {
    /// How far a permission is from permitting, what weighs most first: what, who and which action it is about, whether a
    /// count alone stands in the way, whether it may permit again, how many conditions fail, and whether it is for another
    /// purpose.
    fileprivate func distance(in policy: PolicyReport) -> [Int] {
        let isFailing = { (premise: Premise) in premises[premise].map { $0 != .yes } ?? false }
        // Nobody asks for a count once another condition has failed.
        let failed = constraints.filter { constraint in
            constraint.depth == 0
                && (constraint.truth == .no
                    || constraint.truth == .unknown && !constraint.operands.contains { $0.kind == .count })
        }
        return [
            isFailing(.target) ? 1 : 0, [.assignee, .action].count(where: isFailing), isUsedUp ? 0 : 1,
            isOver || policy.defect != nil ? 1 : 0,
            failed.count + duties.count { $0.state != .fulfilled } + (defect == nil ? 0 : 1),
            failed.contains { $0.operands.contains(.purpose) } ? 1 : 0,
        ]
    }

    /// The first thing the rule fails on, in words.
    var failure: String? {
        if let defect { return "it cannot be understood whole (\(defect))" }
        if let truth = premises[.target], truth != .yes { return "it is about other data" }
        if let truth = premises[.assignee], truth != .yes { return "it is for others" }
        if let truth = premises[.action], truth != .yes { return "it is for other actions" }
        if premises[.constraint].map({ $0 != .yes }) == true,
            let constraint = constraints.first(where: { $0.depth == 0 && $0.truth != .yes })
        {
            return constraint.failure
        }
        return duties.first { $0.state != .fulfilled }.map { "the duty to \($0.words) is \($0.state.words)" }
    }
}

extension ConstraintReport {
    /// Why the constraint does not hold, in words.
    var failure: String {
        truth == .no
            ? "it requires that \(words)" + (actualWords.map { ", and \($0)" } ?? "")
            : "it cannot be told whether \(words)" + (actual == nil ? " (there is no value to compare)" : "")
    }
}

extension DutyState {
    /// The state in words.
    package var words: String {
        switch self {
        case .unset: "not known to be fulfilled"
        case .fulfilled: "fulfilled"
        case .active: "not fulfilled"
        case .violated: "violated"
        case .performedLate: "fulfilled too late"
        }
    }
}

extension Truth {
    /// How it reads in a trace.
    package var word: String {
        switch self {
        case .no: "no"
        case .unknown: "unknown"
        case .yes: "yes"
        }
    }
}

extension DecisionTrace {
    /// The trace in words, a line for each policy, rule, constraint and duty.
    package var lines: [String] {
        policies.flatMap { policy in
            ["policy \(policy.name) (sha-256 \(policy.hash))" + policy.standing]
                + policy.rules.flatMap(\.lines).map { "  " + $0 }
        }
    }
}

extension PolicyReport {
    /// What is to be said of the policy as a whole.
    fileprivate var standing: String {
        guard let defect else { return "" }
        return isSuspended
            ? ": suspended, since \(defect): it permits nothing, its prohibitions stand" : ": void, \(defect)"
    }
}

extension RuleReport {
    fileprivate var lines: [String] {
        let premises = Premise.allCases.compactMap { premise in self.premises[premise].map { "\(premise) \($0.word)" } }
        let state = isOverridden ? "applies, and the permission overrides it" : isActive ? "applies" : "does not apply"
        return ["\(kind) `\(IRI(id).short)` \(state)\(premises.isEmpty ? "" : ": " + premises.joined(separator: ", "))"]
            + (defect.map { ["  not understood whole: \($0)"] } ?? [])
            + constraints.map { constraint in
                String(repeating: "  ", count: constraint.depth + 1) + "\(constraint.truth.word): \(constraint.words)"
                    + (constraint.actualWords.map { "; \($0)" } ?? "")
            } + duties.map { "  duty, \($0.standing)" }
    }
}

extension DutyReport {
    /// What of the duty is done, in words: one that is yet to be performed is never called fulfilled.
    fileprivate var standing: String {
        switch performance {
        case .precondition: "\(state.words): \(words)"
        case .gateway(let duty): "performed by the gateway: \(duty)"
        case .recorded: "owed afterwards: \(words)"
        }
    }
}
