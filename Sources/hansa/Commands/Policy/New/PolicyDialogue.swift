import SharingPolicy

/// Asks for what a draft needs and nobody has said yet, and asks again where an answer cannot be.
struct PolicyDialogue {
    let templates: [PolicyTemplate]

    /// Shows text, and reads a line; `nil` where there are no more.
    let write: (String) -> Void
    let read: () -> String?

    /// How often one question is asked.
    private static let patience = 5

    func complete(_ answers: inout PolicyAnswers) throws {
        for question in PolicyQuestion.allCases where answers[question].isEmpty {
            guard let template = try answers.template(of: templates) else {
                show(templates)
                try ask(question, standard: nil, &answers)
                continue
            }
            guard let place = question.place, !template.needs.contains(place) else {
                try ask(question, standard: nil, &answers)
                continue
            }
            switch place {
            case .consumers: try ask(question, standard: "everybody on the network", &answers)
            case .purposes:
                let purposes = template.purposes.joined(separator: ", ")
                try ask(question, standard: purposes.isEmpty ? "whatever purpose" : purposes, &answers)
            case .until: try ask(question, standard: "until it is withdrawn", &answers)
            case .exceptions, .clock, .removedFields, .casesField, .alikeFields: break
            }
        }
    }

    private func show(_ templates: [PolicyTemplate]) {
        for (number, template) in templates.enumerated() {
            let lines = template.summary.wrapped(to: 90)
            write("  \(number + 1)  \(template.name)\n" + lines.map { "       \($0)\n" }.joined())
        }
    }

    /// - Parameter standard: what no answer means; `nil` where there must be one.
    private func ask(_ question: PolicyQuestion, standard: String?, _ answers: inout PolicyAnswers) throws {
        write("\n" + question.words.wrapped(to: 100).joined(separator: "\n") + "\n")
        if let standard { write("(No answer: \(standard).)\n") }
        for _ in 0..<Self.patience {
            write("> ")
            guard let line = read() else { break }
            let given = PolicyAnswers.split(line).filter { !$0.isEmpty }
            if given.isEmpty, standard != nil { return }
            guard !given.isEmpty else {
                write("An answer is needed here.\n")
                continue
            }
            answers[question] = given
            do {
                return try answers.check(question, templates)
            } catch {
                answers[question] = []
                write("\(error)".split(separator: "\n").map { "\(String($0).printable)\n" }.joined())
            }
        }
        throw CommandError(.usage, "there is no answer for `\(question.option)`", advice: question.words)
    }
}
