import CityIdentity
import Foundation
import StrictJSON
import Testing

@testable import SharingPolicy

/// Drafts from the repository's templates: whatever the answers, they may be proposed and pass their tests.
@Suite struct PolicyDraftTests {
    static let names = ExamplePoliciesTests.templates.map { $0.deletingPathExtension().lastPathComponent }

    private static func template(_ name: String) throws -> PolicyTemplate {
        let url = Fixture.policies.appendingPathComponent("templates/\(name)")
        return try PolicyTemplate(
            name: name, document: try String(contentsOf: url.appendingPathExtension("yaml"), encoding: .utf8),
            table: try String(contentsOf: url.appendingPathExtension("tests.yaml"), encoding: .utf8))
    }

    /// What a template needs, and no more.
    private static func answers(
        _ template: PolicyTemplate, target: String = "MA.840.5363000/weather", consumers: [String] = ["MA.156.1301"]
    ) throws -> DraftAnswers {
        var answers = DraftAnswers(target: try DatasetIdentifier(target))
        if template.needs.contains(.consumers) { answers.consumers = consumers.compactMap { CodePath($0) } }
        if template.needs.contains(.exceptions) {
            answers.consumers = [try #require(CodePath("MA.156"))]
            answers.exceptions = [try #require(CodePath("MA.156.1301"))]
        }
        if template.needs.contains(.until) { answers.until = try DraftEnd("2030-06-30") }
        if template.needs.contains(.clock) { answers.clock = try DraftClock("-05:00") }
        if template.needs.contains(.removedFields) { answers.removedFields = ["name", "/list/*/home~1address", "a b"] }
        if template.needs.contains(.casesField) { answers.casesField = "persons" }
        if template.needs.contains(.alikeFields) { answers.alikeFields = ["district", "year of birth"] }
        return answers
    }

    private static func draft(_ template: PolicyTemplate, _ answers: DraftAnswers) throws -> PolicyDraft {
        try PolicyDraft(template, answers, file: "a policy.yaml", at: Fixture.noon)
    }

    @Test(arguments: names)
    func `with what it needs a template becomes a policy about the dataset, of its provider`(name: String) throws {
        let template = try Self.template(name)
        let draft = try Self.draft(template, try Self.answers(template))
        #expect(draft.policy.datasets.map(\.description) == ["MA.840.5363000/weather"])
        #expect(draft.policy.rules.flatMap(\.assigners).allSatisfy { $0.code?.text == "MA.840.5363000" })
        #expect(draft.policy.uid?.text == "urn:hansa:policies:MA.840.5363000:a-policy")
        #expect(!draft.document.contains("templates:") && !draft.document.contains("# Template"))
        // Nothing of the template's examples is left.
        for example in template.consumers + template.exceptions + [template.dataset] where example != "MA.840.5363000" {
            #expect(!draft.document.contains(example + "\n") && !draft.document.contains(example + ","), "\(example)")
        }
        let table = try PolicyTable(parsing: Array(draft.table.utf8))
        #expect(table.policies == ["a policy.yaml"])
        #expect(table.tests.contains { $0.outcome == .permit } && table.tests.contains { $0.outcome == .deny })
        // As many comments as the template has, but for the first paragraph.
        let comments = { (text: String) in text.split(separator: "\n").count { $0.contains("# ") } }
        #expect(comments(draft.document) >= comments(template.document) - 1)
    }

    /// Conditions that most templates do not have, and a country, a unit and several cities as consumers.
    @Test(arguments: names, [["MA.276"], ["MA.156.1301.02"], ["MA.276.11000000", "MA.124.3520005", "MA.156.1301"]])
    func `conditions can be added to every template, and are tested`(name: String, consumers: [String]) throws {
        let template = try Self.template(name)
        var answers = try Self.answers(template, consumers: consumers)
        if template.needs.contains(.exceptions) {
            let first = try #require(consumers.first)
            answers.exceptions = [try #require(CodePath(first.utf8.count == 6 ? first + ".11000000" : first + ".07"))]
        }
        answers.consumers = consumers.compactMap { CodePath($0) }
        answers.purposes = ["advertising", "https://example.org/purposes#a&b"]
        let until = try DraftEnd("2026-12-24T18:00:00+08:00")
        answers.until = until
        answers.title = "Daily: weather & wind"
        let draft = try Self.draft(template, answers)
        #expect(draft.policy.title == answers.title)
        let permission = try #require(draft.policy.permissions.first)
        #expect(permission.assignees.compactMap(\.code) == answers.consumers)
        let table = try PolicyTable(parsing: Array(draft.table.utf8))
        for consumer in answers.consumers {
            #expect(
                table.tests.contains {
                    $0.outcome == .permit && $0.request.consumer.map { consumer.covers($0) } == true
                })
        }
        for test in table.tests where test.outcome == .permit {
            #expect(test.request.time < until.end)
        }
        #expect(table.tests.contains { $0.request.time >= until.end })
        for test in try YAMLDocument.value(of: Array(draft.table.utf8))["tests"]?.array ?? []
        where test["expect"]?.string == "permit" {
            #expect(answers.purposes.contains(try #require(test["request"]?["purpose"]?.string)))
        }
        // Each condition is held by a test: without it, one fails.
        let members = try #require(try YAMLDocument.value(of: Array(draft.document.utf8)).object)
        for left in ["purpose", "dateTime"] {
            var loose = members
            var rule = try #require(members["permission"]?.array?.first?.object)
            rule["constraint"] = .array(
                (rule["constraint"]?.array ?? []).filter { $0["leftOperand"]?.string != left })
            loose["permission"] = [.object(rule)]
            let text = YAMLText.text(.object(loose))
            let policy = try Policy(parsing: Array(text.utf8), format: .yaml)
            #expect(table.run(PolicySet([policy])).contains { !$0.holds }, "\(left)")
        }
    }

    @Test func `an everybody's template for named cities permits nobody else`() throws {
        let template = try Self.template("open-data")
        var answers = try Self.answers(template)
        answers.consumers = [try #require(CodePath("MA.156.1301"))]
        let draft = try Self.draft(template, answers)
        let table = try PolicyTable(parsing: Array(draft.table.utf8))
        #expect(table.tests.contains { $0.name == "a city that is not named" && $0.outcome == .deny })
    }

    @Test func `what a template needs and nobody said is named`() throws {
        for name in Self.names {
            let template = try Self.template(name)
            let answers = DraftAnswers(target: try DatasetIdentifier("MA.840.5363000/weather"))
            guard !template.needs.isEmpty else {
                _ = try Self.draft(template, answers)
                continue
            }
            let error = #expect(throws: PolicyError.self) { try Self.draft(template, answers) }
            #expect(error?.code == .malformedAnswer && error?.message.contains("needs") == true)
        }
    }

    @Test func `answers that make no sense are refused`() throws {
        let research = try Self.template("research")
        var past = try Self.answers(research)
        past.until = try DraftEnd("2020-01-01")
        var misplaced = try Self.answers(research)
        misplaced.casesField = "persons"
        let partners = try Self.template("partners")
        var nobody = try Self.answers(partners)
        nobody.consumers = nobody.exceptions
        for (template, answers, words) in [
            (research, past, "is past"), (research, misplaced, "has no place for"),
            (partners, nobody, "cannot be reached"),
        ] {
            let error = #expect(throws: PolicyError.self) { try Self.draft(template, answers) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
        for text in ["2027-02-30", "soon", "2027-12-31T00:00:00", ""] {
            #expect(throws: PolicyError.self) { try DraftEnd(text) }
        }
    }

    /// Office hours are those of the clock that was answered, in the policy and in its table; a time at eight o'clock of it.
    @Test(arguments: [
        ("-05:00", "2026-12-02T13:00:00Z"), ("UTC+08:00", "2026-12-02T00:00:00Z"), ("UTC", "2026-12-02T08:00:00Z"),
        ("+05:30", "2026-12-02T02:30:00Z"),
    ])
    func `days and times of day are read on the clock that was named`(clock: String, opening: String) throws {
        let department = try Self.template("department")
        var answers = try Self.answers(department)
        answers.clock = try DraftClock(clock)
        let draft = try Self.draft(department, answers)
        #expect(clock == "UTC+08:00" || !(draft.document + draft.table).contains("+08:00"))
        func isPermitted(after hours: Int64) -> Bool {
            let time = Fixture.moment(opening).adding(seconds: hours * 3600).rfc3339
            let request = Fixture.request(
                consumer: "MA.156.1301", dataset: "MA.840.5363000/weather", purpose: "traffic-management", time: time)
            return PolicySet([draft.policy]).evaluate(request, EvaluationState()).isPermit
        }
        #expect(!isPermitted(after: -1) && isPermitted(after: 0) && isPermitted(after: 9) && !isPermitted(after: 10))
    }

    @Test func `an offset is written as RFC 3339 writes it`() {
        for text in ["", "8", "+8:00", "+15:00", "+08:60", "summer"] {
            #expect(throws: PolicyError.self) { try DraftClock(text) }
        }
    }

    @Test func `texts are written so that they read back the same`() throws {
        for text in [
            "a", "yes", "null", "~", "010", "12:30", "a: b", "a #b", "- a", "*a", "&a", "a &b", "\"q\"", "", " a", "a ",
            "/*/a", "/a b", "é", "2026-01-01", "[a]", "a,b", "a\nb", "'a", "-", "x}",
        ] {
            let value = JSONValue([("k", .array([.string(text), .number(JSONNumber(1))]))])
            #expect(try YAMLDocument.value(of: Array(YAMLText.text(value).utf8)) == value, "\(text)")
        }
    }
}
