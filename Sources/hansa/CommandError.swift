/// Why a command did not do what it was asked, with the exit code that tells a script the same.
struct CommandError: Error, CustomStringConvertible {
    let status: ExitStatus
    let message: String
    /// What the reader can do about it, if that is known.
    let advice: String?
    let cause: (any Error)?

    init(_ status: ExitStatus, _ message: String, advice: String? = nil, cause: (any Error)? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
        self.cause = cause
    }

    var description: String {
        var text = message
        if let cause { text += ": \(cause)" }
        if let advice { text += "\n  \(advice)" }
        return text
    }
}
