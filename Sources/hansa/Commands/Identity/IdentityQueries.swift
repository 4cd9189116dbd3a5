import ArgumentParser
import CityIdentity
import StrictJSON

struct IdentityList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Everyone on the network.",
        discussion: "Example: hansa identity list --status applied --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .long, help: "Only codes of that status: applied, active, suspended or retired.",
        completion: .list(["applied", "active", "suspended", "retired"]))
    var status: String?

    func run() async throws {
        if let status, IdentityStatus(rawValue: status) == nil {
            throw CommandError(.usage, "`\(status)` is no status: applied, active, suspended, retired")
        }
        let all = try await home.withNode { try await $0.identities() }
        let records = all.filter { status == nil || $0["status"]?.string == status }
        var table = TextTable("CODE", "STATUS", "NAME", "KEYS", "SINCE")
        for record in records {
            table.add(
                record.field("code"), record.field("status"), record.localized("title"),
                String(record["keys"]?.array?.count ?? 0), record.field("changed"))
        }
        output.print(json: JSONValue([("identities", JSONValue(records))]), text: table.rendered())
    }
}

struct IdentityShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One code with all its keys, past ones too.",
        discussion: "Example: hansa identity show MA.156.1301")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The code. (default: your own)")
    var target: String?

    func run() async throws {
        let code = try await home.code(or: target)
        let answer = try await home.withNode { try await Self.answer(about: code, from: $0) }
        output.print(json: answer, text: Self.text(answer))
    }

    private static func answer(about code: IdentificationCode, from node: NodeClient) async throws -> JSONValue {
        do { return try await node.identity(code) } catch let error as CommandError where error.status == .notFound {
            let votes = try await RejectedApplication.votes(against: code, on: node)
            guard !votes.isEmpty else { throw error }
            throw CommandError(
                .notFound, "`\(code)` is not on the ledger: its application was rejected",
                advice: votes.map(\.words).joined(separator: "\n  "))
        }
    }

    static func text(_ answer: JSONValue) -> String {
        let identity = answer["identity"] ?? .null
        var text = "\(identity.field("code"))  \(identity.localized("title"))\n"
        text += "status       \(identity.field("status")) since \(identity.field("changed"))\n"
        if identity.field("status") == "active", let reason = answer["inactive"]?.string {
            text += "not in use   \(reason.printable)\n"
        }
        for (name, label) in [
            ("reason", "reason"), ("application", "application"), ("contact", "contact"), ("endpoint", "endpoint"),
        ]
        where identity[name] != nil {
            text += label.padded(to: 13) + identity.field(name) + "\n"
        }
        for change in (answer["changes"]?.array ?? []).compactMap(WaitingChange.init(record:)) {
            text += "waiting".padded(to: 13) + change.text
        }
        return text + "\n" + keyTable(answer).rendered()
    }

    /// The keys in a node's answer about a code; none is in use while the code is not.
    static func keyTable(_ answer: JSONValue) -> TextTable {
        var table = TextTable("KEY", "ALGORITHM", "PURPOSES", "VALID UNTIL", "STATE")
        let inactive = answer["inactive"]?.string.map { "not in use: \($0.printable)" }
        for record in (answer["keys"]?.array ?? []).compactMap({ try? KeyRecord(json: $0) }) {
            let state: String
            if let revocation = record.revocation {
                state = "revoked \(revocation.time): \(revocation.reason.printable)"
            } else {
                state = record.reasonAgainstUse(at: .now()) ?? inactive ?? "active"
            }
            table.add(
                record.id.description, record.publicKey.algorithm.rawValue,
                record.declaration.purposes.map(\.rawValue).sorted().joined(separator: " "),
                record.declaration.notAfter.description, state)
        }
        return table
    }
}

extension JSONValue {
    /// A member as text for a person.
    func field(_ name: String) -> String {
        switch self[name] {
        case .string(let text)?: text.printable
        case .number(let number)?: number.text
        case .bool(let value)?: String(value)
        default: "-"
        }
    }

    /// A text in several languages: English first, then the next that there is.
    func localized(_ name: String) -> String {
        guard let texts = self[name]?.object else { return "-" }
        return (texts["en"] ?? texts["zh"] ?? texts.members.first?.value)?.string?.printable ?? "-"
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }
}
