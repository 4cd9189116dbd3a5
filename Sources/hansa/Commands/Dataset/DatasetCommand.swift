import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// `hansa dataset`: what cities offer.
struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Offer datasets, withdraw them, see what others offer.",
        discussion: "Example: hansa dataset publish air-quality.yaml",
        subcommands: [DatasetPublish.self, DatasetWithdraw.self, DatasetList.self])
}

struct DatasetPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Offer a dataset described in a file, or change what is offered.",
        discussion: """
            The file is YAML or JSON:
              name: air-quality
              title: {en: Air quality, zh: 空气质量}
              origin: https://data.example.gov/air/
              actions: [{methods: [GET, HEAD], path: /**, action: read}]
            Example: hansa dataset publish air-quality.yaml
            """)

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The description.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    func run() async throws {
        let code = try await options.home.profile().code()
        let description = try DocumentFile.json(file)
        let dataset: Dataset
        do {
            let provider = description["provider"] == nil ? code : nil
            dataset = try Dataset(json: description, provider: provider)
        } catch {
            throw CommandError(.input, "`\(file)` does not describe a dataset", cause: error)
        }
        for rule in dataset.actions where !ActionVocabulary.knows(ActionVocabulary.name(of: rule.action)) {
            // An action of one's own has an IRI, and policies say what it is included in.
            guard !rule.action.contains(":") else { continue }
            let hint = nearestName(to: rule.action, among: ActionVocabulary.all.map(\.short))
            throw CommandError(
                .input, "`\(rule.action.printable)` is no action that a policy could name",
                advice: (hint.map { "did you mean `\($0)`? " } ?? "")
                    + "an action of ODRL, such as read, modify or inform, or the IRI of one's own")
        }
        if !dataset.origin.hasPrefix("https:") {
            Terminal.error.write("the origin is not https: gateways pass on to it only where they are set to\n")
        }
        try await options.submit(
            .datasetPublish(dataset), for: .policy, .registry, saying: "\(dataset.identifier) is published",
            json: [("dataset", JSONValue(dataset.identifier.description))])
    }
}

struct DatasetWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Offer a dataset no longer.",
        discussion: "Example: hansa dataset withdraw MA.156.1301/air-quality --reason \"moved to the province\"")

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The dataset, `CODE/NAME`.")
    var dataset: String

    @Option(name: .long, help: "Why; stands on the ledger.")
    var reason: String?

    func run() async throws {
        let identifier = try argument(dataset) { try DatasetIdentifier(dataset) }
        try await options.submit(
            .datasetWithdraw(DatasetWithdrawal(dataset: identifier, reason: reason)), for: .policy, .registry,
            saying: "\(identifier) is withdrawn", json: [("dataset", JSONValue(identifier.description))])
    }
}

struct DatasetList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The datasets on offer.",
        discussion: "Example: hansa dataset list --provider MA.840.5363000")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "Only datasets of that code and those below it.")
    var provider: String?

    func run() async throws {
        let above = try provider.map { text in try argument(text) { try IdentificationCode(text) } }
        let answer = try await home.withNode { try await $0.json("/datasets") }
        let records = (answer["datasets"]?.array ?? []).filter { record in
            guard let above else { return true }
            guard let code = record["dataset"]?["provider"]?.string.flatMap({ try? IdentificationCode($0) }) else {
                return false
            }
            return above.covers(code)
        }
        var table = TextTable("DATASET", "TITLE", "ACTIONS", "MEDIA TYPE", "STATE")
        for record in records {
            let dataset = record["dataset"] ?? .null
            let actions = Set((dataset["actions"]?.array ?? []).compactMap { $0["action"]?.string?.printable }).sorted()
            table.add(
                "\(dataset.field("provider"))/\(dataset.field("name"))", dataset.localized("title"),
                actions.joined(separator: " "), dataset.field("mediaType"),
                record["published"]?.bool == true ? "published" : "withdrawn")
        }
        output.print(json: JSONValue([("datasets", JSONValue(records))]), text: table.rendered())
    }
}
