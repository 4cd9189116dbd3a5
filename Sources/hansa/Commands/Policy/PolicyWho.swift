import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyWho: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "who", abstract: "Say who may do what with a dataset, by the policies in force.",
        discussion: """
            Asks the ledger of the node or of --directory, as it is or as it was at --height, or the files of --policy: what is
            in force and what is agreed to come into force, each until it ends. Exit code 4 means nobody, since there is no such dataset.
            Example: hansa policy who MA.156.1301/divisions --policy Policies/shijiazhuang-divisions.yaml
            """)

    @OptionGroup var selection: PolicySelection
    @OptionGroup var output: OutputOptions

    @Argument(help: "The dataset, `CODE/NAME`.")
    var dataset: String

    func run() async throws {
        let identifier = try argument(dataset) { try DatasetIdentifier(dataset) }
        let ground = try await selection.ground(for: identifier)
        let moment = ground.moment
        let found = ground.agreed.changes(from: PolicySet(), moments: moment ... .latest, near: moment)
        let mine = found.changes.filter { $0.target == identifier.iri }
        let lines = Self.lines(mine)
        let sharing = ground.shares.map { PolicyShares(of: ground.agreed, among: $0, with: identifier.provider) }
        let words =
            (mine.isEmpty && found.isWhole ? ["nobody may do anything with \(identifier)"] : lines)
            + (found.limit.map { ["there may be more: \($0.words)"] } ?? []) + (sharing.map { [$0.words] } ?? [])
            + (ground.names?.words ?? [])
        output.print(
            json: [
                "dataset": JSONValue(identifier.description), "whole": JSONValue(found.isWhole),
                "limit": found.limit.map { JSONValue($0.words) } ?? .null, "permitted": JSONValue(mine.map(\.json)),
                "shares": sharing?.json ?? .null, "missing": ground.names?.json ?? .null,
            ], text: words.map(\.printable).joined(separator: "\n"))
        if mine.isEmpty, ground.names?.isAnyMissing == true { throw ExitCode(ExitStatus.notFound.rawValue) }
    }
}

extension PolicyWho {
    /// Who may do what, a line each, those that are named first.
    static func lines(_ changes: [PolicyChange]) -> [String] {
        let isNamed = { (change: PolicyChange) in change.parties.first?.hasPrefix("everybody") == false }
        return (changes.filter(isNamed) + changes.filter { !isNamed($0) })
            .map { "\($0.parties.joined(separator: ", ")) \($0.permission)" }
    }
}

extension PolicyChange {
    /// What is gained, as what may be done.
    var permission: String {
        "may \(actions.joined(separator: ", ")) \(target.short)"
            + (conditions.isEmpty ? "" : ", " + conditions.joined(separator: ", "))
            + (after.isEmpty ? "" : "; \(after)")
    }
}
