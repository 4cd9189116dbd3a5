/// The exit codes of every command, on which scripts may rely.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    case failure = 1
    case no = 2
    case denied = 3
    case notFound = 4
    case unreachable = 5
    case usage = 64
    case input = 66
    case permission = 77
    case configuration = 78

    /// What the code says, in the words of the documentation.
    var meaning: String {
        switch self {
        case .success: "done, and the answer is yes"
        case .failure: "something failed that no other code names; the message says what"
        case .no: "the answer is no: a check, a proof or a signature did not hold"
        case .denied: "the gateway or the ledger refused, with a reason"
        case .notFound: "what was named does not exist"
        case .unreachable: "a node, gateway or provider could not be reached, or did not answer in time"
        case .usage: "the command line is wrong"
        case .input: "an input file is missing or cannot be understood"
        case .permission: "a key file may be read by others, or may not be read at all"
        case .configuration: "a setting is unknown or has a wrong value"
        }
    }
}
