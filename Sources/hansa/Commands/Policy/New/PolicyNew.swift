import ArgumentParser
import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON

struct PolicyNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Draft a policy and its table of tests from a template.",
        discussion: """
            On a terminal it asks for what no option says, and explains each question. It writes FILE, a commented policy, and
            FILE's table of tests beside it; `policy check` and `policy test` accept both as they are.
            Example: hansa policy new --list
            Example: hansa policy new counts.yaml --template research --target MA.156.1301/traffic-counts \
            --consumer MA.840.5363000 --purpose research --until 2099-12-31
            """)

    @OptionGroup var output: OutputOptions

    @Argument(
        help: "The file to write, NAME.yaml. (default: the dataset's name)", completion: .file(extensions: ["yaml"]))
    var file: String?

    @Flag(name: .long, help: "List the templates, and write nothing.")
    var list = false

    @Option(name: .long, help: "What to begin with; --list lists them.")
    var template: String?

    @Option(name: .long, help: "The dataset, `CODE/NAME`.")
    var target: String?

    @Option(name: .long, help: "A city, unit or country (`MA.840`) that may; may be repeated, or several with commas.")
    var consumer: [String] = []

    @Option(
        name: .long,
        help: "A city or unit that may not, though others around it may; may be repeated, or several with commas.")
    var except: [String] = []

    @Option(
        name: .long,
        help:
            "What the consumer may say it is for; may be repeated, or several with commas. (default: the template's, or any)"
    )
    var purpose: [String] = []

    @Option(name: .long, help: "The last day, `2027-12-31`, or the moment it ends, RFC 3339.")
    var until: String?

    // What begins with a minus is an offset too, and no option.
    @Option(
        name: .long, parsing: .unconditional,
        help: "The offset from UTC of the clock for days and times of day, as `+08:00`.")
    var clock: String?

    @Option(
        name: .long,
        help: "A field that identifies somebody, to take out of every answer; may be repeated, or several with commas.")
    var redact: [String] = []

    @Option(name: .long, help: "The field that says how many cases a row stands for.")
    var casesField: String?

    @Option(name: .long, help: "A field in which rows must be alike; may be repeated, or several with commas.")
    var alike: [String] = []

    @Option(name: .long, help: "What the policy is called. (default: the template's title)")
    var title: String?

    @Flag(name: .long, help: "Write over files that are there.")
    var force = false

    func run() async throws {
        let templates = try PolicyTemplate.carried()
        if list { return show(templates) }
        var answers = try given()
        if Terminal.error.isInteractive, isatty(STDIN_FILENO) == 1 {
            let dialogue = PolicyDialogue(
                templates: templates, write: { Terminal.error.write($0) }, read: { readLine() })
            try dialogue.complete(&answers)
        }
        let template = try chosen(answers, of: templates)
        let drafted = try answers.draft(title: title)
        let path = file ?? drafted.target.name + ".yaml"
        guard path.hasSuffix(".yaml"), !path.hasSuffix(".tests.yaml") else {
            throw CommandError(.usage, "`\(path.printable)` does not end in `.yaml`, or is a table's name")
        }
        let table = path.dropLast(5) + ".tests.yaml"
        let draft: PolicyDraft
        do {
            draft = try PolicyDraft(
                template, drafted, file: URL(fileURLWithPath: path).lastPathComponent, at: .now())
        } catch {
            throw CommandError(.usage, "no policy can be written from that", cause: error)
        }
        try OutputFile.write(
            [(path, Array(draft.document.utf8)), (String(table), Array(draft.table.utf8))], overwriting: force)
        let said = Self.words(draft)
        output.print(
            json: [
                "policy": JSONValue(path), "table": JSONValue(String(table)), "hash": JSONValue("\(draft.policy.hash)"),
                "permits": JSONValue(said.map { JSONValue($0) }),
            ],
            text: "wrote \(path) and \(table):\n" + said.map { "  \($0.printable)\n" }.joined()
                + Self.next(policy: path, table: String(table), template: template))
    }

    /// What the options say.
    private func given() throws -> PolicyAnswers {
        var answers = PolicyAnswers()
        let options: [(PolicyQuestion, [String])] = [
            (.template, template.map { [$0] } ?? []), (.target, target.map { [$0] } ?? []), (.consumers, consumer),
            (.exceptions, except), (.purposes, purpose), (.until, until.map { [$0] } ?? []),
            (.clock, clock.map { [$0] } ?? []), (.removedFields, redact),
            (.casesField, casesField.map { [$0] } ?? []), (.alikeFields, alike),
        ]
        for (question, texts) in options {
            answers[question] = texts.flatMap(PolicyAnswers.split)
            guard !answers[question].contains("") else {
                throw CommandError(
                    .usage, "`\(question.option) \"\(texts.joined(separator: ",").printable)\"` leaves an answer empty",
                    advice: question.words)
            }
        }
        return answers
    }

    /// The template, where everything that it needs is said.
    private func chosen(_ answers: PolicyAnswers, of templates: [PolicyTemplate]) throws -> PolicyTemplate {
        let template = try answers.template(of: templates)
        let missing = PolicyQuestion.allCases.filter { question in
            let isNeeded = question.place.map { template?.needs.contains($0) ?? false } ?? true
            return isNeeded && answers[question].isEmpty
        }
        guard missing.isEmpty, let template else {
            throw CommandError(
                .usage, "a policy needs \(missing.map { "`\($0.option)`" }.joined(separator: ", "))",
                advice: missing.map { "\($0.option): \($0.words)" }.joined(separator: "\n  ")
                    + (template == nil ? "\n  `hansa policy new --list` lists the templates" : ""))
        }
        return template
    }

    private func show(_ templates: [PolicyTemplate]) {
        var table = TextTable("TEMPLATE", "NEEDS", "FOR")
        for template in templates {
            table.add(template.name, Self.options(template).joined(separator: " "), template.summary)
        }
        output.print(
            json: [
                "templates": JSONValue(
                    templates.map { template -> JSONValue in
                        [
                            "name": JSONValue(template.name), "summary": JSONValue(template.summary),
                            "needs": JSONValue(Self.options(template).map { JSONValue($0) }),
                            "document": JSONValue(template.document),
                        ]
                    })
            ], text: table.rendered())
    }

    private static func options(_ template: PolicyTemplate) -> [String] {
        PolicyQuestion.allCases.filter { question in
            question != .template && question.place.map { template.needs.contains($0) } ?? true
        }.map(\.option)
    }

    /// What a draft permits, as `policy who` says it.
    private static func words(_ draft: PolicyDraft) -> [String] {
        let now = Timestamp.now()
        return PolicySet([draft.policy]).changes(from: PolicySet(), moments: now ... .latest, near: now).changes.map {
            "\($0.parties.joined(separator: ", ")) \($0.permission)"
        }
    }

    private static func next(policy: String, table: String, template: PolicyTemplate) -> String {
        """
        next:
          read \(policy): what else it says is as in the template `\(template.name)`
          hansa policy check \(policy)
            tells what is wrong with it, or probably not meant
          hansa policy test \(table)
            asks it all requests of its table; add what must come out
          hansa policy try \(policy) --directory NODE
            replays a gateway's past exchanges with it
          hansa policy propose \(policy)
            puts it forward; it is in force when enough policy keys approve it

        """
    }
}
