import CityIdentity

/// Finds, for situations of a class, numbers of earlier uses that requests can have amounted to.
///
/// They depend on the counts and on when it is alone; what was found is kept.
struct RealUses {
    private let requests: RequestSpace.Class
    private let places: [Int]
    private var known: [[Int]: Found?] = [:]

    private struct Found {
        let uses: EarlierUses
        let moment: Timestamp
    }

    init(_ requests: RequestSpace.Class) {
        self.requests = requests
        places = requests.dimensions.indices.filter { index in
            if case .time = requests.dimensions[index].kind { true } else { requests.dimensions[index].isCount }
        }
    }

    /// The situation with such numbers, at such a moment of its group; `nil` where there are none.
    ///
    /// Throws where finding out would take more than is left of the budget.
    mutating func situation(
        _ situation: Situation, _ groups: [Int], budget: inout Int
    ) throws(SearchLimit) -> Situation? {
        guard situation.isPossible else { return nil }
        guard let links = requests.links else { return situation }
        let key = places.map { groups[$0] }
        if known[key] == nil { known[key] = .some(try found(situation, groups, links, &budget)) }
        guard let found = known[key] ?? nil else { return nil }
        var real = situation
        real.apply(.uses(found.uses))
        if requests.hasTimes { real.time = found.moment }
        return real
    }

    private func found(
        _ situation: Situation, _ groups: [Int], _ links: UseLinks, _ budget: inout Int
    ) throws(SearchLimit) -> Found? {
        for (time, moment) in requests.times(groups) {
            if let uses = try links.made(situation.uses, before: time, budget: &budget) {
                return Found(uses: uses, moment: moment)
            }
        }
        return nil
    }
}

extension RequestSpace.Class {
    fileprivate var hasTimes: Bool {
        dimensions.contains { if case .time = $0.kind { true } else { false } }
    }
}
