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
            prohibits stands. It is inForce for --status too. Titles and uids are shown of the first \(PolicyListing.limit).
            Example: hansa policy list --status inForce --dataset MA.156.1301/air-quality
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .long, help: "Only policies of that status: \(PolicyRecord.statusNames.joined(separator: ", ")).",
        completion: .list(PolicyRecord.statusNames))
    var status: String?

    @Option(name: .long, help: "Only policies about that dataset, `CODE/NAME`.")
    var dataset: String?

    func run() async throws {
        if let status, !PolicyRecord.statusNames.contains(status) {
            let hint = nearestName(to: status, among: PolicyRecord.statusNames)
            throw CommandError(
                .usage, "`\(status.printable)` is no status: \(PolicyRecord.statusNames.joined(separator: ", "))",
                advice: hint.map { "did you mean `\($0)`?" })
        }
        let identifier = try dataset.map { text in try argument(text) { try DatasetIdentifier(text) } }
        let query = [status.map { "status=\($0)" }, identifier.map { "dataset=\(NodeClient.escape($0.description))" }]
            .compactMap(\.self).joined(separator: "&")
        let (records, names) = try await home.withNode { node in
            let found = try await node.json("/policies" + (query.isEmpty ? "" : "?" + query))["policies"]
            let names =
                if let identifier { try await PolicyNames(identifier, consumer: nil, from: node) } else {
                    PolicyNames?.none
                }
            return (try await PolicyListing(found, from: node).records, names)
        }
        var table = TextTable("STATUS", "PROVIDER", "APPROVALS", "TITLE", "UID", "DATASETS", "HASH")
        for record in records {
            let standing = PolicyStanding(record: record)
            table.add(
                standing.earlier.map { "\($0.words), anew \(standing.words)" } ?? standing.words,
                record.field("provider"), (standing.earlier ?? standing).approvals, record.field("title"),
                record.field("uid"),
                (record["targets"]?.array ?? []).compactMap { $0.string?.printable }.joined(separator: " "),
                record.field("hash"))
        }
        output.print(
            json: ["policies": JSONValue(records), "missing": names?.json ?? .null],
            text: table.rendered() + (names?.words ?? []).map { $0.printable + "\n" }.joined())
        if records.isEmpty, names?.isAnyMissing == true { throw ExitCode(ExitStatus.notFound.rawValue) }
    }
}
