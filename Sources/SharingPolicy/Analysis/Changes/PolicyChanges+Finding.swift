package import CityIdentity

extension PolicySet {
    /// What changes for whom where these policies take the place of others: all of it, by the procedure of
    /// ``compared(with:state:moments:near:budget:)``.
    ///
    /// With `only`, for requests of its consumer, dataset and action alone.
    package func changes(
        from old: PolicySet, state: EvaluationState = EvaluationState(),
        moments: ClosedRange<Timestamp> = .earliest ... .latest, near reference: Timestamp,
        only request: AccessRequest? = nil, budget: Int = 1_000_000
    ) -> PolicyChanges {
        let (old, new) = (old.withReachedCounts, withReachedCounts)
        var space = RequestSpace(old, new, state: state, moments: moments, reference: reference)
        space.only = request
        var found = FoundChanges(consumers: space.consumers)
        var limit: SearchLimit?
        var left = budget
        let isFinished = space.forEachClass(budget: &left) { requests, left in
            switch requests {
            case .failure(let reason): limit = reason
            case .success(let requests):
                guard let count = requests.combinations, count <= left / 2 else {
                    limit = .evaluations(budget)
                    return true
                }
                left -= 2 * count
                limit = requests.limit ?? limit
                do throws(SearchLimit) { try found.add(requests, count, state, budget: &left) } catch { limit = error }
            }
            return true
        }
        if !isFinished { limit = .evaluations(budget) }
        return PolicyChanges(changes: found.changes(old, new, state), limit: limit)
    }
}

/// Gathers changes, putting together those that differ in who or what only.
private struct FoundChanges {
    let consumers: ConsumerClasses
    private var order: [Key] = []
    private var subjects: [Key: [Subject]] = [:]
    private var examples: [Key: Situation] = [:]

    /// What changes of one sort share.
    private struct Key: Hashable {
        let kind: PolicyChange.Kind
        let target: IRI
        let conditions: [Condition]
        let before: String
        let after: String
        let duties: AllowanceChange?
    }

    private struct Condition: Hashable {
        let words: String
        /// Whether it is of the count of some permissions, which may be others for other parties.
        let isLabelled: Bool
    }

    private struct Subject: Hashable {
        let parties: [IRI]
        let actions: [IRI]
        /// The permissions that each such condition is of.
        let labels: [String]
    }

    init(consumers: ConsumerClasses) { self.consumers = consumers }

    mutating func add(
        _ requests: RequestSpace.Class, _ count: Int, _ state: EvaluationState, budget: inout Int
    ) throws(SearchLimit) {
        struct Sort: Hashable {
            let kind: PolicyChange.Kind
            let before: String
            let after: String
            let duties: AllowanceChange?
        }
        var sorts: [Sort] = []
        var places: [Sort: Set<[Int]>] = [:]
        var impossible: Set<[Int]> = []
        var real = RealUses(requests)
        for number in 0..<count {
            let (situation, groups) = requests.situation(number)
            if requests.links != nil, try real.situation(situation, groups, budget: &budget) == nil {
                impossible.insert(groups)
            }
            guard situation.isPossible, !impossible.contains(groups) else { continue }
            guard let (before, after) = requests.difference(situation, state) else { continue }
            let isStill = before.isPermitted && after.isPermitted
            let duties = isStill ? AllowanceChange(from: before, to: after) : nil
            let sort = Sort(
                kind: duties?.kind ?? (after.isPermitted ? .gains : .loses),
                before: before.isPermitted ? before.words : "", after: after.isPermitted ? after.words : "",
                duties: duties)
            if places[sort] == nil { sorts.append(sort) }
            places[sort, default: []].insert(groups)
        }
        // Counts come last: they are of a rule, which the rest tells apart from others.
        let dimensions = requests.dimensions
        let sequence =
            dimensions.indices.filter { !dimensions[$0].isCount }
            + dimensions.indices.filter { dimensions[$0].isCount }
        for sort in sorts {
            let mine = places[sort] ?? []
            let sizes = dimensions.map(\.groups.count)
            for told in ToldBox.boxes(of: mine, impossible: impossible, sizes: sizes, order: sequence) {
                let conditions = zip(dimensions, told.box.choices).compactMap { dimension, choice in
                    dimension.words(of: choice).map { (words: $0, label: dimension.countingLabel) }
                }
                let key = Key(
                    kind: sort.kind, target: requests.target,
                    conditions: conditions.map { Condition(words: $0.words, isLabelled: $0.label != nil) },
                    before: sort.before, after: sort.after, duties: sort.duties)
                if subjects[key] == nil { order.append(key) }
                let subject = Subject(
                    parties: requests.parties, actions: requests.actions, labels: conditions.compactMap(\.label))
                if subjects[key]?.contains(subject) != true { subjects[key, default: []].append(subject) }
                if examples[key] == nil {
                    let (situation, groups) = requests.situation(in: told.parts[0])
                    examples[key] = try real.situation(situation, groups, budget: &budget)
                }
            }
        }
    }

    func changes(_ old: PolicySet, _ new: PolicySet, _ state: EvaluationState) -> [PolicyChange] {
        struct List: Hashable {
            let kind: PolicyChange.Kind
            let target: IRI
        }
        let groups = order.map { (key: $0, groups: self.groups(subjects[$0] ?? [])) }
        // Who is told of by name: of everybody else these are none.
        var named: [List: Set<IRI>] = [:]
        for (key, group) in groups.flatMap({ entry in entry.groups.map { (entry.key, $0) } }) {
            let parties = Set(group.parties)
            if consumers.isEverybody(parties) { continue }
            named[List(kind: key.kind, target: key.target), default: []].formUnion(parties)
        }
        return groups.flatMap { key, groups -> [PolicyChange] in
            guard let situation = examples[key] else { return [] }
            let (request, known) = (situation.request, situation.state(state))
            let example = PolicyComparison.Difference(
                situation: situation, first: old.evaluate(request, known), second: new.evaluate(request, known))
            return groups.map { group in
                PolicyChange(
                    kind: key.kind, target: key.target,
                    parties: consumers.words(
                        of: group.parties, beside: named[List(kind: key.kind, target: key.target)] ?? []),
                    actions: ActionWords.words(of: group.actions), conditions: Self.words(key.conditions, group.labels),
                    before: key.before, after: key.after, gained: key.duties?.gained ?? [],
                    lost: key.duties?.lost ?? [], example: example)
            }
        }
    }

    private struct Group {
        let actions: [IRI]
        var parties: [IRI]
        var labels: Set<[String]>
    }

    /// Actions that the same parties gain or lose, then parties with the same actions.
    private func groups(_ subjects: [Subject]) -> [Group] {
        var actions: [[IRI]: [IRI]] = [:]
        var labels: [[IRI]: Set<[String]>] = [:]
        for subject in subjects {
            actions[subject.parties, default: []] += subject.actions
            labels[subject.parties, default: []].insert(subject.labels)
        }
        var groups: [Group] = []
        for (parties, actions) in actions.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let labels = labels[parties] ?? []
            if let place = groups.firstIndex(where: { $0.actions == actions }) {
                groups[place].parties += parties
                groups[place].labels.formUnion(labels)
            } else {
                groups.append(Group(actions: actions, parties: parties, labels: labels))
            }
        }
        return groups
    }
}

extension FoundChanges {
    /// Conditions in words, with the permissions whose counts are meant.
    private static func words(_ conditions: [Condition], _ labels: Set<[String]>) -> [String] {
        var place = 0
        return conditions.map { condition in
            guard condition.isLabelled else { return condition.words }
            defer { place += 1 }
            let names = Set(labels.map { $0[place] })
            guard names.count == 1, let name = names.first else {
                return "\(condition.words) under the permission for each"
            }
            return "\(condition.words) under \(name)"
        }
    }
}

extension RequestSpace.Class {
    /// A situation inside a box, the first by number.
    fileprivate func situation(in box: Box) -> (Situation, groups: [Int]) {
        var situation = base
        let groups = box.choices.map { $0.min() ?? 0 }
        for (dimension, group) in zip(dimensions, groups) { situation.apply(dimension.groups[group][0]) }
        return (situation, groups)
    }
}
