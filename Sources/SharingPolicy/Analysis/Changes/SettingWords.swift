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
        let (mine, all) = (uses(settings), uses(groups.flatMap { $0 }))
        guard all.allSatisfy({ $0.spans.count == 1 }) else {
            let spans = mine.first?.spans.map(\.amountWords) ?? []
            let noun = measure == .uses ? "uses" : "bytes"
            return "at some numbers of earlier \(noun), as after \(spans.joined(separator: " and "))"
        }
        let within = all.first?.spans.first?.window?.inWords ?? " ever"
        return Self.ranges(mine.flatMap(\.spans).map(\.count), among: all.flatMap(\.spans).map(\.count)).map {
            measure == .uses ? Self.usesWords($0, within) : Self.bytesWords($0, within)
        }.joined(separator: " or ")
    }

    private static func usesWords(_ range: (first: UInt64, last: UInt64?), _ within: String) -> String {
        switch range {
        case (0, let last?): "the first \(last == 0 ? "time" : "\(last + 1) times")\(within)"
        case (let first, let last?): "times \(first + 1) to \(last + 1)\(within)"
        case (let first, nil): "from the \(first + 1). time on\(within)"
        }
    }

    private static func bytesWords(_ range: (first: UInt64, last: UInt64?), _ within: String) -> String {
        switch range {
        case (0, let last?): "while at most \(last) bytes have passed\(within)"
        case (let first, let last?): "when \(first) to \(last) bytes have passed\(within)"
        case (let first, nil): "when \(first) bytes or more have passed\(within)"
        }
    }

    /// Ranges of numbers, of which those tried are the first of what is alike; the last number is `nil` where nothing is
    /// above.
    private static func ranges(_ starts: [UInt64], among all: [UInt64]) -> [(first: UInt64, last: UInt64?)] {
        let (chosen, all) = (Set(starts), Set(all).sorted())
        var ranges: [(first: UInt64, last: UInt64?)] = []
        var isOpen = false
        for number in all {
            if chosen.contains(number), !isOpen { ranges.append((number, nil)) }
            if !chosen.contains(number), isOpen { ranges[ranges.count - 1].last = number - 1 }
            isOpen = chosen.contains(number)
        }
        return ranges
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
