/// Policies in force together, ready to be evaluated; in no order.
package struct PolicySet: Sendable {
    /// What is worked out of the policies once: sets are handed around more often than they are made.
    private let prepared: Prepared

    private final class Prepared: Sendable {
        let policies: [Policy]
        let unreadable: [UnreadablePolicy]
        let permissions: RuleIndex
        let prohibitions: RuleIndex
        let obligations: RuleIndex
        let askedShares: Set<String>

        init(
            _ policies: [Policy], _ unreadable: [UnreadablePolicy], permissions: [Evaluation.Scope],
            prohibitions: [Evaluation.Scope], obligations: [Evaluation.Scope]
        ) {
            self.policies = policies
            self.unreadable = unreadable
            self.permissions = RuleIndex(permissions)
            self.prohibitions = RuleIndex(prohibitions)
            self.obligations = RuleIndex(obligations)
            askedShares = Set(policies.flatMap(\.rules).flatMap(\.askedShares))
        }
    }

    /// Sorted by hash, each once.
    package var policies: [Policy] { prepared.policies }

    /// Policies that are in force too and cannot be read, such as those of a newer profile; sorted by hash, each once.
    package var unreadable: [UnreadablePolicy] { prepared.unreadable }

    /// What the rules say alike with those of other sets is kept once where `parts` is of them all.
    package init(
        _ policies: some Sequence<Policy> = [], unreadable: some Sequence<UnreadablePolicy> = [],
        sharing parts: SharedRuleParts = SharedRuleParts()
    ) {
        var seen: Set<PolicyHash> = []
        let policies = policies.filter { seen.insert($0.hash).inserted }.sorted { $0.hash < $1.hash }
        func scopes(_ rules: KeyPath<Policy, [Rule]>) -> [Evaluation.Scope] {
            policies.flatMap { policy in
                policy[keyPath: rules].map { Evaluation.Scope(policy: policy, rule: $0, sharing: parts) }
            }
        }
        prepared = Prepared(
            policies, unreadable.filter { seen.insert($0.hash).inserted }.sorted { $0.hash < $1.hash },
            permissions: scopes(\.permissions), prohibitions: scopes(\.prohibitions),
            obligations: scopes(\.obligations))
    }

    /// The names of datasets that rules ask the consumer's city to share, or not to.
    package var askedShares: Set<String> { prepared.askedShares }

    /// Whether any rule looks at what the consumer's city shares, so that it has to be found out.
    package var asksForShares: Bool { !prepared.askedShares.isEmpty }

    /// The same policies of which only some rules are looked at, for requests that the others are not about.
    func keeping(_ isConcerned: (Evaluation.Scope) -> Bool) -> PolicySet {
        PolicySet(
            policies: policies, unreadable: unreadable, permissions: permissions.filter(isConcerned),
            prohibitions: prohibitions.filter(isConcerned), obligations: obligations.filter(isConcerned))
    }

    init(
        policies: [Policy], unreadable: [UnreadablePolicy] = [], permissions: [Evaluation.Scope],
        prohibitions: [Evaluation.Scope] = [], obligations: [Evaluation.Scope] = []
    ) {
        prepared = Prepared(
            policies, unreadable, permissions: permissions, prohibitions: prohibitions, obligations: obligations)
    }

    var permissions: [Evaluation.Scope] { prepared.permissions.scopes }
    var prohibitions: [Evaluation.Scope] { prepared.prohibitions.scopes }
    var obligations: [Evaluation.Scope] { prepared.obligations.scopes }

    package var isEmpty: Bool { policies.isEmpty && unreadable.isEmpty }

    /// Decides on a request.
    ///
    /// Total and pure: it never throws, reads no clock, and for the same policies, request and state says the same. What is
    /// not understood denies. A prohibition that applies, or of which that cannot be ruled out, beats every permission
    /// unless all policies concerned say `conflict: perm`. A policy that cannot be read denies everything.
    package func evaluate(_ request: AccessRequest, _ state: EvaluationState) -> Decision {
        var evaluation = Evaluation(request, state)
        guard unreadable.isEmpty else { return decision(.deny, .unreadablePolicy, nil, evaluation) }
        let prohibitions = prepared.prohibitions.filter(for: request, state) { evaluation.prohibits($0) }
        var permissions = prepared.permissions.filter(for: request, state) { evaluation.permits($0) }
        if !prohibitions.isEmpty {
            let areOverridden = prohibitions.allSatisfy { $0.conflict == .permit }
            if areOverridden { permissions.removeAll { $0.conflict != .permit } }
            if !areOverridden || permissions.isEmpty { return denial(prohibitions, permissions, evaluation) }
        }
        if let void = permissions.first(where: \.isVoid) {
            permissions.removeAll(where: \.isVoid)
            if permissions.isEmpty { return decision(.deny, .conflict, contradiction(of: void.policy), evaluation) }
        }
        return permissions.isEmpty
            ? decision(.deny, policies.isEmpty ? .noPolicy : .noPermission, nil, evaluation)
            : permit(permissions, &evaluation)
    }

    /// The prohibition that makes a policy void whatever is asked.
    private func contradiction(of policy: Policy) -> Evaluation.Scope? {
        let names = Set(policy.contradictions.flatMap(\.prohibitions))
        return Self.first(prohibitions.filter { $0.policyHash == policy.hash && names.contains($0.id) })
    }

    private func denial(
        _ prohibitions: [Evaluation.Scope], _ permissions: [Evaluation.Scope], _ evaluation: Evaluation
    ) -> Decision {
        let void = prohibitions.filter { prohibition in
            prohibition.conflict == .invalid
                && permissions.contains { $0.policyHash == prohibition.policyHash }
        }
        let deciding = Self.first(void.isEmpty ? prohibitions : void)
        return decision(.deny, void.isEmpty ? .prohibition : .conflict, deciding, evaluation)
    }

    /// Of several permissions that apply, those decide that leave least out of the response.
    ///
    /// Where none of two leaves less out than the other, what either leaves out is left out. Each that applies counts the use, so that what a permission
    /// has let through depends on nothing but itself, and to say the same twice permits no more.
    private func permit(_ permissions: [Evaluation.Scope], _ evaluation: inout Evaluation) -> Decision {
        // Nothing leaves less out than nothing, as mostly there is one.
        var least = permissions.filter(\.gatewayDuties.isEmpty)
        let leavesNothingOut = !least.isEmpty
        if !leavesNothingOut {
            least = permissions.filter { candidate in
                !permissions.contains {
                    $0.duties != candidate.duties && $0.duties.isAtMostAsStrict(as: candidate.duties)
                }
            }
        }
        // One that counts is not named for what another permits without.
        let deciding =
            least.count == 1
            ? least[0] : Self.first(least.filter(\.measures.isEmpty)) ?? Self.first(least) ?? permissions[0]
        var duties = deciding.gatewayDuties
        var obligations = deciding.obligations
        if least.count > 1 {
            if !leavesNothingOut { duties = least.reduce(deciding.duties) { $0.union($1.duties) }.duties }
            obligations = least.flatMap(\.obligations)
        }
        let owed = prepared.obligations.filter(for: evaluation.request, evaluation.state) {
            $0.policyHash == deciding.policyHash && evaluation.isOwed($0)
        }
        obligations += owed.map { $0.rule.obligation(under: $0.policy) }
        return Decision(
            outcome: .permit, reason: .permission, policyHash: deciding.policyHash, ruleID: deciding.id,
            counting: permissions.filter { !$0.measures.isEmpty }.map {
                CountingRule(policy: $0.policyHash, rule: $0.id, measures: $0.measures)
            }, quotas: deciding.quotas, duties: duties, obligations: Self.ordered(obligations),
            counts: evaluation.counts,
            basis: .init(policies: self, request: evaluation.request, state: evaluation.state))
    }

    private func decision(
        _ outcome: Decision.Outcome, _ reason: Decision.Reason, _ scope: Evaluation.Scope?, _ evaluation: Evaluation
    ) -> Decision {
        Decision(
            outcome: outcome, reason: reason, policyHash: scope?.policyHash, ruleID: scope?.id, counting: [],
            quotas: [], duties: [], obligations: [], counts: evaluation.counts,
            basis: .init(policies: self, request: evaluation.request, state: evaluation.state))
    }

    /// The rule to name where several decide alike, whatever their order in the document.
    private static func first(_ scopes: [Evaluation.Scope]) -> Evaluation.Scope? {
        scopes.count == 1
            ? scopes[0]
            : scopes.min { left, right in
                left.policyHash == right.policyHash
                    ? left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
                    : left.policyHash < right.policyHash
            }
    }

    private static func ordered(_ obligations: [Obligation]) -> [Obligation] {
        guard obligations.count > 1 else { return obligations }
        var seen: Set<Obligation> = []
        return obligations.filter { seen.insert($0).inserted }.sorted {
            ($0.policy.description, $0.id, $0.summary) < ($1.policy.description, $1.id, $1.summary)
        }
    }
}

extension PolicySet: Hashable {
    package static func == (left: PolicySet, right: PolicySet) -> Bool {
        left.policies == right.policies && left.unreadable == right.unreadable
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(policies)
        hasher.combine(unreadable)
    }
}

extension Rule {
    /// What the gateway does to a response under this permission.
    package var responseDuties: ResponseDuties {
        ResponseDuties(
            duties.compactMap { duty in
                if case .gateway(let performed) = duty.performance { performed } else { nil }
            })
    }

    /// What a consumer owes under this permission.
    func obligations(under policy: Policy) -> [Obligation] {
        duties.filter { $0.performance == .recorded }.flatMap { duty in
            duty.actions.map { action in
                Obligation(
                    policy: policy.hash, id: duty.id, action: action.iri,
                    summary: ([duty.words(of: action)] + duty.targets.map(\.short)).joined(separator: " "))
            }
        }
    }

    /// What this obligation asks.
    func obligation(under policy: Policy) -> Obligation {
        Obligation(
            policy: policy.hash, id: id, action: actions.first?.iri ?? IRI(""),
            summary: actions.isEmpty ? "an obligation" : actions.map(\.words).joined(separator: " and "))
    }
}
