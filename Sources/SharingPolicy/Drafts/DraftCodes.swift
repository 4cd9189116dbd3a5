import CityIdentity

/// Which consumers stand in a draft's tests for those of its template's.
struct DraftCodes {
    /// What the template names, and what the draft does in its place.
    let consumers: (template: [CodePath], draft: [CodePath])
    let exceptions: (template: [CodePath], draft: [CodePath])

    init(_ template: PolicyTemplate, _ answers: DraftAnswers) {
        let named = template.consumers.compactMap { CodePath($0) }
        consumers = (named, answers.consumers.isEmpty ? named : answers.consumers)
        let excepted = template.exceptions.compactMap { CodePath($0) }
        exceptions = (excepted, answers.exceptions.isEmpty ? excepted : answers.exceptions)
    }

    /// The consumer that is to the draft what one is to the template.
    func counterpart(of code: String) -> String {
        if let found = Self.place(of: code, in: exceptions.template) {
            return below(exceptions.draft[min(found.index, exceptions.draft.count - 1)], units: found.units)
        }
        if let found = Self.place(of: code, in: consumers.template) {
            return below(consumers.draft[min(found.index, consumers.draft.count - 1)], units: found.units)
        }
        if let around = around(code) { return around }
        // Whom a template without consumers permits, one with consumers does not.
        if consumers.template.isEmpty, let first = consumers.draft.first { return below(first, units: []) }
        return isConcerned(code) ? outsider : code
    }

    /// For what a template's consumer is a unit of, what the draft's is a unit of.
    private func around(_ code: String) -> String? {
        guard let path = CodePath(code), let index = consumers.template.firstIndex(where: path.covers),
            let draft = try? IdentificationCode(consumers.draft[min(index, consumers.draft.count - 1)].text),
            let parent = draft.parent, !isConcerned(parent.description)
        else { return nil }
        return parent.description
    }

    /// Which of some codes covers another, and the units between; none between a country and its city.
    private static func place(of code: String, in paths: [CodePath]) -> (index: Int, units: [String])? {
        guard let code = CodePath(code), let index = paths.firstIndex(where: { $0.covers(code) }) else { return nil }
        let path = paths[index]
        let rest = code.text.dropFirst(path.text.count).split(separator: ".").map(String.init)
        return (index, Array(rest.dropFirst(isCountry(path) ? 1 : 0)))
    }

    private static func isCountry(_ path: CodePath) -> Bool { path.text.utf8.count == 6 }

    /// A code at or below a path that no exception is about, unless the path itself is one.
    func below(_ path: CodePath, units: [String]) -> String {
        var code = path.text
        if Self.isCountry(path) {
            let cities = ["1301", "5363000"] + (10...99).map { "\($0)" }
            let isFree = { (city: String) in !exceptions.draft.contains { CodePath(city).map($0.covers) ?? true } }
            code = cities.map { code + "." + $0 }.first(where: isFree) ?? code
        }
        let whole = ([code] + units).joined(separator: ".")
        return CodePath(whole) == nil ? code : whole
    }

    private func isConcerned(_ code: String) -> Bool {
        CodePath(code).map { code in (consumers.draft + exceptions.draft).contains { $0.covers(code) } } ?? true
    }

    /// A city that the draft says nothing of.
    var outsider: String {
        let cities = ["MA.276.11000000", "MA.124.3520005"] + (100...999).map { "MA.\($0).10" }
        return cities.first { !isConcerned($0) } ?? "MA.276.11000000"
    }
}
