import ArgumentParser
import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON

struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find everything that is wrong with a policy, or probably not meant, with its place.",
        discussion: """
            Checks what its proposer could: the city of --code, of the home, or else the city whose datasets it is about. Where
            a node is at hand, asks it too whether datasets and cities are known, whether the policy is broader than the one it
            `replaces`, and whether another of its uid is in force; --offline does not. With --from and --until it is looked at
            as it would be proposed with them. Warnings do not stand in the way of a
            proposal.
            Example: hansa policy check Policies/shijiazhuang-divisions.yaml --offline --code MA.156.1301
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The policies, YAML or JSON-LD.", completion: .file(extensions: ["yaml", "yml", "json", "jsonld"]))
    var files: [String]

    @Flag(name: .long, help: "Ask no node.")
    var offline = false

    @Option(name: .long, help: "When it would come into force, as `policy propose` takes it.")
    var from: String?

    @Option(name: .long, help: "When it would end, as `policy propose` takes it.")
    var until: String?

    func run() async throws {
        // `Policies/*.yaml` names the tables beside the policies too.
        let documents = files.filter { !$0.hasSuffix(PolicyTables.suffix) }
        if documents.isEmpty, let table = files.first {
            throw CommandError(
                .input, "`\(table.printable)` is a table of tests, and no policy",
                advice: "use `hansa policy test \(table.printable)`")
        }
        let period = try Period(from: from, until: until)
        let policies = try documents.map { ($0, try PolicyFile.read($0)) }
        let (proposer, ledger) = try await (proposer(), ledger(for: policies.map(\.1)))
        var (answers, text, refused): ([JSONValue], String, Bool) = ([], "", false)
        for (file, policy) in policies {
            let found = PolicyExamination(of: policy, by: proposer, in: period, asOf: .now(), knowing: ledger.knowledge)
            let problems = found.problems + Self.namesakes(of: policy, in: policies)
            let isRefused = !found.errors.isEmpty
            refused = refused || isRefused
            text += "\(file)  \(isRefused ? "✗ cannot be proposed" : "✓ can be proposed")  \(policy.hash)\n"
            text += problems.map { "  \("\($0)".printable)\n" }.joined()
            answers.append([
                "file": JSONValue(file), "hash": JSONValue(policy.hash.description),
                "proposable": JSONValue(!isRefused),
                "problems": JSONValue(problems.map(Self.json)),
            ])
        }
        if let reason = ledger.missing {
            text += "checked without the ledger (datasets, cities, policies in force): \(reason.printable)\n"
        }
        output.print(
            json: [
                "policies": JSONValue(answers), "proposer": proposer.map { JSONValue($0.description) } ?? .null,
                "withoutLedger": ledger.missing.map { JSONValue($0) } ?? .null,
            ], text: text)
        if refused { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// Others of the files that have the policy's uid.
    private static func namesakes(of policy: Policy, in files: [(String, Policy)]) -> [PolicyProblem] {
        files.filter { $0.1.uid != nil && $0.1.uid == policy.uid && $0.1.hash != policy.hash }.map { file, _ in
            PolicyProblem(
                "/uid", "`\(file)` has the same uid: proposed both, they would be in force beside each other",
                expected: "another uid, or one policy with the rules of both", severity: .warning)
        }
    }

    /// Who would propose the policies: the code that was named, or else the home's, where it has one.
    private func proposer() async throws -> IdentificationCode? {
        if let text = home.code { return try argument(text) { try IdentificationCode(text) } }
        return try? await home.profile().code()
    }

    /// What a node knows of what the policies speak of, or why none was asked.
    private func ledger(
        for policies: [Policy]
    ) async throws -> (knowledge: PolicyKnowledge?, missing: String?) {
        if offline { return (nil, "--offline") }
        do { _ = try await home.profile().node() } catch {
            let place = home.directory.profilePath
            let isThere = FileManager.default.fileExists(atPath: place)
            return (
                nil,
                isThere ? "\((error as? CommandError)?.message ?? "\(error)") in `\(place)`" : "there is no `\(place)`"
            )
        }
        return (try await home.withNode { try await PolicyKnowledge(of: policies, from: $0) }, nil)
    }

    private static func json(_ problem: PolicyProblem) -> JSONValue {
        [
            "severity": JSONValue(problem.severity.rawValue), "path": JSONValue(problem.path),
            "message": JSONValue(problem.message), "expected": problem.expected.map { JSONValue($0) } ?? .null,
        ]
    }
}
