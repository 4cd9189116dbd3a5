import CityIdentity

extension ConsumerClasses {
    /// Parties in words: `MA.840.5363000 and its units`, `everybody else`; `its other units` where some that are named are not
    /// among them.
    func words(of parties: [IRI]) -> [String] {
        let chosen = Set(parties)
        if self.parties.allSatisfy(chosen.contains) { return ["everybody"] }
        var words: [String] = []
        var said: Set<IRI> = []
        for (unit, path) in units.sorted(by: { $0.value.text < $1.value.text }) where chosen.contains(unit) {
            let own = IRI("did:ma:" + path.text.dropFirst(3))
            said.formUnion([unit, own])
            let isCountry = (try? IdentificationCode(path.text)) == nil
            let isWhole = self.parties.allSatisfy { party in
                chosen.contains(party) || CodePath(party.text).map { !path.covers($0) || path == $0 } ?? true
            }
            let other = isWhole ? "" : "other "
            if isCountry {
                words.append("\(other)cities of \(path.text)")
            } else {
                words.append(
                    chosen.contains(own) ? "\(path.text) and its \(other)units" : "\(other)units of \(path.text)")
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
        let missing = below.filter { !chosen.contains($0) }
        guard chosen.contains(ActionVocabulary.use), missing.count <= 8 else {
            return actions.count > 8
                ? actions.prefix(6).map(\.short) + ["\(actions.count - 6) more actions"] : actions.map(\.short)
        }
        let but = missing.isEmpty ? "" : " but \(missing.map(\.short).joined(separator: " or "))"
        return ["use (whatever the action\(but))"] + actions.filter { !isUse($0) }.map(\.short)
    }

    private static func isUse(_ action: IRI) -> Bool {
        ActionVocabulary.lineage(of: action).contains(ActionVocabulary.use)
    }
}
