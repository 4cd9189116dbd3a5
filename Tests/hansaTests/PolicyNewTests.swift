import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON
import Testing

@testable import hansa

/// `hansa policy new`: what it carries, asks for and writes.
@Suite struct PolicyNewTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Policies/templates")

    @Test func everyTemplateIsCarriedByteForByte() throws {
        let carried = try PolicyTemplate.carried()
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.sorted() == carried.flatMap { ["\($0.name).tests.yaml", "\($0.name).yaml"] }.sorted())
        for template in carried {
            let policy = try Data(contentsOf: Self.folder.appendingPathComponent(template.name + ".yaml"))
            let table = try Data(contentsOf: Self.folder.appendingPathComponent(template.name + ".tests.yaml"))
            #expect(Data(template.document.utf8) == policy && Data(template.table.utf8) == table)
        }
    }

    @Test func templatesAreListedWithWhatTheyNeed() async throws {
        let program = try Program()
        let listed = try await program.run("policy", "new", "--list", "--json")
        #expect(listed.status == 0, "\(listed.error)")
        let templates = try JSONValue(parsing: Array(listed.output.utf8))["templates"]?.array ?? []
        #expect(templates.compactMap { $0["name"]?.string } == (try PolicyTemplate.carried().map(\.name)))
        #expect(templates.allSatisfy { $0["summary"]?.string?.hasSuffix(".") == true })
        let research = try #require(templates.first { $0["name"]?.string == "research" })
        #expect(research["needs"]?.array?.compactMap(\.string) == ["--target", "--consumer", "--until"])
        let lines = try await program.run("policy", "new", "--list").output.split(separator: "\n")
        #expect(lines.count == templates.count + 1)
    }

    private static let options = [
        "--template", "research", "--target", "MA.156.1301/traffic-counts", "--consumer", "MA.840.5363000",
        "--consumer", "MA.276", "--purpose", "planning", "--until", "2099-12-31",
    ]

    private func run(_ program: Program, _ arguments: [String]) async throws -> ChildProcess.Output {
        try await ChildProcess.run(
            ["policy", "new"] + arguments, logging: program.directory, program: Program.executable)
    }

    @Test func whatIsWrittenIsAcceptedAtOnceAndNeverOverwritten() async throws {
        let program = try Program()
        let (policy, table) = (program.path("counts.yaml"), program.path("counts.tests.yaml"))
        let written = try await run(program, [policy] + Self.options + ["--json"])
        #expect(written.status == 0, "\(written.error)")
        let answer = try JSONValue(parsing: Array(written.output.utf8))
        #expect(answer["table"]?.string == table)
        #expect(answer["permits"]?.array?.first?.string?.contains("may read MA.156.1301/traffic-counts") == true)
        let checked = try await program.run("policy", "check", policy, "--offline")
        #expect(checked.status == 0 && !checked.output.contains("warning"), "\(checked.output)\(checked.error)")
        let tested = try await program.run("policy", "test", table)
        #expect(tested.status == 0, "\(tested.output)\(tested.error)")

        let before = try InputFile.bytes(policy)
        let again = try await run(program, [policy] + Self.options)
        #expect(again.status == 64 && again.error.contains("--force"), "\(again.error)")
        // Neither file is written where one is there.
        try FileManager.default.removeItem(atPath: policy)
        #expect(try await run(program, [policy] + Self.options).status == 64)
        #expect(!FileManager.default.fileExists(atPath: policy))
        let forced = try await run(program, [policy, "--force"] + Self.options)
        #expect(forced.status == 0 && forced.output.contains("hansa policy propose"), "\(forced.error)")
        #expect(try InputFile.bytes(policy) == before)
    }

    @Test func anOffsetToTheWestIsNoOption() async throws {
        let program = try Program()
        let written = try await run(
            program,
            [
                program.path("signals.yaml"), "--template", "department", "--target", "MA.840.5363000.02/signals",
                "--consumer", "MA.156.1301.02", "--clock", "-08:00",
            ])
        #expect(
            written.output.contains("Monday to Friday 08:00–18:00 (UTC-08:00)"), "\(written.output)\(written.error)")
    }

    @Test func anOptionTakesSeveralAnswersWithCommas() async throws {
        let program = try Program()
        let policy = program.path("counts.yaml")
        let written = try await run(
            program,
            [
                policy, "--template", "research", "--target", "MA.156.1301/traffic-counts", "--consumer",
                "MA.156, MA.840", "--purpose", "research,city planning", "--until", "2099-12-31",
            ])
        #expect(written.status == 0, "\(written.error)")
        let document = try InputFile.text(policy)
        #expect(document.contains("assignee: [MA.156, MA.840]"), "\(document)")
        #expect(document.contains("[research, city planning]"), "\(document)")
    }

    @Test(
        arguments: [
            ([], ["--template", "--target", "--list"]),
            (
                ["--template", "department", "--target", "MA.840.5363000/x", "--consumer", "MA.156.1301"],
                ["a policy needs `--clock`"]
            ),
            (["--template", "research"], ["--target", "--consumer", "--until"]),
            (["--template", "reserch"], ["did you mean `research`?"]),
            (["--template", "statistics"] + options.dropFirst(2), ["--redact", "--cases-field"]),
            (
                options + ["--cases-field", "n"],
                ["no policy can be written from that: the template `research` has no place for"]
            ),
            (options + ["--except", "MA.1"], ["`MA.1`"]),
            (options + ["--purpose", ""], ["leaves an answer empty"]),
            (options + ["--consumer", "MA.156,,MA.840"], ["--consumer", "leaves an answer empty"]),
            (options + ["--cases-field", "n, cases"], ["takes one answer"]),
            (["x.json"] + options, ["x.json"]), (["x.tests.yaml"] + options, ["x.tests.yaml"]),
        ] as [([String], [String])])
    func withoutATerminalWhatIsMissingOrWrongIsSaid(arguments: [String], words: [String]) async throws {
        let program = try Program()
        let result = try await run(program, arguments)
        #expect(result.status == 64, "\(result.output)")
        for word in words { #expect(result.error.contains(word), "\(result.error)") }
    }

    // MARK: Asking

    /// Gives lines, and keeps what was shown.
    private final class Person {
        var lines: [String]
        var shown = ""

        init(_ lines: [String]) { self.lines = lines }

        func dialogue() throws -> PolicyDialogue {
            PolicyDialogue(
                templates: try PolicyTemplate.carried(), write: { self.shown += $0 },
                read: { self.lines.isEmpty ? nil : self.lines.removeFirst() })
        }
    }

    @Test func whoIsAskedStepByStepGetsAPolicy() throws {
        let person = Person([
            "", "nothing", "statistics", "MA.156.1301", "MA.156.1301/hospital-stays", "MA.840, MA.12",
            "MA.840, MA.276.11000000",
            "", "", "first name,/people/*/birthday", "stays,cases", "cases count",
        ])
        var answers = PolicyAnswers()
        try person.dialogue().complete(&answers)
        #expect(person.lines.isEmpty)
        #expect(answers[.template] == ["statistics"] && answers[.consumers] == ["MA.840", "MA.276.11000000"])
        #expect(answers[.purposes].isEmpty && answers[.until].isEmpty && answers[.exceptions].isEmpty)
        for words in [
            "An answer is needed", "`nothing` is no template", "`MA.12`", "(No answer: statistics.)",
            "takes one answer",
        ] {
            #expect(person.shown.contains(words), "\(person.shown)")
        }
        let template = try #require(try answers.template(of: PolicyTemplate.carried()))
        let draft = try PolicyDraft(template, answers.draft(title: nil), file: "x.yaml", at: .now())
        #expect(
            draft.document.contains("[/first name, /*/first name, /people/*/birthday]")
                && draft.document.contains("[/cases count, /*/cases count]"), "\(draft.document)")
    }

    @Test func onlyWhatNoOptionSaysIsAsked() throws {
        let number = try #require(try PolicyTemplate.carried().firstIndex { $0.name == "open-data" }) + 1
        let person = Person(["\(number)", "", "", ""])
        var answers = PolicyAnswers()
        answers[.target] = ["MA.156.1301/divisions"]
        try person.dialogue().complete(&answers)
        #expect(!person.shown.contains("Which dataset"))
        #expect(person.shown.contains("(No answer: everybody on the network.)"))
        #expect(try answers.template(of: PolicyTemplate.carried())?.name == "open-data")
    }

    @Test(arguments: [[], [String](repeating: "nothing", count: 10)])
    func whoDoesNotAnswerIsNotAskedForEver(lines: [String]) throws {
        let person = Person(lines)
        var answers = PolicyAnswers()
        let error = #expect(throws: CommandError.self) { try person.dialogue().complete(&answers) }
        #expect(error?.status == .usage && error?.message.contains("--template") == true)
        #expect(person.lines.count == max(0, lines.count - 5))
    }
}
