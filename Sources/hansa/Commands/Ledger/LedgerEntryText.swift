import CityIdentity
import Ledger
import StrictJSON
import Synchronization

/// A leaf of the ledger as people and scripts read it.
struct LedgerEntryText {
    let type: String
    let time: String
    let signer: String
    let sequence: UInt64?
    let content: JSONValue?
    /// What the transaction came to, where the source knows.
    let outcome: Outcome?

    init(_ leaf: [UInt8], outcome: Outcome?) {
        self.outcome = outcome
        if BlockHeader.isHeader(leaf), let header = try? BlockHeader(parsing: leaf) {
            type = "block \(header.height)"
            time = header.time.description
            signer = "-"
            sequence = nil
            content = try? JSONValue(parsing: header.bytes)
        } else if let transaction = try? Transaction(parsing: leaf) {
            type = transaction.body.type
            time = transaction.time.description
            signer = transaction.signer.description
            sequence = transaction.sequence
            content = try? JSONValue(parsing: transaction.payload)
        } else {
            type = "unreadable"
            time = "-"
            signer = "-"
            sequence = nil
            content = nil
        }
    }

    var outcomeWords: String {
        switch outcome {
        case .applied?: "applied"
        case .noop(let reason)?: "without effect: \(reason.printable)"
        case nil: "-"
        }
    }

    var members: [(String, JSONValue)] {
        [
            ("type", JSONValue(type)), ("time", JSONValue(time)), ("signer", JSONValue(signer)),
            ("sequence", sequence.map { JSONValue($0) } ?? .null),
        ] + outcomeMembers
    }
}

extension LedgerEntryText {
    private var outcomeMembers: [(String, JSONValue)] {
        switch outcome {
        case .applied?: [("outcome", "applied")]
        case .noop(let reason)?: [("outcome", "noop"), ("reason", JSONValue(reason))]
        case nil: []
        }
    }
}

extension JSONValue {
    /// The value over several lines, as people read it, with nothing in it that drives a terminal.
    var indented: String { indented(by: 0) }

    private func indented(by depth: Int) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch self {
        case .object(let object) where !object.isEmpty:
            let lines = object.members.map { "\(inner)\($0.name.printable): \($0.value.indented(by: depth + 1))" }
            return "{\n" + lines.joined(separator: "\n") + "\n\(outer)}"
        case .array(let values) where !values.isEmpty:
            return "[\n" + values.map { inner + $0.indented(by: depth + 1) }.joined(separator: "\n") + "\n\(outer)]"
        case .string(let text):
            return text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { String($0).printable }.joined(separator: "\n" + inner)
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// A verification's progress bar, which callbacks of any thread may move.
final class LedgerProgress: Sendable {
    private let terminal = Terminal.error
    private let drawn = Mutex(ContinuousClock.now)

    func update(_ progress: VerificationProgress) {
        guard terminal.isInteractive else { return }
        drawn.withLock { drawn in
            let isDone = progress.leaves == progress.size
            guard isDone || ContinuousClock.now - drawn > .milliseconds(100) else { return }
            drawn = .now
            let share = progress.size == 0 ? 100 : Int(progress.leaves * 100 / progress.size)
            terminal.write(
                "\r\u{1B}[Kverifying \(share) %  \(progress.leaves) of \(progress.size) entries\(isDone ? "\n" : "")")
        }
    }
}
