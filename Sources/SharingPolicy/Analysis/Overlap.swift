/// Whether rules may be about one and the same request, their constraints apart.
struct Overlap {
    private let memberships: Memberships
    private let definitions: [IRI: [IRI]]
    private let implications: [IRI: [IRI]]

    /// What a rule or duty is about; `nil` is everything.
    struct Sides {
        /// The assets and all that belongs to them.
        let assets: Set<IRI>?
        let codes: [CodePath]
        /// The parties that have no code, and all that belongs to them.
        let parties: Set<IRI>?
        /// Each action with all it is included in.
        let actions: [(name: IRI, line: Set<IRI>)]
    }

    init(policies: [Policy], memberships: Memberships) {
        self.memberships = policies.reduce(memberships) { $0.merging($1.memberships) }
        definitions = policies.reduce(into: [:]) { $0.merge($1.actionDefinitions) { $0 + $1 } }
        implications = policies.reduce(into: [:]) { $0.merge($1.actionImplications) { $0 + $1 } }
    }

    /// What a rule is about; what its actions imply may not be prohibited either.
    func sides(_ rule: Rule) -> Sides {
        let implied = rule.kind == .prohibition ? [] : rule.actions.flatMap { implications[$0.iri] ?? [] }
        return sides(rule.targets.map(\.iri), rule.assignees, rule.actions.map(\.iri) + implied)
    }

    /// What a duty somebody must perform is about: its own asset; its parties are the rule's.
    func sides(_ duty: Duty, of rule: Rule) -> Sides? {
        guard duty.performance == .precondition, !duty.actions.isEmpty, !duty.targets.isEmpty else { return nil }
        return sides(duty.targets, rule.assignees, duty.actions.map(\.iri))
    }

    private func sides(_ targets: [IRI], _ parties: [PartyReference], _ actions: [IRI]) -> Sides {
        // A name that could not be read may be any.
        let isAnyAsset = targets.isEmpty || targets.contains { $0.text.isEmpty }
        let isAnyParty = parties.isEmpty || parties.contains { $0.iri.text.isEmpty }
        let isAnyAction = actions.contains { $0.text.isEmpty }
        let everybody = memberships.everything(in: parties.map(\.iri))
        return Sides(
            assets: isAnyAsset ? nil : memberships.everything(in: targets),
            codes: isAnyParty ? [] : everybody.compactMap(CodePath.init(did:)),
            parties: isAnyParty ? nil : everybody,
            actions: isAnyAction ? [] : actions.map { ($0, line($0)) })
    }

    /// About how much it costs to look at a rule.
    var cost: Int { 1 + memberships.count }

    /// About how much it costs to look whether two meet.
    static func cost(_ left: Sides, _ right: Sides) -> Int {
        min(left.assets?.count ?? 0, right.assets?.count ?? 0)
            + min(left.parties?.count ?? 0, right.parties?.count ?? 0)
            + left.codes.count * right.codes.count + left.actions.count * right.actions.count + 1
    }

    func touches(_ left: Sides, _ right: Sides) -> Bool {
        Self.meet(left.assets, right.assets) && parties(left, right)
            && (left.actions.isEmpty || right.actions.isEmpty
                || left.actions.contains { left in right.actions.contains { actions(left, $0) } })
    }

    private static func meet(_ left: Set<IRI>?, _ right: Set<IRI>?) -> Bool {
        guard let left, let right else { return true }
        return left.count < right.count ? left.contains { right.contains($0) } : right.contains { left.contains($0) }
    }

    private func parties(_ left: Sides, _ right: Sides) -> Bool {
        if Self.meet(left.parties, right.parties) { return true }
        return left.codes.contains { left in right.codes.contains { left.covers($0) || $0.covers(left) } }
    }

    private func actions(_ left: (name: IRI, line: Set<IRI>), _ right: (name: IRI, line: Set<IRI>)) -> Bool {
        if left.line.contains(right.name) || right.line.contains(left.name) { return true }
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
