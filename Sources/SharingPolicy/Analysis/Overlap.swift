/// Whether rules may be about one and the same request, their constraints apart.
struct Overlap {
    private let memberships: Memberships
    private let definitions: [IRI: [IRI]]

    /// What a rule or duty is about.
    struct Sides {
        let targets: [IRI]
        let parties: [PartyReference]
        /// Each action with all it is included in.
        let actions: [(name: IRI, line: Set<IRI>)]
    }

    func sides(_ rule: Rule) -> Sides {
        Sides(
            targets: rule.targets.map(\.iri), parties: rule.assignees,
            actions: rule.actions.map { ($0.iri, line($0.iri)) })
    }

    /// What a duty somebody must perform is about: its own asset; its parties are the rule's.
    func sides(_ duty: Duty, of rule: Rule) -> Sides? {
        guard duty.performance == .precondition, !duty.actions.isEmpty, !duty.targets.isEmpty else { return nil }
        return Sides(
            targets: duty.targets, parties: rule.assignees, actions: duty.actions.map { ($0.iri, line($0.iri)) })
    }

    /// About how much it costs to look whether two meet.
    var cost: Int { 1 + memberships.count }

    init(policies: [Policy], memberships: Memberships) {
        self.memberships = policies.reduce(memberships) { $0.merging($1.memberships) }
        definitions = policies.reduce(into: [:]) { $0.merge($1.actionDefinitions) { $0 + $1 } }
    }

    func touches(_ left: Sides, _ right: Sides) -> Bool {
        meet(left.targets, right.targets, assets) && meet(left.parties, right.parties, parties)
            && meet(left.actions, right.actions, actions)
    }

    /// Whether two choices share anything; an empty one is about everything.
    private func meet<Side>(_ left: [Side], _ right: [Side], _ predicate: (Side, Side) -> Bool) -> Bool {
        left.isEmpty || right.isEmpty || left.contains { left in right.contains { predicate(left, $0) } }
    }

    /// A name that could not be read may be any.
    private func isUnreadable(_ names: IRI...) -> Bool { names.contains { $0.text.isEmpty } }

    private func assets(_ left: IRI, _ right: IRI) -> Bool {
        isUnreadable(left, right) || memberships.overlap(left, right)
    }

    private func parties(_ left: PartyReference, _ right: PartyReference) -> Bool {
        if let left = left.code, let right = right.code { return left.covers(right) || right.covers(left) }
        return isUnreadable(left.iri, right.iri) || memberships.overlap(left.iri, right.iri)
    }

    private func actions(_ left: (name: IRI, line: Set<IRI>), _ right: (name: IRI, line: Set<IRI>)) -> Bool {
        if isUnreadable(left.name, right.name) || left.line.contains(right.name) || right.line.contains(left.name) {
            return true
        }
        // An action of no vocabulary known here may be included in what everything is included in.
        let tops = [ActionVocabulary.use, ActionVocabulary.transfer]
        return (left.line.isDisjoint(with: tops) && tops.contains(right.name))
            || (right.line.isDisjoint(with: tops) && tops.contains(left.name))
    }

    private func line(_ action: IRI) -> Set<IRI> {
        var line: Set<IRI> = []
        var pending = [action]
        while let next = pending.popLast() {
            guard line.insert(next).inserted else { continue }
            pending += ActionVocabulary.lineage(of: next) + (definitions[next] ?? [])
        }
        return line
    }
}
