import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// `hansa policy`: who may do what with a city's datasets.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Write down, agree on and understand who may do what with datasets.",
        discussion: "Example: hansa policy check Policies/*.yaml",
        subcommands: [
            PolicyNew.self, PolicyCheck.self, PolicyTestCommand.self, PolicyTry.self, PolicyCompare.self,
            PolicyDiff.self, PolicyPropose.self,
            PolicyApproveCommand.self, PolicyRejectCommand.self, PolicyWithdrawCommand.self, PolicyRollback.self,
            PolicyList.self, PolicyShow.self, PolicyHistory.self, PolicyExplain.self, PolicyWho.self, PolicyCan.self,
        ])
}

/// A policy's document on disk.
enum PolicyFile {
    static func format(of path: String) -> Policy.Format {
        path.hasSuffix(".json") || path.hasSuffix(".jsonld") ? .jsonld : .yaml
    }

    /// Reads as far as the document can be understood, with all problems.
    static func read(_ path: String) throws -> Policy {
        let text = try InputFile.text(path)
        do {
            return try Policy(reading: Array(text.utf8), format: format(of: path))
        } catch {
            throw CommandError(.input, "`\(path)` is not a policy", cause: error)
        }
    }
}

struct PolicyPropose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Put a policy forward; the ledger keeps its exact bytes.",
        discussion: """
            It comes into force when enough keys agree, or at --from if that is later. What it --replaces ends in that moment.
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
    static func propose(_ policy: Policy, named name: String, _ terms: PolicyTerms, _ options: TransactionOptions)
        async throws
    {
        let problems = policy.checkForProposal(by: try await options.home.profile().code())
        let errors = problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw CommandError(
                .no, "`\(name.printable)` cannot be proposed:\n" + errors.map { "  \($0)" }.joined(separator: "\n"))
        }
        for warning in problems { options.output.say("  \(warning)") }
        try await options.submit(
            .policyPropose(try terms.proposal(of: policy)), for: .policy,
            saying: "proposed \(policy.name.printable)\n  hash \(policy.hash)\nother policy keys now approve it",
            json: [("hash", JSONValue(policy.hash.description))])
    }
}

/// From when to when a policy is to be in force, and in whose place.
struct PolicyTerms: ParsableArguments {
    @Option(name: .long, help: "When it is to come into force, RFC 3339. (default: as soon as enough keys agree)")
    var from: String?

    @Option(name: .long, help: "When it is to end, RFC 3339. (default: when it is withdrawn or replaced)")
    var until: String?

    @Option(name: .long, help: "The hash of the policy whose place it takes; 64 digits.")
    var replaces: String?

    func proposal(of policy: Policy) throws -> PolicyProposal {
        return PolicyProposal(
            format: policy.format, document: policy.bytes,
            inForceFrom: try from.map { text in try argument(text) { try Timestamp(rfc3339: text) } },
            inForceUntil: try until.map { text in try argument(text) { try Timestamp(rfc3339: text) } },
            replaces: try replaces.map(PolicyHash.init(argument:)))
    }
}

extension PolicyHash {
    /// - Throws: `CommandError` that says what a hash looks like.
    init(argument text: String) throws {
        guard let hash = PolicyHash(text) else {
            throw CommandError(.usage, "`\(text.printable)` is not a policy's hash: 64 hexadecimal digits")
        }
        self = hash
    }
}
