extension ActionReference {
    /// The action in words, with what narrows it.
    var words: String {
        let name = iri.text.isEmpty ? "an action that is not understood" : iri.short
        return refinements.isEmpty ? name : name + " where " + refinements.map(\.words).joined(separator: " and ")
    }
}

extension Duty {
    /// An action of the duty in words; by when something is to be deleted, `deleteAfter 180 days`, where that is all that
    /// is said of it.
    func words(of action: ActionReference) -> String {
        guard action.iri == DutyVocabulary.deleteAfter,
            case .comparison(let limit)? = action.refinements.first ?? constraints.first,
            action.refinements.count + constraints.count == 1,
            limit.operand.iri.short == "elapsedTime", limit.operator == .lteq, limit.values.count == 1,
            case .duration(let duration) = limit.values[0]
        else { return action.words }
        return "\(action.iri.short) \(duration)"
    }
}

extension Constraint {
    /// The constraint in words.
    package var words: String {
        switch self {
        case .unreadable(let unreadable): return "something not understood (\(unreadable.reason))"
        case .comparison(let comparison): return comparison.words
        case .logical(let logical):
            let parts = logical.parts.map(\.words)
            switch logical.operand {
            case .and: return "(" + parts.joined(separator: " and ") + ")"
            case .or: return "(" + parts.joined(separator: " or ") + ")"
            case .xone: return "exactly one of (" + parts.joined(separator: ", ") + ")"
            case .andSequence: return "(" + parts.joined(separator: " and then ") + ")"
            }
        }
    }
}

extension Comparison {
    /// The comparison in words: `purpose is any of research, planning`.
    var words: String {
        if operand == .consumerShares { return sharesWords }
        var words = "\(operand.iri.short) \(`operator`.words) \(valueWords)"
        if let unit { words += " \(unit.short)" }
        if let window { words += " \(window)" }
        if clockOffset != 0 { words += " (UTC\(Value.offset(clockOffset)))" }
        return words
    }

    /// What the consumer's city would have to share, or may not.
    private var sharesWords: String {
        let names =
            values.count == 1
            ? valueWords
            : (`operator` == .isAllOf ? "all" : `operator` == .isAnyOf ? "any" : "none") + " of \(valueWords)"
        let verb = `operator` == .isNoneOf && values.count == 1 ? "does not share" : "shares"
        return "the consumer's city \(verb) \(names) with the provider"
    }

    /// The right operand in words, shortened where it is long.
    var valueWords: String {
        let shown = values.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        return values.count > 8 ? "\(shown) and \(values.count - 8) more" : shown
    }

    /// What a value of the left operand is, in words: `it is 3`, `it shares nothing`.
    func actualWords(_ left: [Value]) -> String {
        let values = left.map { "`\($0)`" }.joined(separator: ", ")
        return operand == .consumerShares ? "it shares \(values.isEmpty ? "nothing" : values)" : "it is \(values)"
    }
}
