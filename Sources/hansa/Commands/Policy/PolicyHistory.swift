import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What became of a policy, or of all that were about a dataset.",
        discussion: """
            Exit code 4 means that there is no such policy, or no such dataset and never was a policy about it.
            Example: hansa policy history MA.156.1301/divisions
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A policy's hash, or a dataset, `CODE/NAME`.")
    var subject: String

    func run() async throws {
        let (records, names) = try await home.withNode { node in
            if let hash = PolicyHash(subject) {
                return (try await PolicyListing([try await node.policy(hash)], from: node).records, PolicyNames?.none)
            }
            let dataset = try argument(subject) { try DatasetIdentifier(subject) }
            let path = "/policies?dataset=\(NodeClient.escape(dataset.description))"
            var whole: [JSONValue] = []
            for record in try await node.json(path)["policies"]?.array ?? [] {
                guard let hash = record["hash"]?.string.flatMap({ PolicyHash($0) }) else { continue }
                whole.append(try await node.policy(hash))
            }
            whole.sort { ($0.field("changed"), $0.field("hash")) < ($1.field("changed"), $1.field("hash")) }
            return (
                try await PolicyListing(JSONValue(whole), from: node).records,
                try await PolicyNames(dataset, consumer: nil, from: node)
            )
        }
        let text = records.map(Self.text).joined() + (names?.words ?? []).map { $0.printable + "\n" }.joined()
        output.print(
            json: ["policies": JSONValue(records), "missing": names?.json ?? .null],
            text: (records.isEmpty ? "none\n" : "") + text)
        if records.isEmpty, names?.isAnyMissing == true { throw ExitCode(ExitStatus.notFound.rawValue) }
    }

    private static func text(_ record: JSONValue) -> String {
        if let change = WaitingChange(record: record) { return change.text }
        let latest = PolicyStanding(record: record)
        let standing = latest.earlier ?? latest
        let names = ["title", "uid"].compactMap { record[$0]?.string?.printable }
        var lines = standing.term
        if !names.isEmpty { lines.append(names.joined(separator: "  ")) }
        if let reason = standing.record["reason"]?.string { lines.append("because: \(reason.printable)") }
        let approvals = (standing.record["approvals"]?.array ?? []).compactMap(\.string).map { "  \($0.printable)" }
        lines.append("agreed: \(standing.approvals)" + approvals.joined())
        if latest.earlier != nil {
            let reason = record["reason"]?.string.map { ": \($0.printable)" } ?? ""
            lines.append("proposed anew: \(latest.sentence)" + reason)
        }
        for course in latest.courses where course.sentence != standing.sentence {
            lines.append("earlier: " + ([course.sentence] + course.term).joined(separator: ", "))
        }
        lines += (record["history"]?.array ?? []).map(PolicyStanding.words)
        return "\(record.field("hash"))  \(standing.sentence)\n" + lines.map { "  \($0)\n" }.joined()
    }
}
