import CityIdentity
import Foundation
import SharingPolicy

/// The answers so far, as somebody wrote them.
struct PolicyAnswers {
    private var texts: [PolicyQuestion: [String]] = [:]

    subscript(_ question: PolicyQuestion) -> [String] {
        get { texts[question] ?? [] }
        set { texts[question] = newValue }
    }

    /// The answers in a text, without the spaces around them; commas stand between them, spaces may stand in one.
    static func split(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// The answer to a question that has one.
    private func only(_ question: PolicyQuestion) throws -> String? {
        guard self[question].count <= 1 else {
            let given = self[question].map { "`\($0.printable)`" }.joined(separator: ", ")
            throw CommandError(.usage, "`\(question.option)` takes one answer, and not \(given)")
        }
        return self[question].first
    }

    /// The template that was named.
    func template(of templates: [PolicyTemplate]) throws -> PolicyTemplate? {
        guard let name = try only(.template) else { return nil }
        if let number = Int(name), templates.indices.contains(number - 1) { return templates[number - 1] }
        if let template = templates.first(where: { $0.name == name }) { return template }
        let hint = nearestName(to: name, among: templates.map(\.name))
        throw CommandError(
            .usage, "`\(name.printable)` is no template",
            advice: hint.map { "did you mean `\($0)`?" } ?? "`hansa policy new --list` lists them")
    }

    /// The answers as a draft takes them.
    func draft(title: String?) throws -> DraftAnswers {
        let target = try only(.target) ?? ""
        var answers = DraftAnswers(target: try argument(target) { try DatasetIdentifier(target) })
        answers.consumers = try self[.consumers].map(Self.code)
        answers.exceptions = try self[.exceptions].map(Self.code)
        answers.purposes = self[.purposes]
        answers.until = try only(.until).map { text in try argument(text) { try DraftEnd(text) } }
        answers.clock = try only(.clock).map { text in try argument(text) { try DraftClock(text) } }
        answers.removedFields = try self[.removedFields].map(Self.field)
        answers.casesField = try only(.casesField).map(Self.field)
        answers.alikeFields = try self[.alikeFields].map(Self.field)
        answers.title = title
        return answers
    }

    /// Checks what was answered to one question alone.
    func check(_ question: PolicyQuestion, _ templates: [PolicyTemplate]) throws {
        switch question {
        case .template: _ = try template(of: templates)
        case .target: _ = try only(.target).map { text in try argument(text) { try DatasetIdentifier(text) } }
        case .consumers, .exceptions: for text in self[question] { _ = try Self.code(text) }
        case .until: _ = try only(.until).map { text in try argument(text) { try DraftEnd(text) } }
        case .clock: _ = try only(.clock).map { text in try argument(text) { try DraftClock(text) } }
        case .casesField: _ = try only(.casesField).map(Self.field)
        case .removedFields, .alikeFields: for text in self[question] { _ = try Self.field(text) }
        case .purposes: break
        }
    }

    private static func code(_ text: String) throws -> CodePath {
        if text.hasPrefix("MA."), let path = CodePath(text) { return path }
        // What a code is not says the reader of codes.
        return CodePath(try argument(text) { try IdentificationCode(text) })
    }

    private static func field(_ text: String) throws -> String {
        if text.hasPrefix("/") { _ = try argument(text) { try JSONPointer(text) } }
        return text
    }
}
