import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find everything that is wrong with a policy, or probably not meant, with its place.",
        discussion: """
            Checks what its proposer could: the city of --code, or else the city whose datasets it is about. Where a node is at
            hand, asks it too whether datasets and cities are known, and whether the policy is broader than the one it
            `replaces`; --offline does not. Warnings do not stand in the way of a proposal.
            Example: hansa policy check Policies/shijiazhuang-divisions.yaml --offline --code MA.156.1301
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The policies, YAML or JSON-LD.", completion: .file(extensions: ["yaml", "yml", "json", "jsonld"]))
    var files: [String]

    @Flag(name: .long, help: "Ask no node.")
    var offline = false

    func run() async throws {
        let proposer = try home.code.map { text in try argument(text) { try IdentificationCode(text) } }
        // `Policies/*.yaml` names the tables beside the policies too.
        let documents = files.filter { !$0.hasSuffix(PolicyTables.suffix) }
        if documents.isEmpty, let table = files.first {
            throw CommandError(
                .input, "`\(table.printable)` is a table of tests, and no policy",
                advice: "use `hansa policy test \(table.printable)`")
        }
        let policies = try documents.map { ($0, try PolicyFile.read($0)) }
        let known = try await knowledge(of: policies.map(\.1))
        var (answers, text, refused): ([JSONValue], String, Bool) = ([], "", false)
        for (file, policy) in policies {
            let found = policy.checkForProposal(
                by: proposer ?? policy.datasets.first?.provider,
                knowsDataset: { known?.datasets.contains($0) ?? true },
                knowsParty: { known?.codes.contains($0) ?? true })
            let problems =
                found + policy.lint(at: .now(), besides: found) + (known?.broadenings(by: policy) ?? [])
            let isRefused = problems.contains { $0.severity == .error }
            refused = refused || isRefused
            text += "\(file)  \(isRefused ? "✗ cannot be proposed" : "✓ can be proposed")  \(policy.hash)\n"
            text += problems.map { "  \("\($0)".printable)\n" }.joined()
            answers.append([
                "file": JSONValue(file), "hash": JSONValue(policy.hash.description),
                "proposable": JSONValue(!isRefused),
                "problems": JSONValue(problems.map(Self.json)),
            ])
        }
        output.print(json: JSONValue([("policies", JSONValue(answers))]), text: text)
        if refused { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// What a node knows of what the policies speak of; `nil` where none is to be asked.
    private func knowledge(of policies: [Policy]) async throws -> PolicyKnowledge? {
        guard !offline, (try? await home.profile().node()) != nil else { return nil }
        return try await home.withNode { try await PolicyKnowledge(of: policies, from: $0) }
    }

    private static func json(_ problem: PolicyProblem) -> JSONValue {
        [
            "severity": JSONValue(problem.severity.rawValue), "path": JSONValue(problem.path),
            "message": JSONValue(problem.message), "expected": problem.expected.map { JSONValue($0) } ?? .null,
        ]
    }
}

/// What the ledger has of the datasets and cities that policies speak of.
private struct PolicyKnowledge {
    let datasets: Set<DatasetIdentifier>
    private(set) var codes: Set<IdentificationCode> = []
    private(set) var inForce: Set<Policy> = []

    init(of policies: [Policy], from node: NodeClient) async throws {
        let records = try await node.json("/datasets")["datasets"]?.array ?? []
        let published = records.filter { $0["published"]?.bool != false }
        datasets = Set(
            published.compactMap { record in
                let dataset = record["dataset"] ?? .null
                return try? DatasetIdentifier("\(dataset.field("provider"))/\(dataset.field("name"))")
            })
        let parties = policies.flatMap(\.rules).flatMap { $0.assignees + $0.assigners }
        for code in Set(parties.compactMap(\.identification)) {
            if try await node.bytes("/identities/\(code)", accept: "application/json") != nil { codes.insert(code) }
        }
        for dataset in Set(policies.filter { $0.replaces != nil }.flatMap(\.datasets)) {
            inForce.formUnion(try await node.policiesInForce(for: dataset))
        }
    }

    func broadenings(by policy: Policy) -> [PolicyProblem] {
        let new = PolicySet([policy])
        let replaced = inForce.filter { new.replaces($0) }
        guard !replaced.isEmpty else { return [] }
        return policy.broadenings(from: PolicySet(replaced), to: new, at: .now())
    }
}
