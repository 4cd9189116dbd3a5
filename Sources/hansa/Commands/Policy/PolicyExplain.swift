import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what would be decided on a request, and why, rule by rule.",
        discussion: """
            Asks the policies in force on the ledger of the node or of --directory, now or at --height, or those in the files of
            --policy; at a --time to come, those that will be in force then by what is agreed now. Exit code 3 means denied. What the consumer's city shares with the provider is looked up there too; --shares assumes it instead.
            How often a rule was used already is known to the gateway alone: no earlier use is assumed, or --count of them.
            Example: hansa policy explain MA.156.1301/air-quality --consumer MA.840.5363000 --purpose research
            """)

    @OptionGroup var selection: PolicySelection
    @OptionGroup var output: OutputOptions

    @Argument(help: "The dataset, `CODE/NAME`.")
    var dataset: String

    @Option(name: .long, help: "Who would ask. (default: your own code)")
    var consumer: String?

    @Option(name: .long, help: "What would be done, as policies name it.")
    var action: String = "read"

    @Option(name: .long, help: "What for.")
    var purpose: String?

    @Option(
        name: .long, help: "When: RFC 3339, or the beginning of a day by UTC. (default: now, or the time of the block)")
    var time: String?

    @Option(name: .long, help: "How many bytes would be sent.")
    var size: Int?

    @Option(name: .long, help: "How often the deciding rule let the consumer through before.")
    var count: UInt64 = 0

    @Option(name: .long, help: "The name of a dataset that the consumer's city shares; may be repeated.")
    var shares: [String] = []

    func run() async throws {
        let identifier = try argument(dataset) { try DatasetIdentifier(dataset) }
        let asking = try await selection.source.home.code(or: consumer)
        // Actions of one's own have an IRI.
        guard action.contains(":") || ActionVocabulary.knows(ActionVocabulary.name(of: action)) else {
            throw CommandError(action: action)
        }
        let moment = try time.map { text in try argument(text) { try Timestamp(text, day: .beginning) } }
        let ground = try await selection.ground(for: identifier, consumer: asking, at: moment)
        var request = AccessRequest(
            consumer: asking, dataset: identifier, action: action, purpose: purpose, time: ground.moment,
            requestSize: size)
        let known = shares.isEmpty ? ground.shares(of: asking) : nil
        if ground.policies.asksForShares { request.setConsumerShares(known ?? shares) }
        let assumed = count
        let decision = ground.policies.evaluate(request, EvaluationState { _ in assumed })
        var lines = decision.explanation.split(separator: "\n").map { String($0).printable }
        if !decision.counts.isEmpty {
            let uses = count == 0 ? "no earlier use" : "\(count) earlier \(count == 1 ? "use" : "uses")"
            lines.append("assuming \(uses) within the span that is counted; --count assumes another number")
        }
        if ground.policies.asksForShares {
            lines.append(
                (known == nil ? "assuming that " : "") + "\(asking.city) shares \(PolicyShares.words(known ?? shares)) "
                    + "with \(identifier.provider)" + (known == nil ? "; --shares assumes something else" : ""))
        }
        if let moment, ground.names != nil, selection.height == nil, moment < .now() {
            lines.append("by the policies in force now: --height asks the ledger as it was")
        }
        lines += (ground.names?.words ?? []).map(\.printable)
        output.print(json: decision.json, text: lines.joined(separator: "\n"))
        if !decision.isPermit { throw ExitCode(ExitStatus.denied.rawValue) }
    }
}
