extension NameResolver {
    /// What may follow a term that is not known: the one that was probably meant, ` (did you mean `read`?)`; empty where none
    /// is close.
    ///
    /// Nothing is said of terms of other vocabularies.
    func hint(for text: String, among known: some Sequence<String>) -> String {
        if isForeign(text), !expanded(text).text.utf8.starts(with: Namespace.hansa.utf8) { return "" }
        let written = expanded(property(text)).short
        let meant =
            Self.symbols[written].flatMap { known.contains($0) ? $0 : nil } ?? nearestName(to: written, among: known)
        return meant.map { " (did you mean `\($0)`?)" } ?? ""
    }

    /// Operators as other languages write them.
    private static let symbols = [
        "=": "eq", "==": "eq", "equal": "eq", "equals": "eq", "!=": "neq", "<>": "neq", "<": "lt", "<=": "lteq",
        "lte": "lteq", ">": "gt", ">=": "gteq",
        "gte": "gteq", "in": "isAnyOf", "notIn": "isNoneOf",
    ]
}
