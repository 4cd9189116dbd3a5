extension RequestDimension {
    /// Which datasets the consumer's city would have to share, or may not, in words.
    func sharesWords(_ settings: [Situation.Setting]) -> String {
        func sets(_ settings: [Situation.Setting]) -> [Set<Value>] {
            settings.compactMap { if case .value(_, let values) = $0 { Set(values) } else { nil } }
        }
        let (mine, all) = (sets(settings), sets(groups.flatMap { $0 }))
        let everything = all.max { $0.count < $1.count } ?? []
        guard everything.count <= SharedNames.few else {
            return "if the consumer's city shares some sets of \(everything.count) datasets with the provider"
        }
        let least = mine.filter { set in !mine.contains { $0.isStrictSubset(of: set) } }
        if all.allSatisfy({ set in mine.contains(set) == least.contains { $0.isSubset(of: set) } }) {
            let needed = least.map { Self.names($0, "and") }.sorted().joined(separator: " or ")
            return "if the consumer's city shares \(needed) with the provider"
        }
        let most = mine.max { $0.count < $1.count } ?? []
        if all.allSatisfy({ set in mine.contains(set) == set.isSubset(of: most) }) {
            return
                "if the consumer's city does not share \(Self.names(everything.subtracting(most), "or")) with the provider"
        }
        let shown = mine.prefix(8).map { $0.isEmpty ? "none" : Self.names($0, "and") }.joined(separator: ", or only ")
        return "if of \(Self.names(everything, "and")) the consumer's city shares with the provider only \(shown)"
            + (mine.count > 8 ? ", or some other sets" : "")
    }

    private static func names(_ set: Set<Value>, _ word: String) -> String {
        set.map { "`\($0)`" }.sorted().joined(separator: " \(word) ")
    }
}
