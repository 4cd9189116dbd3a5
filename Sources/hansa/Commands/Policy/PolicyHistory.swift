import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What became of a policy, or of all that were about a dataset.",
        discussion: "Example: hansa policy history MA.156.1301/divisions")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A policy's hash, or a dataset, `CODE/NAME`.")
    var subject: String

    func run() async throws {
        let records = try await home.withNode { node in
            if let hash = PolicyHash(subject) { return [try await node.policy(hash)] }
            let dataset = try argument(subject) { try DatasetIdentifier(subject) }
            let path = "/policies?dataset=\(NodeClient.escape(dataset.description))"
            var whole: [JSONValue] = []
            for record in try await node.json(path)["policies"]?.array ?? [] {
                guard let hash = record["hash"]?.string.flatMap({ PolicyHash($0) }) else { continue }
                whole.append(try await node.policy(hash))
            }
            return whole.sorted { ($0.field("changed"), $0.field("hash")) < ($1.field("changed"), $1.field("hash")) }
        }
        let text = records.map { record in
            "\(record.field("hash"))  \(PolicyStanding(record: record).sentence)\n"
                + (record["reason"]?.string.map { "  because: \($0.printable)\n" } ?? "")
                + (record["approvals"]?.array ?? []).compactMap(\.string).map { "  agreed: \($0.printable)\n" }.joined()
                + (record["history"]?.array ?? []).map { "  \(PolicyStanding.words($0))\n" }.joined()
        }.joined()
        output.print(
            json: JSONValue([("policies", JSONValue(records))]), text: text.isEmpty ? "none\n" : text)
    }
}

struct PolicyRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Propose an earlier policy anew, byte for byte.",
        discussion: """
            What stands on the ledger is not undone: the earlier policy is proposed again, and other keys approve it as any.
            The one in force that --replaces names, or else `replaces` in the document, ends when the earlier one takes its
            place.
            Example: hansa policy rollback 5e88… --replaces 9a07…
            """)

    @OptionGroup var options: TransactionOptions
    @OptionGroup var terms: PolicyTerms

    @Argument(help: "The earlier policy's hash, as `hansa policy history` shows it; 64 digits.")
    var hash: String

    func run() async throws {
        let parsed = try PolicyHash(argument: hash)
        let policy = try await options.home.withNode { try await $0.policyDocument(parsed) }
        try await PolicyPropose.propose(policy, named: hash, terms, options, isAnew: true)
    }
}
