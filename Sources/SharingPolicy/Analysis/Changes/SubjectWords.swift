import CityIdentity

extension ConsumerClasses {
    /// Parties in words: `MA.840.5363000 and its units`, `everybody else`.
    func words(of parties: [IRI]) -> [String] {
        let chosen = Set(parties)
        if self.parties.allSatisfy(chosen.contains) { return ["everybody"] }
        var words: [String] = []
        var said: Set<IRI> = []
        for (unit, path) in units.sorted(by: { $0.value.text < $1.value.text }) where chosen.contains(unit) {
            let own = IRI("did:ma:" + path.text.dropFirst(3))
            said.formUnion([unit, own])
            let isCountry = (try? IdentificationCode(path.text)) == nil
            if isCountry {
                words.append("cities of \(path.text)")
            } else {
                words.append(chosen.contains(own) ? "\(path.text) and its units" : "units of \(path.text)")
            }
        }
        for party in parties where !said.contains(party) && party != outsider { words.append(party.short) }
        return words + (outsider.map(chosen.contains) == true ? ["everybody else"] : [])
    }
}

enum ActionWords {
    /// Actions in words; one that stands for most of the vocabulary is not followed by all of it.
    static func words(of actions: [IRI]) -> [String] {
        let chosen = Set(actions)
        let below = ActionVocabulary.all.filter { $0 != ActionVocabulary.use && isUse($0) }
        guard chosen.contains(ActionVocabulary.use), below.allSatisfy(chosen.contains) else {
            return actions.count > 8
                ? actions.prefix(6).map(\.short) + ["\(actions.count - 6) more actions"] : actions.map(\.short)
        }
        return ["use (whatever the action)"] + actions.filter { !isUse($0) }.map(\.short)
    }

    private static func isUse(_ action: IRI) -> Bool {
        ActionVocabulary.lineage(of: action).contains(ActionVocabulary.use)
    }
}
