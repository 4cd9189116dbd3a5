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
            PolicyCheck.self, PolicyPropose.self, PolicyApproveCommand.self, PolicyRejectCommand.self,
            PolicyWithdrawCommand.self, PolicyList.self, PolicyExplain.self,
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

struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Find everything that is wrong with a policy, with its place.",
        discussion: """
            Checks what its proposer could: the city of --code, or else the city whose datasets it is about.
            Example: hansa policy check Policies/shijiazhuang-divisions.yaml --code MA.156.1301
            """)

    @OptionGroup var output: OutputOptions

    @Argument(help: "The policies, YAML or JSON-LD.", completion: .file(extensions: ["yaml", "yml", "json", "jsonld"]))
    var files: [String]

    @Option(name: .long, help: "The code that would propose it. (default: the provider of its first target)")
    var code: String?

    func run() async throws {
        let proposer = try code.map { text in try argument(text) { try IdentificationCode(text) } }
        var answers: [JSONValue] = []
        var text = ""
        var refused = false
        for file in files {
            let policy = try PolicyFile.read(file)
            let problems = policy.checkForProposal(by: proposer ?? policy.datasets.first?.provider)
            let isRefused = problems.contains { $0.severity == .error }
            refused = refused || isRefused
            text += "\(file)  \(isRefused ? "✗ cannot be proposed" : "✓ can be proposed")  \(policy.hash)\n"
            text += problems.map { "  \($0)\n" }.joined()
            answers.append([
                "file": JSONValue(file), "hash": JSONValue(policy.hash.description),
                "proposable": JSONValue(!isRefused),
                "problems": JSONValue(problems.map(Self.json)),
            ])
        }
        output.print(json: JSONValue([("policies", JSONValue(answers))]), text: text)
        if refused { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private static func json(_ problem: PolicyProblem) -> JSONValue {
        [
            "severity": JSONValue(problem.severity.rawValue), "path": JSONValue(problem.path),
            "message": JSONValue(problem.message), "expected": problem.expected.map { JSONValue($0) } ?? .null,
        ]
    }
}

struct PolicyPropose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Put a policy forward; the ledger keeps its exact bytes.",
        discussion: "Example: hansa policy propose Policies/shijiazhuang-divisions.yaml")

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The policy, YAML or JSON-LD.", completion: .file(extensions: ["yaml", "yml", "json", "jsonld"]))
    var file: String

    func run() async throws {
        let policy = try PolicyFile.read(file)
        let problems = policy.checkForProposal(by: try await options.home.profile().code())
        let errors = problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw CommandError(
                .no, "`\(file)` cannot be proposed:\n" + errors.map { "  \($0)" }.joined(separator: "\n"))
        }
        for warning in problems { options.output.say("  \(warning)") }
        try await options.submit(
            .policyPropose(PolicyProposal(format: policy.format, document: policy.bytes)), for: .policy,
            saying: "proposed \(policy.name.printable)\n  hash \(policy.hash)\nother policy keys now approve it",
            json: [("hash", JSONValue(policy.hash.description))])
    }
}
