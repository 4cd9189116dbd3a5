package import CityIdentity

/// A new policy with its table of tests, made of a template and of what is to be different.
package struct PolicyDraft: Sendable {
    package let policy: Policy

    /// Both files, in YAML.
    package let document: String
    package let table: String

    /// Makes a draft that may be proposed, permits something from a moment on, and passes its tests.
    ///
    /// `file` is the policy's file as its table names it. Throws ``PolicyError`` of code `malformedAnswer` for answers that
    /// are missing or for which the template has no place, `refused` where what they make is probably not meant.
    package init(
        _ template: PolicyTemplate, _ answers: DraftAnswers, file: String, at now: Timestamp
    ) throws(PolicyError) {
        try Self.check(answers, for: template, at: now)
        let name = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
        let uid = "urn:hansa:policies:\(answers.target.provider):" + Self.word(name)
        document = Self.document(template, answers, uid: uid)
        table = try DraftTable(template, answers, uid: uid).text(policy: file)
        policy = try Policy(parsing: Array(document.utf8), format: .yaml)
        let problems = policy.checkForProposal(by: answers.target.provider) + policy.lint(at: now)
        guard problems.isEmpty else { throw PolicyError(problems: problems) }
        let results = try PolicyTable(parsing: Array(table.utf8)).run(PolicySet([policy]))
        guard results.allSatisfy(\.holds) else {
            throw PolicyError(
                .malformedAnswer,
                "with these answers the policy does not do what it is for: "
                    + results.filter { !$0.holds }.map { "\($0.test.name): \($0.differences.joined(separator: ", "))" }
                    .joined(separator: "; "))
        }
    }

    private static func check(
        _ answers: DraftAnswers, for template: PolicyTemplate, at now: Timestamp
    ) throws(PolicyError) {
        for place in PolicyTemplate.Place.allCases where template.needs.contains(place) && !answers.has(place) {
            throw PolicyError(.malformedAnswer, "the template `\(template.name)` needs \(place.words)")
        }
        for place in [PolicyTemplate.Place.exceptions, .clock, .removedFields, .casesField, .alikeFields]
        where answers.has(place) && !template.needs.contains(place) {
            throw PolicyError(.malformedAnswer, "the template `\(template.name)` has no place for \(place.words)")
        }
        let most = [
            answers.consumers.count, answers.exceptions.count, answers.purposes.count, answers.removedFields.count,
            answers.alikeFields.count,
        ]
        guard most.allSatisfy({ $0 <= DraftAnswers.maximum }) else {
            throw PolicyError(.malformedAnswer, "more than \(DraftAnswers.maximum) answers of one sort")
        }
        if let until = answers.until, until.end <= now {
            throw PolicyError(.malformedAnswer, "`\(until.text)` is past: the policy would permit nothing")
        }
    }

    private static func document(_ template: PolicyTemplate, _ answers: DraftAnswers, uid: String) -> String {
        var draft = DraftDocument(template.document)
        draft.introduce([
            "Drafted from the template `\(template.name)`. Say in it what you need to; comments are signed with the rest.",
            "Documentation/policies.md leads from here to a policy in force, Documentation/policy-profile.md has every term.",
        ])
        if let title = answers.title { draft.title(title) }
        draft.replace(template.uid, with: uid)
        draft.replace(template.dataset, with: answers.target.description)
        for kind in template.prohibition == nil ? ["permission"] : ["permission", "prohibition"] {
            draft.set("assigner", to: answers.target.provider.description, of: kind)
        }
        if let old = template.clock, let clock = answers.clock { draft.replace(old, with: clock.offset) }
        if !answers.consumers.isEmpty { draft.set("assignee", to: codes(answers.consumers), of: "permission") }
        if !answers.exceptions.isEmpty { draft.set("assignee", to: codes(answers.exceptions), of: "prohibition") }
        if !answers.purposes.isEmpty {
            let isOne = answers.purposes.count == 1
            draft.constrain(
                "purpose", isOne ? "eq" : "isAnyOf",
                isOne ? YAMLText.scalar(answers.purposes[0]) : YAMLText.list(answers.purposes),
                comment: "What the request says of itself in the header `Exchange-Purpose`.")
        }
        if let until = answers.until {
            draft.constrain(
                "dateTime", until.isDay ? "lteq" : "lt", until.isDay ? until.text : "\"\(until.text)\"",
                comment: until.isDay ? "Including that day, by UTC." : "Up to that moment.")
        }
        if template.constraint("consumerShares") != nil {
            draft.constrain("consumerShares", "isAnyOf", YAMLText.list([answers.target.name]), comment: "")
        }
        if !answers.removedFields.isEmpty {
            draft.refine("redact", "field", to: YAMLText.list(answers.removedFields.flatMap(DraftAnswers.pointers)))
        }
        if let field = answers.casesField {
            draft.refine("suppressBelow", "field", to: YAMLText.list(DraftAnswers.pointers(field)))
        }
        if !answers.alikeFields.isEmpty {
            draft.refine(
                "suppressBelow", "alike", to: YAMLText.list(answers.alikeFields.flatMap(DraftAnswers.pointers)))
        }
        return draft.text
    }

    private static func codes(_ paths: [CodePath]) -> String {
        paths.count == 1 ? paths[0].text : YAMLText.list(paths.map(\.text))
    }

    /// A name as an IRI can have it.
    private static func word(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                        || "-_.".unicodeScalars.contains(scalar) ? scalar : "-"
                }))
    }
}

extension PolicyTemplate.Place {
    /// What is to be said there.
    package var words: String {
        switch self {
        case .consumers: "consumers: codes of those who may"
        case .exceptions: "exceptions: codes of those who may not, though others around them may"
        case .purposes: "purposes"
        case .until: "an end: the last day, or a moment"
        case .clock: "the clock of its days and times of day: an offset from UTC, as +08:00"
        case .removedFields: "the fields to take out, which identify somebody"
        case .casesField: "the field that says how many cases a row stands for"
        case .alikeFields: "the fields in which rows must be alike, by which somebody could be recognised"
        }
    }
}
