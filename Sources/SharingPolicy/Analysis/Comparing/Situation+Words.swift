import CityIdentity

extension Situation {
    /// The request in words: who, what, for what, when, and what besides matters.
    package var words: String {
        var words = "\(party.short) asking to \(action.short) \(target.short)"
        words += purpose.map { " for the purpose `\(PolicyError.excerpt($0))`" } ?? ""
        words += " on \(Weekday.names[Weekday.number(of: time, offset: 0) - 1]), \(time.rfc3339)"
        if let size { words += ", sending \(size) \(size == 1 ? "byte" : "bytes")" }
        for (operand, values) in values.sorted(by: { $0.key < $1.key }) where operand != LeftOperand.purpose.iri {
            words += ", with \(operand.short) \(values.map { "`\($0)`" }.joined(separator: ", "))"
        }
        for span in uses.spans where span.count > 0 {
            words += ", after \(span.count) \(span.count == 1 ? "use" : "uses")\(span.window?.inWords ?? " ever")"
        }
        for (uid, state) in duties.sorted(by: { $0.key < $1.key }) {
            words += ", the duty `\(uid.short)` being \(state.words)"
        }
        return words
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
