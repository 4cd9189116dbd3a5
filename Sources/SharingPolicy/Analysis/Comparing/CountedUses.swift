import CityIdentity

/// The uses of one asset that permissions count, by who can make them.
///
/// What a permission has counted it has permitted itself, whatever else did: two permissions of which one permits more than
/// the other can have counted more, and as much only where they permit the same. What was before a permission is in force,
/// or after it is, it is taken to have counted as it would: where one policy takes another's place the counts begin anew,
/// which nobody is told as a gain.
struct CountedUses {
    /// The uses of each class.
    private var made: [[CountedUse]] = []

    /// Who makes them, by city: whoever is of another is counted apart.
    private var members: [IRI: [(party: IRI, place: Int)]] = [:]
    private var scopes: [Counter: Evaluation.Scope] = [:]
    private let state: EvaluationState

    init(_ state: EvaluationState) { self.state = state }

    /// Takes up what consumers of a class can use; throws where that is too much to be looked at.
    ///
    /// - Parameter budget: Is made less by every evaluation.
    mutating func add(
        _ requests: RequestSpace.Class, _ dimensions: [RequestDimension], budget: inout Int
    ) throws(SearchLimit) {
        let trials = requests.counting.map(Trial.init)
        guard !trials.isEmpty else { return }
        for trial in trials { scopes[trial.counter] = trial.scope }
        var free = requests
        free.dimensions = dimensions
        guard let count = free.combinations, count <= budget / (trials.count + 2) else { throw SearchLimit.histories }
        budget -= count * (trials.count + 2)
        let time = dimensions.firstIndex { if case .time = $0.kind { true } else { false } }
        var found: [Place: [CountedUse]] = [:]
        for number in 0..<count {
            let (situation, groups) = free.situation(number)
            guard let use = use(requests, trials, situation) else { continue }
            var rest = groups
            if let time { rest.remove(at: time) }
            for (time, _) in free.times(groups) {
                found[Place(groups: rest, cell: time.cell), default: []].append(
                    CountedUse(counters: use.counters, isCommon: use.isCommon, sides: use.sides, time: time))
            }
        }
        let uses = found.values.flatMap { Self.goingOn($0, trials) }
        for party in requests.parties { members[Self.city(of: party), default: []].append((party, made.count)) }
        made.append(Array(Set(uses)))
    }

    private struct Place: Hashable {
        let groups: [Int]
        let cell: Range<Int64>
    }

    /// Uses that differ in their dates only, each counted as well by what counts it in the dates in which that is in force.
    private static func goingOn(_ uses: [CountedUse], _ trials: [Trial]) -> [CountedUse] {
        guard uses.count > 1 else { return uses }
        var goingOn = uses
        for trial in trials {
            let isInForce = uses.map { trial.isInForce(at: $0.time.interval.lowerBound) }
            guard zip(uses, isInForce).contains(where: { $1 && $0.counters.contains(trial.counter) }) else { continue }
            for index in uses.indices where !isInForce[index] { goingOn[index].counters.insert(trial.counter) }
        }
        return goingOn
    }

    /// A permission that counts, with what it may have counted.
    private struct Trial {
        let scope: Evaluation.Scope
        let counter: Counter
        let histories: [EarlierUses]

        init(_ scope: Evaluation.Scope) {
            self.scope = scope
            counter = Counter(scope)
            let counts = scope.rule.constraints.flatMap(\.comparisons).filter { $0.operand.kind == .count }
            histories = CountReach.combinations(counts) ?? [EarlierUses()]
        }

        /// Whether the dates that all of the permission is bound to include a moment.
        func isInForce(at time: Timestamp) -> Bool {
            let request = AccessRequest(
                assignee: IRI(""), target: IRI(""), action: ActionVocabulary.use.text, time: time)
            var evaluation = Evaluation(request, EvaluationState())
            return scope.rule.constraints.allSatisfy { constraint in
                guard case .comparison(let comparison) = constraint, comparison.operand.kind == .moment else {
                    return true
                }
                return evaluation.holds(constraint, scope) == .yes
            }
        }
    }

    /// The permissions that permit a use after some number of earlier ones, and whether it is then let through on both
    /// sides; `nil` where none counts it.
    private func use(_ requests: RequestSpace.Class, _ trials: [Trial], _ situation: Situation) -> CountedUse? {
        let (request, time) = (situation.request, situation.time)
        var favourable: [Counter: EarlierUses] = [:]
        // Of a policy that ends sooner on one side the permission is two, and one counter.
        var permitting: Set<ObjectIdentifier> = []
        for trial in trials {
            let found = trial.histories.first { uses in
                var state = situation.state(state)
                state.count = { uses.count($0, at: time) }
                var evaluation = Evaluation(request, state)
                return evaluation.permits(trial.scope)
            }
            guard let found else { continue }
            favourable[trial.counter] = found
            permitting.insert(ObjectIdentifier(trial.scope))
        }
        guard !favourable.isEmpty else { return nil }
        var known = situation.state(state)
        known.count = { [favourable] in favourable[Counter($0)]?.count($0, at: time) ?? 0 }
        var evaluation = Evaluation(request, known)
        func side(_ policies: PolicySet) -> CountedUse.Side {
            var side = CountedUse.Side(counters: [], isFree: false)
            for scope in policies.permissions {
                if permitting.contains(ObjectIdentifier(scope)) { side.counters.insert(Counter(scope)) }
                if scope.measures.isEmpty, evaluation.permits(scope) { side.isFree = true }
            }
            return side
        }
        return CountedUse(
            counters: Set(favourable.keys),
            isCommon: requests.left.evaluate(request, known).isPermit
                && requests.right.evaluate(request, known).isPermit,
            sides: [side(requests.left), side(requests.right)], time: .any)
    }

    /// How what the permissions have counted hangs together that concern a class, `nil` where it is all the same; and
    /// whether what is said of it leaves something out of account.
    ///
    /// Of a permission that several counts bind that is what it refuses by one of them and another permission lets
    /// through: the others of its counts are then less than those of all uses that it is for.
    func links(_ requests: RequestSpace.Class) -> (links: UseLinks?, isApproximate: Bool) {
        let counters = Set(requests.counting.map(Counter.init)).sorted()
        let party = requests.parties[0]
        let own = codes(counters, party)
        var uses: Set<CountedUse> = []
        for (other, place) in members[Self.city(of: party)] ?? [] {
            let theirs = codes(counters, other)
            let shared = Set(counters.filter { theirs[$0] == own[$0] })
            for var use in made[place] {
                use.counters.formIntersection(shared)
                for side in use.sides.indices where !use.sides[side].counters.isSubset(of: shared) {
                    use.sides[side].counters.formIntersection(shared)
                    use.sides[side].isFree = true
                }
                if !use.counters.isEmpty { uses.insert(use) }
            }
        }
        let isApproximate =
            !requests.isAlike
            && uses.contains { use in
                use.sides.contains { side in
                    side.counters.contains { counter in
                        scopes[counter].map(\.isBoundSeverally) == true
                            && (side.isFree || side.counters.contains { other in other != counter })
                    }
                }
            }
        guard counters.count > 1 else { return (nil, isApproximate) }
        let names = Dictionary((requests.left.policies + requests.right.policies).map { ($0.hash, $0.name) }) { $1 }
        let most = scopes.filter { counters.contains($0.key) }.mapValues { CountReach($0).most }
        return (UseLinks(counters, uses: ordered(uses, by: counters), most: most, named: names), isApproximate)
    }

    /// Uses in an order that depends on nothing but them, so that the same is found everywhere.
    private func ordered(_ uses: Set<CountedUse>, by counters: [Counter]) -> [CountedUse] {
        let places = Dictionary(uniqueKeysWithValues: zip(counters, counters.indices))
        func key(_ use: CountedUse) -> [Int] {
            let sets = ([use.counters] + use.sides.map(\.counters)).map { $0.compactMap { places[$0] }.sorted() }
            let flags = [use.isCommon] + use.sides.map(\.isFree)
            let time =
                [use.time.cell.lowerBound, use.time.cell.upperBound]
                + [use.time.interval.lowerBound, use.time.interval.upperBound].map(\.milliseconds)
            return sets.joined(separator: [-1]) + flags.map { $0 ? 1 : 0 } + time.map { Int($0) }
        }
        return uses.map { (key($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }

    /// The code whose requests each permission counts with those of a party.
    private func codes(_ counters: [Counter], _ party: IRI) -> [Counter: IRI] {
        let evaluation = Evaluation(
            AccessRequest(
                assignee: party, target: IRI(""), action: ActionVocabulary.use.text, time: Timestamp(milliseconds: 0)),
            state)
        return Dictionary(
            uniqueKeysWithValues: counters.map { counter in
                (counter, scopes[counter].flatMap { evaluation.countedCode($0) }.map { IRI($0.did) } ?? party)
            })
    }

    /// The city that a party is or belongs to; one without a code stands for itself.
    static func city(of party: IRI) -> IRI {
        (try? IdentificationCode(did: party.text)).map { IRI($0.city.did) } ?? party
    }
}

extension Evaluation.Scope {
    /// Whether more than one upper bound of what it counts, or anything else of that, is between it and permitting.
    fileprivate var isBoundSeverally: Bool {
        let counts = rule.constraints.flatMap(\.comparisons).filter { $0.operand.kind == .count }
        let bounds = rule.constraints.flatMap(\.countBounds)
        return bounds.count < counts.count
            || Set(bounds.map { "\($0.measure) \($0.window?.milliseconds ?? -1)" }).count > 1
    }
}

extension Constraint {
    /// The upper bounds of counts that hold whatever else does.
    fileprivate var countBounds: [Comparison] {
        switch self {
        case .unreadable: []
        case .comparison(let comparison):
            comparison.operand.kind == .count && [.lt, .lteq].contains(comparison.operator) ? [comparison] : []
        case .logical(let logical):
            [.and, .andSequence].contains(logical.operand) ? logical.parts.flatMap(\.countBounds) : []
        }
    }
}
