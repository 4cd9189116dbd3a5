import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyCan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can", abstract: "Say whether a city may do something with a dataset, and under which conditions.",
        discussion: """
            Asks the policies that are in force, or agreed to come into force, on the ledger of the node or of --directory, now
            or at --height, or the files of --policy. Exit code 3 means never, 4 never since there is no such dataset or consumer.
            Example: hansa policy can MA.840.5363000 read MA.156.1301/divisions --policy Policies/shijiazhuang-divisions.yaml
            """)

    @OptionGroup var selection: PolicySelection
    @OptionGroup var output: OutputOptions

    @Argument(help: "Who would ask.")
    var consumer: String

    @Argument(help: "What would be done, as policies name it.")
    var action: String

    @Argument(help: "The dataset, `CODE/NAME`.")
    var dataset: String

    func run() async throws {
        let identifier = try argument(dataset) { try DatasetIdentifier(dataset) }
        let asking = try argument(consumer) { try IdentificationCode(consumer) }
        guard ActionVocabulary.knows(ActionVocabulary.name(of: action)) else {
            throw CommandError(action: action)
        }
        let ground = try await selection.ground(for: identifier, consumer: asking)
        let found = ground.agreed.permissions(of: asking, to: action, identifier, from: ground.moment)
        let name = "\(asking) \(action) \(identifier)".printable
        let shares = ground.shares(of: asking)
        let now = shares.map {
            ground.agreed.permissions(of: asking, to: action, identifier, from: ground.moment, sharing: $0)
        }
        // What it does not share now it may share later.
        let isBarred = now.map { $0.changes.isEmpty && $0.isWhole } ?? false
        let words = found.changes.map { change in
            "\(isBarred ? "not now; " : "")yes\(change.conditions.isEmpty ? "" : ", " + change.conditions.joined(separator: ", "))"
                + (change.after.isEmpty ? "" : "; \(change.after)")
        }
        let answer = words.isEmpty ? [found.limit.map { "undecided: \($0.words)" } ?? "never"] : words
        let standing = shares.map { shares in
            "\(asking.city) shares \(PolicyShares.words(shares)) with \(identifier.provider)"
                + (isBarred ? ", so that now it may not" : "")
        }
        output.print(
            json: [
                "permitted": JSONValue(!words.isEmpty), "permittedNow": JSONValue(!words.isEmpty && !isBarred),
                "whole": JSONValue(found.isWhole),
                "limit": found.limit.map { JSONValue($0.words) } ?? .null,
                "conditions": JSONValue(found.changes.map(\.json)),
                "shares": shares.map { JSONValue($0.map { JSONValue($0) }) } ?? .null,
                "missing": ground.names?.json ?? .null,
            ],
            text: (answer.map { "\(name): \($0.printable)" } + [standing].compactMap { $0?.printable }
                + (ground.names?.words ?? []).map(\.printable)).joined(separator: "\n")
        )
        guard words.isEmpty else { return }
        let isMissing = ground.names?.isAnyMissing ?? false
        throw ExitCode((isMissing ? ExitStatus.notFound : .denied).rawValue)
    }
}

extension CommandError {
    /// That a word is no action, with the one that was probably meant.
    init(action: String) {
        let hint = nearestName(to: action, among: ActionVocabulary.all.map(\.short))
        self.init(
            .usage, "`\(action.printable)` is no action of ODRL's vocabulary",
            advice: hint.map { "did you mean `\($0)`?" })
    }
}
