import CityIdentity

extension Situation {
    /// The request in words: who, what, for what, when, and what besides matters.
    package var words: String {
        var words = "\(party.short) asking to \(action.short) \(target.short)"
        words += purpose.map { " for the purpose `\(PolicyError.excerpt($0))`" } ?? ""
        words += " on \(Weekday.names[Weekday.number(of: time, offset: 0) - 1]), \(time.rfc3339)"
        if let size { words += ", sending \(size) \(size == 1 ? "byte" : "bytes")" }
        for (operand, values) in values.sorted(by: { $0.key < $1.key }) where operand != LeftOperand.purpose.iri {
            let names = values.map { "`\($0)`" }.joined(separator: ", ")
            words +=
                operand == LeftOperand.consumerShares.iri
                ? ", its city sharing \(names.isEmpty ? "nothing" : names) with the provider"
                : ", with \(operand.short) \(names)"
        }
        for span in uses.spans where span.count > 0 { words += ", after \(span.words)" }
        for (uid, state) in duties.sorted(by: { $0.key < $1.key }) {
            words += ", the duty `\(uid.short)` being \(state.words)"
        }
        return words
    }
}

extension EarlierUses.Span {
    /// What was measured: `3 uses within a day`, and under which permissions where not all count it.
    var words: String { amountWords + (history.map { " under \($0.label)" } ?? "") }

    var amountWords: String {
        let noun =
            switch measure {
            case .uses: count == 1 ? "use" : "uses"
            case .bytes: count == 1 ? "byte" : "bytes"
            }
        return "\(count) \(noun)\(window?.inWords ?? " ever")"
    }
}

extension CountWindow {
    /// As it ends a sentence: ` within a day`.
    var inWords: String {
        switch milliseconds {
        case 60_000: " within a minute"
        case 3_600_000: " within an hour"
        case 86_400_000: " within a day"
        case 604_800_000: " within a week"
        default: " within \(milliseconds / 1000) s"
        }
    }
}
