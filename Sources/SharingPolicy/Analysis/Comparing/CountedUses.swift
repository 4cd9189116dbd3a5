import CityIdentity

/// The uses of one asset that permissions count, by who can make them.
///
/// What a permission has counted it has permitted itself, whatever else did: two permissions of which one permits more than
/// the other can have counted more, and as much only where they permit the same. A use made before a date that a
/// condition names is taken to count like one after: where one policy takes another's place the counts begin anew, which
/// nobody is told as a gain.
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
        guard let count = free.combinations, count * (trials.count + 2) <= budget else { throw SearchLimit.histories }
        budget -= count * (trials.count + 2)
        let time = dimensions.firstIndex { if case .time = $0.kind { true } else { false } }
        struct Place: Hashable {
            let groups: [Int]
            let cell: Range<Int64>
        }
        var found: [Place: CountedUse] = [:]
        for number in 0..<count {
            let (situation, groups) = free.situation(number)
            guard let use = use(requests, trials, situation) else { continue }
            var rest = groups
            if let time { rest.remove(at: time) }
            for cell in free.cells(groups) {
                let place = Place(groups: rest, cell: cell)
                var use = use
                use.cell = cell
                found[place]?.merge(use)
                if found[place] == nil { found[place] = use }
            }
        }
        for party in requests.parties { members[Self.city(of: party), default: []].append((party, made.count)) }
        made.append(Array(Set(found.values)))
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
        func counters(_ side: PolicySet) -> Set<Counter>? {
            var counters: Set<Counter> = []
            for scope in side.permissions {
                if permitting.contains(ObjectIdentifier(scope)) { counters.insert(Counter(scope)) }
                if scope.measures.isEmpty, evaluation.permits(scope) { return nil }
            }
            return counters
        }
        return CountedUse(
            counters: Set(favourable.keys),
            isCommon: requests.left.evaluate(request, known).isPermit
                && requests.right.evaluate(request, known).isPermit,
            first: counters(requests.left), second: counters(requests.right), cell: 0..<MomentCells.week)
    }

    /// How what the permissions have counted hangs together that concern a class; `nil` where it is all the same.
    func links(_ requests: RequestSpace.Class) -> UseLinks? {
        let counters = Set(requests.counting.map(Counter.init)).sorted()
        guard counters.count > 1 else { return nil }
        let party = requests.parties[0]
        let own = codes(counters, party)
        var uses: Set<CountedUse> = []
        for (other, place) in members[Self.city(of: party)] ?? [] {
            let theirs = codes(counters, other)
            let shared = Set(counters.filter { theirs[$0] == own[$0] })
            for var use in made[place] {
                use.counters.formIntersection(shared)
                use.first = use.first.flatMap { $0.isSubset(of: shared) ? $0 : nil }
                use.second = use.second.flatMap { $0.isSubset(of: shared) ? $0 : nil }
                if !use.counters.isEmpty { uses.insert(use) }
            }
        }
        let names = Dictionary((requests.left.policies + requests.right.policies).map { ($0.hash, $0.name) }) { $1 }
        let most = scopes.filter { counters.contains($0.key) }.mapValues { CountReach($0).most }
        return UseLinks(counters, uses: ordered(uses, by: counters), most: most, named: names)
    }

    /// Uses in an order that depends on nothing but them, so that the same is found everywhere.
    private func ordered(_ uses: Set<CountedUse>, by counters: [Counter]) -> [CountedUse] {
        let places = Dictionary(uniqueKeysWithValues: zip(counters, counters.indices))
        func key(_ use: CountedUse) -> [Int] {
            let sets = [use.counters, use.first, use.second].map { $0?.compactMap { places[$0] }.sorted() ?? [-2] }
            return sets.joined(separator: [-1]) + [
                use.isCommon ? 1 : 0, Int(use.cell.lowerBound), Int(use.cell.upperBound),
            ]
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
