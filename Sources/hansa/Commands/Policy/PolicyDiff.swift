import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say in words who gains what, and who loses what, by a change of policies.",
        discussion: """
            Of requests from now on. Both sides are files, or hashes of policies on the ledger, joined by commas. With --ledger the old side is what is
            in force for the datasets that the new policies are about; the policy that a new one `replaces`, by its hash
            or `uid`, then goes. Exit code 2 means that somebody gains something.
            Example: hansa policy diff Policies/shijiazhuang-divisions.yaml Policies/templates/open-data.yaml
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The old policies and the new ones; with --ledger the new ones alone.", completion: .file())
    var policies: [String]

    @Flag(name: .long, help: "Compare with what is in force on the ledger.")
    var ledger = false

    func validate() throws {
        guard policies.count == (ledger ? 1 : 2) else {
            throw ValidationError(ledger ? "name the new policies alone" : "name the old policies and the new ones")
        }
    }

    func run() async throws {
        let named = try await PolicySource.policies(policies[policies.count - 1], home: home)
        var (old, new) = (PolicySet(), named)
        if ledger {
            let inForce = try await Self.inForce(with: named, home: home)
            old = PolicySet(inForce)
            new = PolicySet(inForce.filter { !named.replaces($0) } + named.policies)
        } else {
            old = try await PolicySource.policies(policies[0], home: home)
        }
        let now = Timestamp.now()
        let changes = new.changes(from: old, moments: now ... .latest, near: now)
        output.print(
            json: [
                "whole": JSONValue(changes.isWhole), "limit": changes.limit.map { JSONValue($0.words) } ?? .null,
                "changes": JSONValue(changes.changes.map(\.json)),
            ], text: changes.text)
        let opens = !changes.isWhole || changes.changes.contains { $0.kind != .loses }
        if opens { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// What is in force for the datasets that policies are about, each once.
    private static func inForce(with policies: PolicySet, home: HomeOptions) async throws -> [Policy] {
        try await home.withNode { node in
            var found: Set<Policy> = []
            for dataset in Set(policies.policies.flatMap(\.datasets)).sorted() {
                found.formUnion(try await node.policiesInForce(for: dataset))
            }
            return found.sorted { $0.hash < $1.hash }
        }
    }
}

extension PolicySet {
    /// Whether one of the policies says that it takes another's place, by its `uid` or its hash.
    func replaces(_ policy: Policy) -> Bool {
        policies.contains { new in
            guard new.hash != policy.hash, let replaced = new.replaces else { return false }
            return replaced == policy.uid || replaced.text.hasSuffix(policy.hash.description)
        }
    }
}

extension PolicyChanges {
    /// Everything that changes, by what becomes of it and for whom.
    var text: String {
        guard !changes.isEmpty else {
            return limit.map { "undecided: \($0.words)\n" } ?? "nothing changes for anybody\n"
        }
        var lines: [String] = []
        for (kind, heading) in [
            (PolicyChange.Kind.gains, "gains"), (.loses, "losses"), (.differs, "other duties"),
        ] {
            let mine = changes.filter { $0.kind == kind }
            if !mine.isEmpty { lines.append("\(heading):") }
            lines += mine.map { "  \($0.parties.joined(separator: ", ")) \($0.words)" }
        }
        if let limit { lines.append("there may be more: \(limit.words)") }
        return lines.map { $0.printable + "\n" }.joined()
    }
}
