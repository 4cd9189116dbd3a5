import Logging

/// How log lines are written: text for people, one JSON object a line for machines.
enum LogFormat: String, Sendable {
    case automatic = "auto"
    case text
    case json

    /// Sends every logger of the process to standard error in this format.
    ///
    /// To be called once, first thing.
    func bootstrap(level: Logger.Level, terminal: Terminal = .error) {
        let isText = self == .text || (self == .automatic && terminal.isInteractive)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, level: level, isText: isText, terminal: terminal)
        }
    }
}
