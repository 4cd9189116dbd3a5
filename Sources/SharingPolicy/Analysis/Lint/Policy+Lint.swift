package import CityIdentity

extension Policy {
    /// The most permissions of a policy that are compared with one another.
    package static let maximumLinted = 64

    /// The most parties, assets, actions, values and conditions of its rules, and members of collections, that a policy is
    /// compared with.
    package static let maximumNamed = 1024

    /// What is valid and probably not meant, each with its place and what to do: permissions that never permit, or no longer;
    /// conditions that always hold; permissions that others of the policy contain, or that it prohibits whole.
    ///
    /// Decided by ``PolicySet/compared(with:state:moments:near:budget:)``; what would take more than `budget` evaluations for
    /// one question is not told. Nothing is said of rules that have errors, among those read or among `found`: what is
    /// meant by them is not known.
    ///
    /// - Parameters:
    ///   - start: When it is to come into force, where that is later.
    ///   - end: When it is to end, that moment not included.
    package func lint(
        at now: Timestamp, from start: Timestamp? = nil, until end: Timestamp? = nil,
        besides found: [PolicyProblem] = [], budget: Int = 50_000
    ) -> [PolicyProblem] {
        guard permissions.count <= Self.maximumLinted else {
            return [
                PolicyProblem(
                    "/permission",
                    "\(permissions.count) permissions are too many to compare with one another (at most \(Self.maximumLinted))",
                    expected: "several policies", severity: .warning)
            ]
        }
        let named = rules.reduce(memberships.count) { sum, rule in
            let values = rule.allComparisons.reduce(0) { $0 + $1.values.count }
            return sum + rule.assignees.count + rule.targets.count + rule.actions.count + values
        }
        guard named <= Self.maximumNamed else {
            return [
                PolicyProblem(
                    "", "\(named) names and values are too many to compare (at most \(Self.maximumNamed))",
                    expected: "several policies", severity: .warning)
            ]
        }
        let faults = Set((problems + found).filter { $0.severity == .error }.map(\.path))
        let linter = PermissionLinter(policy: self, now: now, start: start, end: end, budget: budget, faults: faults)
        return permissions.indices.flatMap(linter.problems(of:))
    }

    /// What the policy gives beyond those it replaces, a warning for each kind of request.
    package func broadenings(
        from old: PolicySet, to new: PolicySet, at now: Timestamp, budget: Int = 200_000
    ) -> [PolicyProblem] {
        let found = new.changes(from: old, moments: now ... .latest, near: now, budget: budget)
        let gains = found.changes.filter { $0.kind != .loses }.map { change in
            PolicyProblem(
                "/permission",
                "broader than what it replaces: \(change.parties.joined(separator: ", ")) \(change.words)",
                expected: "that whoever approves it knows", severity: .warning)
        }
        guard !found.isWhole else { return gains }
        return gains + [
            PolicyProblem(
                "/permission",
                "it cannot be told whether it is broader than what it replaces: \(found.limit?.words ?? "")",
                severity: .warning)
        ]
    }
}

/// Looks at the permissions of one policy.
private struct PermissionLinter {
    let policy: Policy
    let now: Timestamp
    let start: Timestamp?
    let end: Timestamp?
    let budget: Int

    /// Where the policy has errors.
    let faults: Set<String>

    func problems(of index: Int) -> [PolicyProblem] {
        let rule = policy.permissions[index]
        let place = "/permission/\(index)"
        guard policy.defect == nil, isSound(rule, place) else { return [] }
        let own = set(rule)
        let unreached = unreached(rule, place)
        if let never = unreached.first(where: \.isNever) { return [never.problem] }
        if relation(own, PolicySet()) == .equal {
            return [
                warning(
                    place, "it never permits anything: its conditions cannot hold together",
                    "conditions that can hold at once, or no such rule" + (rule.night ?? ""))
            ]
        }
        if isNothing(own, in: now ... .latest) {
            return [warning(place, "it has expired: all the times it permits are past", "later times, or no such rule")]
        }
        if let missed = missed(own) { return [warning(place, missed, "other times, here or for the proposal")] }
        return unreached.map(\.problem) + unreachable(rule, place) + shadowed(rule, index, place)
            + alwaysTrue(rule, place) + comparingNothing(rule, place)
    }

    /// What is said of counts that never come to be.
    private func unreached(_ rule: Rule, _ place: String) -> [(isNever: Bool, problem: PolicyProblem)] {
        CountReach(scope(rule)).limits.map { limit in
            let within = limit.window?.inWords ?? ""
            let why = "a request that is refused is not counted"
            guard limit.count > 0 else {
                let noun = limit.measure == .uses ? "the first time" : "while no bytes have passed"
                return (
                    true,
                    warning(
                        place, "it never permits anything: \(noun)\(within) is refused, and \(why)",
                        "an upper bound as `count lteq 3`, or no such condition")
                )
            }
            return (
                false,
                warning(
                    place,
                    "what it permits beyond \(limit.count) \(limit.count == 1 ? "use" : "uses")\(within) is never reached: the next one is refused, and \(why)",
                    "one upper bound, as `count lteq \(limit.count)`")
            )
        }
    }

    private func isSound(_ rule: Rule, _ place: String) -> Bool {
        rule.defect == nil
            && !faults.contains { fault in
                [place, rule.place].contains { fault == $0 || fault.hasPrefix($0 + "/") }
            }
    }

    /// A permission of which the policy's own prohibitions leave nothing.
    private func unreachable(_ rule: Rule, _ place: String) -> [PolicyProblem] {
        guard !policy.prohibitions.isEmpty, policy.conflict != .permit,
            policy.prohibitions.enumerated().allSatisfy({ isSound($0.element, "/prohibition/\($0.offset)") })
        else { return [] }
        // That it is void besides is a problem of its own.
        var policy = policy
        policy.contradictions = []
        let scope = { (rule: Rule) in Evaluation.Scope(policy: policy, rule: rule) }
        let prohibited = PolicySet(
            policies: [policy], permissions: [scope(rule)], prohibitions: policy.prohibitions.map(scope))
        guard relation(prohibited, PolicySet()) == .equal else { return [] }
        return [
            warning(
                place, "it cannot be reached: the policy prohibits everything it permits",
                "a narrower prohibition, or no such permission")
        ]
    }

    private func shadowed(_ rule: Rule, _ index: Int, _ place: String) -> [PolicyProblem] {
        for (number, other) in policy.permissions.enumerated()
        where number != index && isSound(other, "/permission/\(number)") {
            let relation = relation(set(rule), set(other))
            guard relation == .narrower || (relation == .equal && number < index) else { continue }
            // What one of them refuses by its count the other may let through.
            if !scope(rule).measures.isEmpty, self.relation(set(rule, other), set(other)) != .equal { continue }
            return [
                warning(
                    place, "it is shadowed: `/permission/\(number)` already permits all of it",
                    "no such rule, or a narrower one at `/permission/\(number)`")
            ]
        }
        return []
    }

    private func alwaysTrue(_ rule: Rule, _ place: String) -> [PolicyProblem] {
        rule.constraints.indices.compactMap { number in
            guard relation(set(rule), set(rule.without(number))) == .equal else { return nil }
            return warning(
                place + "/constraint/\(number)",
                "it is always true where the rule's other conditions hold: \(rule.constraints[number].words)",
                "no such condition, or one that narrows")
        }
    }

    /// A field in which rows must be alike, and of which nothing goes out.
    private func comparingNothing(_ rule: Rule, _ place: String) -> [PolicyProblem] {
        let performed = rule.duties.compactMap { duty in
            if case .gateway(let performed) = duty.performance { performed } else { nil }
        }
        let duties = ResponseDuties(performed)
        let removed = duties.alikeness?.fields.filter { duties.redactions.contains($0) } ?? []
        guard !removed.isEmpty else { return [] }
        return [
            warning(
                place + "/duty",
                "rows are always alike in \(removed.map { "`\($0)`" }.joined(separator: ", ")): it is taken out",
                "fields that go out in `alike`, or no `redact` of them")
        ]
    }

    /// That nothing of what it permits falls between its beginning and its end.
    private func missed(_ own: PolicySet) -> String? {
        let first = max(now, start ?? now)
        let last = end.map { Timestamp(milliseconds: $0.milliseconds - 1) } ?? .latest
        guard first > now || last < .latest, first <= last, isNothing(own, in: first...last) else { return nil }
        if first > now, isNothing(own, in: first ... .latest) {
            return "it ends before it would come into force, at \(first.rfc3339): all the times it permits are earlier"
        }
        guard let end else { return nil }
        return "it never permits anything until \(end.rfc3339), when the policy would end: the times it permits are "
            + (isNothing(own, in: now...last) ? "later" : "earlier or later")
    }

    private func isNothing(_ own: PolicySet, in moments: ClosedRange<Timestamp>) -> Bool {
        relation(own, PolicySet(), in: moments) == .equal
    }

    private func relation(
        _ left: PolicySet, _ right: PolicySet, in moments: ClosedRange<Timestamp> = .earliest ... .latest
    ) -> PolicyComparison.Relation {
        left.compared(with: right, moments: moments, near: now, budget: budget).relation
    }

    private func scope(_ rule: Rule) -> Evaluation.Scope { Evaluation.Scope(policy: policy, rule: rule) }

    private func set(_ rules: Rule...) -> PolicySet {
        // Other rules may make the policy void; that is a problem of its own.
        var policy = policy
        policy.contradictions = []
        return PolicySet(policies: [policy], permissions: rules.map { Evaluation.Scope(policy: policy, rule: $0) })
    }

    private func warning(_ place: String, _ message: String, _ expected: String) -> PolicyProblem {
        PolicyProblem(place, message, expected: expected, severity: .warning)
    }
}

extension Rule {
    /// How hours over midnight are written, where two conditions ask for them at once.
    fileprivate var night: String? {
        func bound(_ isLower: Bool) -> (Comparison, Int64, offset: Int)? {
            for case .comparison(let comparison) in constraints
            where isLower ? [.gt, .gteq].contains(comparison.operator) : [.lt, .lteq].contains(comparison.operator) {
                if case .timeOfDay(let milliseconds, let offset)? = comparison.values.first {
                    return (comparison, milliseconds, offset)
                }
            }
            return nil
        }
        guard let (lower, start, clock) = bound(true), let (upper, end, other) = bound(false), clock == other,
            start > end
        else { return nil }
        return "; hours over midnight are an `or` of both: \(lower.words) or \(upper.words)"
    }

    /// The rule with a condition less.
    fileprivate func without(_ number: Int) -> Rule {
        var constraints = constraints
        constraints.remove(at: number)
        return with(constraints: constraints)
    }
}
