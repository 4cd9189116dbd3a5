import CityIdentity

/// One evaluation: a request, what is known, and the counts that were asked for on the way.
///
/// It neither throws nor fails: whatever it meets comes out as a ``Truth``.
struct Evaluation {
    let request: AccessRequest
    let state: EvaluationState

    /// The counts asked for, so that the trace speaks of what was decided on.
    private(set) var counts: [(query: CountQuery, count: UInt64?)] = []

    /// Values that left operands are supposed to have, whatever request and state say; for the analysis of policies.
    var supposed: [OperandKey: [Value]]?

    /// Whether the constraints of a permission itself are looked at, where alone `count` has a value.
    ///
    /// Uses of a rule that does not permit are nobody's to count, and a prohibition by such a count would never apply.
    var countsUses = false

    init(_ request: AccessRequest, _ state: EvaluationState) {
        self.request = request
        self.state = state
    }

    mutating func count(_ query: CountQuery) -> UInt64? {
        for entry in counts where entry.query == query { return entry.count }
        let count = state.count(query)
        counts.append((query, count))
        return count
    }

    // MARK: Rules

    /// Whether a rule is about this request and its conditions hold; duties apart.
    mutating func applies(_ scope: Scope) -> Truth {
        // Who asks first: of the policies about one dataset most rules are about others, and codes are compared quickly.
        var truth = assignee(scope) ?? .yes
        if truth == .no { return .no }
        truth = truth && (target(scope) ?? .yes)
        if truth == .no { return .no }
        truth = truth && (action(scope) ?? .yes)
        if truth == .no { return .no }
        truth = truth && (constraint(scope) ?? .yes)
        return scope.isWhole ? truth : truth && .unknown
    }

    /// Whether a permission permits: it applies, is understood whole, and its duties are fulfilled.
    mutating func permits(_ scope: Scope) -> Bool {
        guard scope.isPolicyWhole, applies(scope) == .yes else { return false }
        for duty in scope.conditions where !isFulfilled(duty, scope) { return false }
        return true
    }

    /// Whether a prohibition must be heeded: it applies, or that cannot be ruled out.
    mutating func prohibits(_ scope: Scope) -> Bool { scope.policy.kind != .offer && applies(scope) != .no }

    /// Whether an obligation is owed by who asks, for what is asked for; its action is what is to be done.
    mutating func isOwed(_ scope: Scope) -> Bool {
        ((target(scope) ?? .yes) && (assignee(scope) ?? .yes) && (constraint(scope) ?? .yes)) != .no
    }

    // MARK: Premises

    /// Whether the rule is about who asks; `nil` where it names nobody.
    mutating func assignee(_ scope: Scope) -> Truth? {
        let parties = scope.assignees
        guard !parties.isEmpty else { return nil }
        let collections = collections(of: request.assignee, scope)
        var truth = Truth.no
        // By index, here and below: of an element most is not looked at, and a copy would hold on to all of it.
        for index in parties.indices where truth != .yes {
            truth = truth || (isAsking(parties[index], collections) && holds(parties[index].refinements, scope))
        }
        return truth
    }

    func isAsking(_ party: PartyReference, _ collections: Set<IRI>?) -> Truth {
        if party.iri.text.isEmpty { return .unknown }
        if let code = party.code, let consumer = request.consumer, code.covers(consumer) { return .yes }
        return Truth(party.iri == request.assignee || collections?.contains(party.iri) == true)
    }

    /// Whether the rule is about what is asked for; `nil` where it names nothing.
    mutating func target(_ scope: Scope) -> Truth? {
        let assets = scope.targets
        guard !assets.isEmpty else { return nil }
        let collections = collections(of: request.target, scope)
        var truth = Truth.no
        for index in assets.indices where truth != .yes {
            let name = assets[index].iri
            let isNamed: Truth =
                name.text.isEmpty ? .unknown : Truth(name == request.target || collections?.contains(name) == true)
            truth = truth || (isNamed && holds(assets[index].refinements, scope))
        }
        return truth
    }

    /// Every collection that something belongs to, by the state and by the policy; `nil` for none.
    ///
    /// A unit belongs to whatever the city above it belongs to: what keeps a collection out keeps out what its members
    /// delegate.
    func collections(of member: @autoclosure () -> IRI, _ scope: Scope) -> Set<IRI>? {
        if !scope.hasMemberships, state.memberships.isEmpty { return nil }
        let own = scope.policy.memberships
        let memberships =
            own.isEmpty ? state.memberships : state.memberships.isEmpty ? own : state.memberships.merging(own)
        let member = member()
        return memberships.collections(of: CodePath(did: member)?.dids ?? [member])
    }

    /// Whether the rule is about the action; `nil` where it names none.
    mutating func action(_ scope: Scope) -> Truth? {
        let actions = scope.actions
        guard !actions.isEmpty else { return nil }
        var truth = Truth.no
        for index in actions.indices where truth != .yes {
            truth = truth || (includes(actions[index], scope) && holds(actions[index].refinements, scope))
        }
        return truth
    }

    func includes(_ action: ActionReference, _ scope: Scope) -> Truth {
        if action.iri.text.isEmpty { return .unknown }
        if request.actionAncestry.contains(action.iri) { return .yes }
        if scope.kind == .prohibition, let implied = scope.policy.actionImplications[request.action],
            implied.contains(where: { scope.policy.lineage(of: $0).contains(action.iri) })
        {
            return .yes
        }
        if request.isActionKnown { return .no }
        guard scope.policy.actionDefinitions[request.action] != nil else {
            // An action of no vocabulary known here may be included in what everything is included in.
            return action.iri == ActionVocabulary.use || action.iri == ActionVocabulary.transfer ? .unknown : .no
        }
        return Truth(scope.policy.lineage(of: request.action).contains(action.iri))
    }

    /// Whether all constraints of the rule hold; `nil` where it has none.
    mutating func constraint(_ scope: Scope) -> Truth? {
        let constraints = scope.constraints
        if constraints.isEmpty { return nil }
        countsUses = scope.kind == .permission
        defer { countsUses = false }
        return holds(constraints, scope)
    }

    mutating func holds(_ constraints: [Constraint], _ scope: Scope) -> Truth {
        var truth = Truth.yes
        for constraint in constraints where truth != .no { truth = truth && holds(constraint, scope) }
        return truth
    }

    // MARK: Duties

    /// Whether a duty stands in the way no longer.
    mutating func isFulfilled(_ duty: Duty, _ scope: Scope) -> Bool { deontic(duty, scope) == .fulfilled }

    /// The state of a duty.
    ///
    /// One the gateway performs or the consumer owes afterwards counts as fulfilled. Information model section 2.6.3: a duty
    /// is fulfilled by its action, its constraints holding; one not performed in time also needs every consequence
    /// fulfilled. What nobody has said of a duty leaves it unset, which denies.
    mutating func deontic(_ duty: Duty, _ scope: Scope) -> DutyState {
        guard duty.defect == nil else { return .unset }
        switch duty.performance {
        case .gateway, .recorded: return .fulfilled
        case .precondition: break
        }
        let known = duty.uid.flatMap { state.duties[$0] } ?? .unset
        switch known {
        case .unset, .active, .violated: return known
        case .fulfilled: return holds(duty.constraints, scope) == .yes ? .fulfilled : .active
        case .performedLate:
            guard !duty.consequences.isEmpty, holds(duty.constraints, scope) == .yes else { return .violated }
            for consequence in duty.consequences where !isFulfilled(consequence, scope) { return .violated }
            return .fulfilled
        }
    }
}

extension Policy {
    /// An action and all that the vocabulary and the document say it is included in.
    func lineage(of action: IRI) -> Set<IRI> {
        var lineage: Set<IRI> = []
        var pending = [action]
        while let next = pending.popLast() {
            guard lineage.insert(next).inserted else { continue }
            pending += ActionVocabulary.lineage(of: next).dropFirst() + (actionDefinitions[next] ?? [])
        }
        return lineage
    }
}
