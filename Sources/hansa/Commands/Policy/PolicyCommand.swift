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
        let problems = policy.checkForProposal(by: try await options.home.profile().code())
        let errors = problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw CommandError(
                .no, "`\(name.printable)` cannot be proposed:\n" + errors.map { "  \($0)" }.joined(separator: "\n"))
        }
        for warning in problems { options.output.say("  \(warning)") }
        var terms = terms
        if terms.replaces == nil, let uid = policy.replaces {
            let replaced = try await replaced(by: policy, options.home)
            guard replaced.count == 1 || (replaced.isEmpty && isAnew) else {
                throw notOne(replaced, uid, in: name.printable)
            }
            terms.replaces = replaced.first?.description
            options.output.say(
                replaced.first.map { "it replaces `\(uid.text.printable)`, which is \($0)" }
                    ?? "it replaces nothing: no policy `\(uid.text.printable)` is in force")
        }
        try await options.submit(
            .policyPropose(try terms.proposal(of: policy)), for: .policy,
            saying: "proposed \(policy.name.printable)\n  hash \(policy.hash)\nother policy keys now approve it",
            json: [("hash", JSONValue(policy.hash.description))])
    }
}

extension PolicyPropose {
    /// The policies in force of one's own code that a document says it replaces.
    private static func replaced(by policy: Policy, _ home: HomeOptions) async throws -> [PolicyHash] {
        let code = try await home.profile().code().description
        return try await home.withNode { node in
            var found: [PolicyHash] = []
            for record in try await node.json("/policies?status=inForce")["policies"]?.array ?? [] {
                guard record["provider"]?.string == code,
                    let hash = record["hash"]?.string.flatMap({ PolicyHash($0) })
                else { continue }
                if PolicySet([policy]).replaces(try await node.policyDocument(hash)) { found.append(hash) }
            }
            return found.sorted()
        }
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
