import CityIdentity

extension ConsumerClasses {
    /// Parties in words: `MA.840.5363000 and its units`, `everybody else`; `its other units` where some that are named are not
    /// among them.
    ///
    /// - Parameter others: Who is told of by name beside them; those that are left out and are not told of are named.
    func words(of parties: [IRI], beside others: Set<IRI> = []) -> [String] {
        let chosen = Set(parties)
        if isEverybody(chosen) { return ["everybody"] }
        let untold = self.parties.filter { !chosen.contains($0) && !others.contains($0) }
        var words: [String] = []
        var said: Set<IRI> = []
        for (unit, path) in units.sorted(by: { $0.value.text < $1.value.text }) where chosen.contains(unit) {
            let own = IRI("did:ma:" + path.text.dropFirst(3))
            said.formUnion([unit, own])
            func isBelow(_ party: IRI) -> Bool { CodePath(party.text).map { path.covers($0) && path != $0 } ?? false }
            let but = Self.but(names(of: untold.filter(isBelow)))
            let isOther = self.parties.contains { isBelow($0) && !chosen.contains($0) && others.contains($0) }
            let other = isOther ? "other " : ""
            if (try? IdentificationCode(path.text)) == nil {
                words.append("\(other)cities of \(path.text)\(but)")
            } else {
                words.append(
                    (chosen.contains(own) ? "\(path.text) and its \(other)units" : "\(other)units of \(path.text)")
                        + but)
            }
        }
        for party in parties where !said.contains(party) && party != outsider { words.append(party.short) }
        guard outsider.map(chosen.contains) == true else { return words }
        let but = Self.but(names(of: untold))
        let isAlone = words.isEmpty && !but.isEmpty && others.isSubset(of: chosen)
        return words + ["everybody\(isAlone ? "" : " else")\(but)"]
    }

    func isEverybody(_ chosen: Set<IRI>) -> Bool { parties.allSatisfy(chosen.contains) }

    /// Parties by name, those of a code together: `MA.840.5363000 with its units`.
    private func names(of parties: [IRI]) -> [String] {
        let among = Set(parties)
        var withUnits: Set<IRI> = []
        var names: [String] = []
        for (unit, path) in units.sorted(by: { $0.value.text < $1.value.text }) where among.contains(unit) {
            let own = IRI("did:ma:" + path.text.dropFirst(3))
            let isCountry = (try? IdentificationCode(path.text)) == nil
            if among.contains(own) {
                withUnits.insert(own)
                names.append("\(path.text) with its units")
            } else {
                names.append("\(isCountry ? "cities" : "units") of \(path.text) that are not named")
            }
        }
        let alone = parties.filter { !withUnits.contains($0) && units[$0] == nil && $0 != outsider }
        return (names + alone.map(\.short)).sorted()
    }

    private static func but(_ names: [String]) -> String {
        guard !names.isEmpty else { return "" }
        let more = names.count > 8 ? ["\(names.count - 6) more"] : []
        return " but " + (names.prefix(more.isEmpty ? 8 : 6) + more).joined(separator: " and ")
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
