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
            Before it hands in what it signed it says who gains and who loses against what is in force.
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
    /// Of an earlier one that is proposed anew, what its document replaces may be long over: nothing but `--replaces` counts.
    static func propose(
        _ policy: Policy, named name: String, _ terms: PolicyTerms, _ options: TransactionOptions, isAnew: Bool = false
    ) async throws {
        let period = try terms.period(at: .now())
        let code = try await options.home.profile().code()
        let offline = PolicyExamination(of: policy, by: code, in: period, asOf: .now(), knowing: nil)
        guard offline.errors.isEmpty else { throw PolicyFile.refusal(of: name, .no, offline.errors) }
        let (known, keys) = try await options.home.withNode { node in
            (try await PolicyKnowledge(of: [policy], from: node), try await PolicyKeys(for: code, from: node))
        }
        var terms = terms
        let now = Timestamp.now()
        let replacing = try terms.replaces.map { Set([try PolicyHash(argument: $0)]) } ?? []
        let found = PolicyExamination(
            of: policy, by: code, replacing: replacing, in: period, asOf: now, knowing: known, isAnew: isAnew)
        guard found.errors.isEmpty else { throw PolicyFile.refusal(of: name, .no, found.errors) }
        if terms.replaces == nil, !isAnew, let uid = policy.replaces {
            guard known.isWhole else { throw tooMany(uid, in: name.printable) }
            if let replaced = PolicyReplacement(of: policy, by: code, knowing: known, at: now)?.found.first {
                terms.replaces = replaced.description
                options.output.say("it replaces `\(uid.text.printable)`, which is \(replaced)")
            }
        }
        let proposal = try terms.proposal(of: policy)
        if let replaced = proposal.replaces {
            let taken = try await options.home.withNode { try await PolicyPredecessor.refusal(of: replaced, from: $0) }
            if let taken { throw taken }
        }
        try await options.foresee(.policyPropose(proposal), for: .policy)
        let warnings = found.warnings.map(\.description) + [keys.warning].compactMap(\.self)
        for warning in warnings { options.output.say("  \(warning.printable)") }
        let named = NamedPolicy(policy, from: period.from, until: period.until, replacing: proposal.replaces)
        let effect = try await options.home.withNode { try await ProposalEffect(of: named, from: $0) }
        // What is on the ledger already has its times there once it is proposed.
        let subject = isAnew ? policy.hash.description : name.printable + terms.options
        if let effect { options.output.say(effect.text(all: "hansa policy diff --ledger \(subject)")) }
        try await options.submit(
            .policyPropose(proposal), for: .policy,
            saying: "proposed \(policy.name.printable)\n  hash \(policy.hash)\nother policy keys now approve it",
            json: [
                ("hash", JSONValue(policy.hash.description)), ("warnings", JSONValue(warnings.map { JSONValue($0) })),
                ("effect", effect?.json ?? .null),
            ])
        options.output.say(
            "next: hansa policy diff --ledger \(policy.hash)\n      hansa policy approve \(policy.hash)")
    }

    private static func tooMany(_ uid: IRI, in name: String) -> CommandError {
        CommandError(
            .no,
            "the city has more than \(PolicyKnowledge.limit) policies, too many to look for `\(uid.text.printable)`, which "
                + "`\(name)` replaces",
            advice: "name the one whose place it takes with --replaces HASH")
    }
}
