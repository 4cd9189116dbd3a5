import CityIdentity

extension RequestDimension {
    /// Some groups of settings in words; `nil` where they are all.
    func words(of chosen: Set<Int>) -> String? {
        guard chosen.count < groups.count else { return nil }
        let settings = chosen.sorted().flatMap { groups[$0] }
        switch kind {
        case .time(let cells): return cells.words(of: settings)
        case .size: return sizeWords(settings)
        case .uses(let measure, _): return usesWords(settings, measure)
        case .value(.consumerShares): return sharesWords(settings)
        case .value(let operand): return valueWords(settings, operand)
        case .duty(let uid):
            let states = settings.compactMap { if case .duty(_, let state) = $0 { state.words } else { nil } }
            return "the duty `\(uid.short)` being \(states.joined(separator: " or "))"
        }
    }

    /// The permissions whose count is meant, where what a request is does not say it.
    var countingLabel: String? {
        if case .uses(_, let history?) = kind, !history.isApart { history.label } else { nil }
    }

    private func sizeWords(_ settings: [Situation.Setting]) -> String {
        let sizes = settings.compactMap { if case .size(let size) = $0 { size } else { nil } }
        let all = groups.joined().compactMap { if case .size(let size) = $0 { size } else { nil } }
        var words = Self.runs(sizes, among: all).map { first, last in
            switch (first == all.min(), last) {
            case (true, let last?): "sending at most \(last) bytes"
            case (false, let last?): "sending \(first) to \(last) bytes"
            case (_, nil): "sending \(first) bytes or more"
            }
        }
        if settings.contains(.size(nil)) { words.append("sending content whose size is not said beforehand") }
        return words.joined(separator: " or ")
    }

    private func usesWords(_ settings: [Situation.Setting], _ measure: CountQuery.Measure) -> String {
        func uses(_ settings: [Situation.Setting]) -> [EarlierUses] {
            settings.compactMap { if case .uses(let uses) = $0 { uses } else { nil } }
        }
        return CountWords(uses(settings), among: uses(groups.flatMap { $0 }), measure).words
    }

    private func valueWords(_ settings: [Situation.Setting], _ operand: LeftOperand) -> String {
        func values(_ settings: [Situation.Setting]) -> [[Value]] {
            settings.compactMap { if case .value(_, let values) = $0 { values } else { nil } }
        }
        let (mine, all) = (values(settings), values(groups.flatMap { $0 }))
        let name = operand.iri.short
        let sets = ValueSets(mine, among: all)
        if operand.kind == .event, let words = sets.eventWords { return words }
        let isOpen = mine.contains([Representatives.somethingElse])
        var words: [String] = []
        if isOpen {
            let without = all.filter { $0.count == 1 && !mine.contains($0) }.map { "`\($0[0])`" }
            words.append(without.isEmpty ? "any \(name)" : "any \(name) but \(without.joined(separator: ", "))")
        } else {
            let named = (sets.needed ?? mine).filter { !$0.isEmpty }
            if !named.isEmpty { words.append("\(name) \(ValueSets.alternatives(named))") }
        }
        if mine.contains([]) { words.append("no \(name)") }
        return words.joined(separator: " or ")
    }

    /// Runs of numbers that are neighbours among those tried; the last number is `nil` where nothing tried is above it.
    private static func runs(_ numbers: [Int], among all: [Int]) -> [(first: Int, last: Int?)] {
        let (chosen, all) = (Set(numbers), Set(all).sorted())
        var runs: [(first: Int, last: Int?)] = []
        var isOpen = false
        for number in all {
            if chosen.contains(number) {
                if isOpen { runs[runs.count - 1].last = number } else { runs.append((number, number)) }
            }
            isOpen = chosen.contains(number)
        }
        if isOpen { runs[runs.count - 1].last = nil }
        return runs
    }
}
