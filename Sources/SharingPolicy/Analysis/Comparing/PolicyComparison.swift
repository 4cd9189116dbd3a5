package import CityIdentity

/// How what one set of policies lets through stands to what another does.
package struct PolicyComparison: Sendable {
    package enum Relation: String, Sendable, Hashable, CaseIterable {
        /// Every request is decided alike, with the same duties.
        case equal
        /// Whatever the other gives, the first gives too, and more.
        case wider
        /// Whatever the first gives, the other gives too, and more.
        case narrower
        /// Each gives something that the other does not.
        case incomparable
        /// Deciding would take more than is allowed: ``PolicyComparison/limit`` says what.
        case undecided
    }

    /// A request that is decided differently, and how.
    package struct Difference: Sendable {
        package let situation: Situation
        package let first: Decision
        package let second: Decision
    }

    package let relation: Relation

    /// A request of which the first gives something that the second does not; `nil` where none is known.
    package let moreInFirst: Difference?

    /// A request of which the second gives something that the first does not; `nil` where none is known.
    package let moreInSecond: Difference?

    /// How many requests were tried.
    package let tried: Int

    /// What kept the comparison from being decided; `nil` where it was.
    package let limit: SearchLimit?
}

extension PolicySet {
    /// Decides exactly how this set stands to another, over all requests there can be.
    ///
    /// Constraints look at finitely many names, codes, numbers and moments, between and beside which nothing changes; one
    /// request of every class they tell apart is made, a real one, and decided by both. Both count the same earlier uses and
    /// bytes, as far as a rule's own counts can get (``CountReach``) and as several rules can have counted them
    /// (``CountedUses``), and the consumer's city shares the same datasets, which may be any.
    /// A permission that leaves less out of the response, or for which less is owed, is wider. What would take more than
    /// `budget` evaluations is `undecided`, the same on every machine. Every difference that is told was seen by evaluating
    /// both sets whole.
    ///
    /// Moments outside `moments` do not count; `reference` is one near which differences are looked for first.
    package func compared(
        with other: PolicySet, state: EvaluationState = EvaluationState(),
        moments: ClosedRange<Timestamp> = .earliest ... .latest, near reference: Timestamp, budget: Int = 1_000_000
    ) -> PolicyComparison {
        let (mine, other) = (withReachedCounts, other.withReachedCounts)
        let space = RequestSpace(mine, other, state: state, moments: moments, reference: reference)
        var (first, second): (PolicyComparison.Difference?, PolicyComparison.Difference?)
        var tried = 0
        var limit: SearchLimit?
        var left = budget
        let isFinished = space.forEachClass(budget: &left) { found, left in
            let requests: RequestSpace.Class
            switch found {
            case .success(let found): requests = found
            case .failure(let reason):
                limit = reason
                return true
            }
            guard let count = requests.combinations, count <= left / 2 else {
                limit = .evaluations(budget)
                return true
            }
            left -= 2 * count
            limit = requests.limit ?? limit
            var real = RealUses(requests)
            var rest = left
            defer { left = rest }
            for number in 0..<count {
                var (situation, groups) = requests.situation(number)
                guard situation.isPossible else { continue }
                tried += 1
                guard let (left, right) = requests.difference(situation, state) else { continue }
                let (isLess, isMore) = (!left.isAtLeast(right), !right.isAtLeast(left))
                guard (isMore && first == nil) || (isLess && second == nil) else { continue }
                do throws(SearchLimit) {
                    guard let real = try real.situation(situation, groups, budget: &rest) else { continue }
                    situation = real
                } catch {
                    limit = error
                    return rest > 0
                }
                guard let difference = mine.difference(from: other, situation, state, (left, right)) else {
                    limit = .unconfirmed
                    continue
                }
                if isMore, first == nil { first = difference }
                if isLess, second == nil { second = difference }
                if first != nil, second != nil { return false }
            }
            return true
        }
        if !isFinished { limit = .evaluations(budget) }
        let relation: PolicyComparison.Relation =
            switch (first != nil, second != nil) {
            case (true, true): .incomparable
            case _ where limit != nil: .undecided
            case (true, false): .wider
            case (false, true): .narrower
            case (false, false): .equal
            }
        return PolicyComparison(
            relation: relation, moreInFirst: first, moreInSecond: second, tried: tried,
            limit: relation == .undecided ? limit : nil)
    }

    /// The difference as both sets see it whole; `nil` where they do not see what was seen of it.
    private func difference(
        from other: PolicySet, _ situation: Situation, _ state: EvaluationState, _ seen: (Allowance, Allowance)
    ) -> PolicyComparison.Difference? {
        let (request, state) = (situation.request, situation.state(state))
        let (first, second) = (evaluate(request, state), other.evaluate(request, state))
        guard Allowance(first) == seen.0, Allowance(second) == seen.1 else { return nil }
        return PolicyComparison.Difference(situation: situation, first: first, second: second)
    }
}

extension RequestSpace.Class {
    /// What both sides give in a situation; `nil` where that is the same.
    func difference(_ situation: Situation, _ state: EvaluationState) -> (Allowance, Allowance)? {
        let (request, state) = (situation.request, situation.state(state))
        let (first, second) = (left.evaluate(request, state), right.evaluate(request, state))
        guard first.isPermit || second.isPermit else { return nil }
        let allowances = (Allowance(first), Allowance(second))
        return allowances.0 == allowances.1 ? nil : allowances
    }
}
