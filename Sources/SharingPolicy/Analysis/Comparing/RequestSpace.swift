import CityIdentity

/// All requests that two sets of policies may decide differently, class by class.
///
/// Who asks, for what and to do what make a class; what the rules that may apply then look at are its dimensions. Every
/// real request is decided as one of those tried here.
struct RequestSpace {
    /// Requests that differ in their dimensions only.
    struct Class {
        let target: IRI
        /// Parties, and actions, that no rule tells apart; the first stands for all.
        let parties: [IRI]
        let actions: [IRI]
        /// The rules that may apply, of both sides.
        let concerned: [Evaluation.Scope]
        let left: PolicySet
        let right: PolicySet
        let base: Situation
        var dimensions: [RequestDimension] = []

        /// How counts hang together that are not all the same; `nil` where they are.
        var links: UseLinks?

        /// Why what is said of counts may leave something out; `nil` where it does not.
        var limit: SearchLimit?

        var combinations: Int? {
            dimensions.reduce(1) { product, dimension in
                product.flatMap { Self.product($0, dimension.groups.count) }
            }
        }

        /// The permissions that count, of both sides.
        var counting: [Evaluation.Scope] { concerned.filter { !$0.measures.isEmpty } }

        private static func product(_ left: Int, _ right: Int) -> Int? {
            let (product, overflow) = left.multipliedReportingOverflow(by: right)
            return overflow ? nil : product
        }

        /// The situation of a number, and which group of each dimension it is in.
        func situation(_ number: Int) -> (Situation, groups: [Int]) {
            var (situation, rest) = (base, number)
            var groups: [Int] = []
            for dimension in dimensions {
                let group = rest % dimension.groups.count
                rest /= dimension.groups.count
                situation.apply(dimension.groups[group][0])
                groups.append(group)
            }
            return (situation, groups)
        }

        /// The times that settings of some groups, one of each dimension, are in, with a moment of each.
        func times(_ groups: [Int]) -> [(time: UseTime, moment: Timestamp)] {
            for (dimension, group) in zip(dimensions, groups) {
                guard case .time(let cells) = dimension.kind else { continue }
                return dimension.groups[group].compactMap { setting in
                    guard case .moment(let moment) = setting else { return nil }
                    let time = UseTime(cell: cells.cells[moment.cell], interval: cells.intervals[moment.interval])
                    return (time, moment.time)
                }
            }
            return [(.any, base.time)]
        }

        /// Whether both sides say the same of these requests, in whatever order.
        var isAlike: Bool {
            func rules(_ policies: PolicySet) -> Set<AlikeRule> {
                Set((policies.permissions + policies.prohibitions + policies.obligations).map(AlikeRule.init))
            }
            return rules(left) == rules(right)
        }

        /// What a rule says, apart from its name and the order it says it in.
        private struct AlikeRule: Hashable {
            let kind: Rule.Kind
            let conflict: ConflictStrategy
            let targets: Set<AssetReference>
            let assignees: [PartyReference]
            let actions: Set<ActionReference>
            let constraints: Set<Constraint>
            let duties: Set<Duty>

            init(_ scope: Evaluation.Scope) {
                kind = scope.kind
                conflict = scope.conflict
                targets = Set(scope.rule.targets)
                assignees = scope.rule.assignees
                actions = Set(scope.rule.actions)
                constraints = Set(scope.rule.constraints)
                duties = Set(scope.rule.duties)
            }
        }
    }

    let left: PolicySet
    let right: PolicySet
    let state: EvaluationState
    let moments: ClosedRange<Timestamp>
    let reference: Timestamp
    private let scopes: [Evaluation.Scope]
    private let memberships: Memberships
    let consumers: ConsumerClasses

    /// Whose consumer, dataset and action alone are looked at, where it is set, and what its city shares, where it says so.
    var only: AccessRequest?

    init(
        _ left: PolicySet, _ right: PolicySet, state: EvaluationState, moments: ClosedRange<Timestamp>,
        reference: Timestamp
    ) {
        self.left = left
        self.right = right
        self.state = state
        self.moments = moments
        self.reference = reference
        scopes = [left, right].flatMap { $0.permissions + $0.prohibitions + $0.obligations }
        memberships = (left.policies + right.policies).reduce(state.memberships) { $0.merging($1.memberships) }
        consumers = ConsumerClasses(scopes, memberships: memberships)
    }

    /// Goes through the classes; of one whose dimensions have more settings than can be tried `body` is handed why.
    ///
    /// Stops, and answers false, where the budget of look-ups is spent; `body` answers whether to go on.
    func forEachClass(budget: inout Int, _ body: (Result<Class, SearchLimit>, inout Int) -> Bool) -> Bool {
        let parties = only.map { [$0.assignee] } ?? consumers.parties
        let actions = only.map { [$0.action] } ?? self.actions
        let targets = only.map { [$0.target] } ?? self.targets
        // Which of them the rules tell apart is asked of each for all that any rule names, and for what it belongs to.
        let names = scopes.reduce(0) { sum, scope in
            let values = scope.rule.allComparisons.reduce(0) { $0 + $1.values.count }
            let rule = scope.rule
            return sum + rule.assignees.count + rule.actions.count + rule.targets.count + values + memberships.count + 1
        }
        let (cost, isTooMuch) = (parties.count + actions.count + targets.count).multipliedReportingOverflow(by: names)
        // Names are compared sooner than requests are decided.
        guard !isTooMuch, cost / 16 < budget, only != nil || consumers.isWhole else { return false }
        budget -= cost / 16
        let partyGroups = grouped(parties)
        let actionGroups = grouped(actions, by: signature(ofAction:))
        for target in targets {
            guard let classes = classes(target, partyGroups, actionGroups, budget: &budget) else { return false }
            let counted = counted(classes, target, budget: &budget)
            for requests in classes {
                guard body(made(requests, counted), &budget) else { return true }
            }
        }
        return true
    }

    /// The classes of requests for a target to which any permission may apply, without their dimensions; `nil` where the
    /// budget is spent.
    private func classes(_ target: IRI, _ parties: [[IRI]], _ actions: [[IRI]], budget: inout Int) -> [Class]? {
        var classes: [Class] = []
        let about = scopes.map { isAbout(target, $0) }
        for party in parties {
            let asking = zip(scopes, about).map { $1 && isFor(party[0], $0) }
            for action in actions {
                budget -= scopes.count / 8 + 1
                guard budget > 0 else { return nil }
                let concerned = zip(scopes, asking).filter { $1 && isAbout(action: action[0], $0) }.map(\.0)
                guard concerned.contains(where: { $0.rule.kind == .permission }) else { continue }
                let names = Set(concerned.map(ObjectIdentifier.init))
                classes.append(
                    Class(
                        target: target, parties: party, actions: action, concerned: concerned,
                        left: left.keeping { names.contains(ObjectIdentifier($0)) },
                        right: right.keeping { names.contains(ObjectIdentifier($0)) },
                        base: Situation(party: party[0], target: target, action: action[0], time: reference)))
            }
        }
        return classes
    }

    /// What permissions count of the uses of a target, where any counts.
    ///
    /// Of one that is alone it is asked whether what it refuses another lets through.
    private func counted(
        _ classes: [Class], _ target: IRI, budget: inout Int
    ) -> Result<CountedUses, SearchLimit> {
        var counted = CountedUses(state)
        guard classes.contains(where: { !$0.counting.isEmpty }) else { return .success(counted) }
        var all = classes
        if let only {
            // Others of the city, and other actions, count with what is asked for.
            let city = CountedUses.city(of: only.assignee)
            let parties = consumers.parties.filter { $0 != only.assignee && CountedUses.city(of: $0) == city }
            let groups = grouped([only.assignee] + parties)
            guard let found = self.classes(target, groups, grouped(actions, by: signature(ofAction:)), budget: &budget)
            else { return .failure(.histories) }
            all = found
        }
        return Result { () throws(SearchLimit) in
            for requests in all {
                let dimensions = try finder(requests).dimensions(requests.base, withCounts: false)
                try counted.add(requests, dimensions, budget: &budget)
            }
            return counted
        }
    }

    private func made(_ requests: Class, _ counted: Result<CountedUses, SearchLimit>) -> Result<Class, SearchLimit> {
        Result { () throws(SearchLimit) in
            var (requests, finder) = (requests, finder(requests))
            if !requests.counting.isEmpty {
                let found = try counted.get().links(requests)
                requests.links = found.links
                requests.limit = found.isApproximate ? .severalCounts : nil
            }
            finder.links = requests.links
            requests.dimensions = try finder.dimensions(requests.base)
            return requests
        }
    }

    private func finder(_ requests: Class) -> DimensionFinder {
        DimensionFinder(
            scopes: requests.concerned, state: state, moments: moments, reference: reference,
            shares: only?.value(of: LeftOperand.consumerShares.iri)?.values)
    }

    // MARK: Who, what and what for

    private var targets: [IRI] {
        let named = memberships.everything(
            in: scopes.flatMap { $0.rule.targets.map(\.iri) }.filter { !$0.text.isEmpty })
        let provider = named.sorted().lazy.compactMap { try? DatasetIdentifier($0.text).provider }.first
        let other = IRI((provider?.did ?? "did:ma:156.1301") + "/another-dataset")
        return named.sorted() + (named.contains(other) ? [] : [other])
    }

    private var actions: [IRI] {
        let policies = left.policies + right.policies
        let own = Set(policies.flatMap { Array($0.actionDefinitions.keys) + Array($0.actionImplications.keys) })
        return ActionVocabulary.all + own.subtracting(ActionVocabulary.all).sorted()
    }

    private func evaluation(_ party: IRI = IRI(""), _ action: IRI = ActionVocabulary.use) -> Evaluation {
        Evaluation(AccessRequest(assignee: party, target: IRI(""), action: action.text, time: reference), state)
    }

    private func signature(ofParty party: IRI) -> [Truth] {
        var evaluation = evaluation(party)
        return scopes.flatMap { scope in
            let collections = evaluation.collections(of: party, scope)
            return scope.rule.assignees.map { evaluation.isAsking($0, collections) }
                + scope.rule.allComparisons.filter { [.recipient, .place].contains($0.operand.kind) }
                .map { evaluation.holds(.comparison($0), scope) }
        }
    }

    private func signature(ofAction action: IRI) -> [Truth] {
        let evaluation = evaluation(IRI(""), action)
        return scopes.flatMap { scope in scope.rule.actions.map { evaluation.includes($0, scope) } }
    }

    private func isAbout(_ target: IRI, _ scope: Evaluation.Scope) -> Bool {
        let collections = evaluation().collections(of: target, scope)
        return scope.rule.targets.isEmpty
            || scope.rule.targets.contains {
                $0.iri.text.isEmpty || $0.iri == target || collections?.contains($0.iri) == true
            }
    }

    private func isFor(_ party: IRI, _ scope: Evaluation.Scope) -> Bool {
        let evaluation = evaluation(party)
        let collections = evaluation.collections(of: party, scope)
        return scope.rule.assignees.isEmpty
            || scope.rule.assignees.contains { evaluation.isAsking($0, collections) != .no }
    }

    private func isAbout(action: IRI, _ scope: Evaluation.Scope) -> Bool {
        // An obligation's action is what is to be done, not what is asked for.
        let evaluation = evaluation(IRI(""), action)
        return scope.rule.actions.isEmpty || scope.rule.kind == .obligation
            || scope.rule.actions.contains { evaluation.includes($0, scope) != .no }
    }

    /// Parties by what rules tell apart: of them and, where rules count, of those that are counted with them.
    private func grouped(_ parties: [IRI]) -> [[IRI]] {
        guard scopes.contains(where: { !$0.measures.isEmpty }) else { return grouped(parties, by: signature(ofParty:)) }
        var families: [IRI: Set<[Truth]>] = [:]
        var signatures: [IRI: [Truth]] = [:]
        for party in parties {
            let signature = signature(ofParty: party)
            signatures[party] = signature
            families[CountedUses.city(of: party), default: []].insert(signature)
        }
        return grouped(parties) { [[signatures[$0] ?? []], families[CountedUses.city(of: $0)] ?? []] }
    }

    private func grouped<Signature: Hashable>(_ names: [IRI], by signature: (IRI) -> Signature) -> [[IRI]] {
        var places: [Signature: Int] = [:]
        var groups: [[IRI]] = []
        for name in names {
            let key = signature(name)
            if let place = places[key] {
                groups[place].append(name)
            } else {
                places[key] = groups.count
                groups.append([name])
            }
        }
        return groups
    }
}
