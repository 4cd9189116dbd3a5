import StrictJSON

/// A change that waits for `policy` keys to agree: decided on as a policy is, by its hash, and found where policies are.
struct WaitingChange {
    private let record: JSONValue
    let type: String

    /// `nil` for a policy's record.
    init?(record: JSONValue) {
        guard let type = record["type"]?.string else { return nil }
        self.record = record
        self.type = type
    }

    private var needed: Int { record["needed"]?.int ?? 0 }
    private var agreed: [String] { (record["approvals"]?.array ?? []).compactMap(\.string) }

    /// What waits, and for how many.
    var words: String {
        "\(type.printable) of \(record.field("code")) waits: \(agreed.count) of the \(needed) keys that must agree have"
    }

    /// The change with who asked for it and agreed, and what it would set, which an agreement is to.
    var text: String {
        "\(record.field("hash"))  \(words)\n  asked for at \(record.field("proposed")) by \(record.field("proposer"))\n"
            + agreed.map { "  agreed: \($0.printable)\n" }.joined() + "  \((record["body"] ?? .null).text.printable)\n"
    }
}
