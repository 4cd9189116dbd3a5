import CityIdentity
import SharingPolicy

/// The answers so far, as somebody wrote them.
struct PolicyAnswers {
    private var texts: [PolicyQuestion: [String]] = [:]

    subscript(_ question: PolicyQuestion) -> [String] {
        get { texts[question] ?? [] }
        set { texts[question] = newValue }
    }

    /// The template that was named.
    func template(of templates: [PolicyTemplate]) throws -> PolicyTemplate? {
        guard let name = self[.template].first else { return nil }
        if let number = Int(name), templates.indices.contains(number - 1) { return templates[number - 1] }
        if let template = templates.first(where: { $0.name == name }) { return template }
        let hint = nearestName(to: name, among: templates.map(\.name))
        throw CommandError(
            .usage, "`\(name.printable)` is no template",
            advice: hint.map { "did you mean `\($0)`?" } ?? "`hansa policy new --list` lists them")
    }

    /// The answers as a draft takes them.
    func draft(title: String?) throws -> DraftAnswers {
        let target = self[.target].first ?? ""
        var answers = DraftAnswers(target: try argument(target) { try DatasetIdentifier(target) })
        answers.consumers = try self[.consumers].map(Self.code)
        answers.exceptions = try self[.exceptions].map(Self.code)
        answers.purposes = self[.purposes]
        answers.until = try self[.until].first.map { text in try argument(text) { try DraftEnd(text) } }
        answers.removedFields = try self[.removedFields].map(Self.field)
        answers.casesField = try self[.casesField].first.map(Self.field)
        answers.alikeFields = try self[.alikeFields].map(Self.field)
        answers.title = title
        return answers
    }

    /// Checks what was answered to one question alone.
    func check(_ question: PolicyQuestion, _ templates: [PolicyTemplate]) throws {
        switch question {
        case .template: _ = try template(of: templates)
        case .target: _ = try self[.target].first.map { text in try argument(text) { try DatasetIdentifier(text) } }
        case .consumers, .exceptions: for text in self[question] { _ = try Self.code(text) }
        case .until: _ = try self[.until].first.map { text in try argument(text) { try DraftEnd(text) } }
        case .removedFields, .casesField, .alikeFields: for text in self[question] { _ = try Self.field(text) }
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
