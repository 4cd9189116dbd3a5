import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

struct PolicyPropose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Put a policy forward; the ledger keeps its exact bytes.",
        discussion: """
            It comes into force when enough keys agree, or at --from if that is later. What it --replaces ends in that moment;
            without that, the policy in force that `replaces` in the document names by its uid, or by an IRI that ends in its hash.
            Example: hansa policy propose Policies/shijiazhuang-divisions.yaml --from 2027-01-01T00:00:00Z
            """)

    @OptionGroup var options: TransactionOptions
    @OptionGroup var terms: PolicyTerms

    @Argument(help: "The policy, YAML or JSON-LD.", completion: .file(extensions: ["yaml", "yml", "json", "jsonld"]))
    var file: String

    func run() async throws {
        try await Self.propose(try PolicyFile.read(file), named: file, terms, options)
    }

    /// Signs and hands in a policy, unless there is a reason that it would be refused.
    ///
    /// Of an earlier one that is proposed anew, what its document replaces may be long over.
    static func propose(
        _ policy: Policy, named name: String, _ terms: PolicyTerms, _ options: TransactionOptions, isAnew: Bool = false
    ) async throws {
        let period = try Period(from: terms.from, until: terms.until)
        let code = try await options.home.profile().code()
        let offline = PolicyExamination(of: policy, by: code, in: period, asOf: .now(), knowing: nil)
        guard offline.errors.isEmpty else { throw PolicyFile.refusal(of: name, .no, offline.errors) }
        let (known, keys) = try await options.home.withNode { node in
            (try await PolicyKnowledge(of: [policy], from: node), try await PolicyKeys(for: code, from: node))
        }
        var terms = terms
        if terms.replaces == nil, let uid = policy.replaces {
            let replaced = known.replaced(by: policy).filter { $0.provider == code }.map(\.policy.hash).sorted()
            guard known.isWhole else { throw Self.tooMany(uid, in: name.printable) }
            guard replaced.count == 1 || (replaced.isEmpty && isAnew) else {
                throw notOne(replaced, uid, in: name.printable)
            }
            terms.replaces = replaced.first?.description
            options.output.say(
                replaced.first.map { "it replaces `\(uid.text.printable)`, which is \($0)" }
                    ?? "it replaces nothing: no policy `\(uid.text.printable)` is in force")
        }
        let proposal = try terms.proposal(of: policy)
        let warnings =
            PolicyExamination(
                of: policy, by: code, replacing: Set([proposal.replaces].compactMap(\.self)),
                in: period, asOf: .now(), knowing: known
            ).warnings.map(\.description) + [keys.warning].compactMap(\.self)
        for warning in warnings { options.output.say("  \(warning.printable)") }
        try await options.submit(
            .policyPropose(proposal), for: .policy,
            saying: "proposed \(policy.name.printable)\n  hash \(policy.hash)\nother policy keys now approve it",
            json: [
                ("hash", JSONValue(policy.hash.description)), ("warnings", JSONValue(warnings.map { JSONValue($0) })),
            ])
    }

    private static func tooMany(_ uid: IRI, in name: String) -> CommandError {
        CommandError(
            .no,
            "the city has more than \(PolicyKnowledge.limit) policies, too many to look for `\(uid.text.printable)`, which "
                + "`\(name)` replaces",
            advice: "name the one whose place it takes with --replaces HASH")
    }

    private static func notOne(_ found: [PolicyHash], _ uid: IRI, in name: String) -> CommandError {
        let named = "`\(uid.text.printable)`, which `\(name)` replaces"
        return found.isEmpty
            ? CommandError(
                .no, "no policy of yours in force is \(named)",
                advice: "name the one whose place it takes with --replaces HASH, or take `replaces` out of the document"
            )
            : CommandError(
                .no,
                "\(found.count) policies in force are \(named): \(found.map(\.description).joined(separator: ", "))",
                advice: "name the one whose place it takes with --replaces HASH")
    }
}
