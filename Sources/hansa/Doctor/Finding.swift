import StrictJSON

/// What one check of `hansa doctor` found, and what to do about it.
struct Finding: Sendable, Equatable {
    enum State: String, Sendable {
        case good
        case warning
        case problem
    }

    let subject: String
    let state: State
    let message: String
    let advice: String?

    static func good(_ subject: String, _ message: String) -> Finding {
        Finding(subject: subject, state: .good, message: message, advice: nil)
    }

    static func warning(_ subject: String, _ message: String, advice: String) -> Finding {
        Finding(subject: subject, state: .warning, message: message, advice: advice)
    }

    static func problem(_ subject: String, _ message: String, advice: String) -> Finding {
        Finding(subject: subject, state: .problem, message: message, advice: advice)
    }

    /// All findings in a few words.
    static func summary(_ findings: [Finding]) -> String {
        func words(_ state: State, _ word: String) -> String? {
            let count = findings.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
        }
        let found = [words(.problem, "problem"), words(.warning, "warning")].compactMap { $0 }
        return found.isEmpty ? "nothing is wrong" : found.joined(separator: ", ")
    }

    var json: JSONValue {
        [
            "subject": JSONValue(subject), "state": JSONValue(state.rawValue), "message": JSONValue(message),
            "advice": advice.map { JSONValue($0) } ?? .null,
        ]
    }

    func text(on terminal: Terminal) -> String {
        let mark =
            switch state {
            case .good: terminal.paint("✓", .green)
            case .warning: terminal.paint("!", .yellow)
            case .problem: terminal.paint("✗", .red)
            }
        let line = "\(mark) \(subject.padded(to: 18)) \(message.printable)"
        return advice.map { line + "\n                     → \($0.printable)" } ?? line
    }
}
