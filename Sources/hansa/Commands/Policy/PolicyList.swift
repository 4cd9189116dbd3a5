import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The policies on the ledger.",
        discussion: """
            A policy is suspended where one key asked for its end and another has yet to: it permits nothing, and what it
            prohibits stands. It is inForce for --status too.
            Example: hansa policy list --status inForce --dataset MA.156.1301/air-quality
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .long, help: "Only policies of that status: \(PolicyStanding.names.joined(separator: ", ")).",
        completion: .list(PolicyStanding.names))
    var status: String?

    @Option(name: .long, help: "Only policies about that dataset, `CODE/NAME`.")
    var dataset: String?

    func run() async throws {
        if let status, !PolicyStanding.names.contains(status) {
            throw CommandError(
                .usage, "`\(status.printable)` is no status: \(PolicyStanding.names.joined(separator: ", "))")
        }
        let identifier = try dataset.map { text in try argument(text) { try DatasetIdentifier(text) } }
        let answer = try await home.withNode { try await $0.json("/policies") }
        let records = (answer["policies"]?.array ?? []).filter { record in
            let targets = (record["targets"]?.array ?? []).compactMap(\.string)
            return (status.map(PolicyStanding(record: record).matches) ?? true)
                && (identifier.map { targets.contains($0.description) } ?? true)
        }
        var table = TextTable("STATUS", "PROVIDER", "APPROVALS", "DATASETS", "HASH")
        for record in records {
            table.add(
                PolicyStanding(record: record).words, record.field("provider"),
                String(record["approvals"]?.array?.count ?? 0),
                (record["targets"]?.array ?? []).compactMap { $0.string?.printable }.joined(separator: " "),
                record.field("hash"))
        }
        output.print(json: JSONValue([("policies", JSONValue(records))]), text: table.rendered())
    }
}
