import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say in words who gains what, and who loses what, by a change of policies.",
        discussion: """
            Of requests from now on. Both sides are files, or hashes of policies on the ledger, joined by commas. With --ledger
            the old side is what is in force for the datasets that the new policies are about. What a new one replaces then
            goes: what --replaces names, what was proposed with it, or what `replaces` in the document names by its uid,
            or by an IRI that ends in its hash. Of a proposal, requests are asked about between the times that it was
            proposed with. Exit code 2 means that somebody gains something.
            Example: hansa policy diff Policies/shijiazhuang-divisions.yaml Policies/templates/open-data.yaml
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The old policies and the new ones; with --ledger the new ones alone.", completion: .file())
    var policies: [String]

    @Flag(name: .long, help: "Compare with what is in force on the ledger.")
    var ledger = false

    @Option(name: .long, help: "With --ledger: the hash of a policy whose place the new ones take; may be repeated.")
    var replaces: [String] = []

    func validate() throws {
        guard ledger || replaces.isEmpty else { throw ValidationError("--replaces is about the ledger: add --ledger") }
        guard policies.count == (ledger ? 1 : 2) else {
            throw ValidationError(ledger ? "name the new policies alone" : "name the old policies and the new ones")
        }
    }

    func run() async throws {
        let named = try await PolicySource.policies(policies[policies.count - 1], home: home)
        let now = Timestamp.now()
        var (old, new, moments) = (PolicySet(), named, now ... .latest)
        if ledger {
            let terms = try await ProposedTerms(
                of: policies[0], replacing: try replaces.map(PolicyHash.init(argument:)), home: home)
            moments = try terms.moments(from: now)
            let gone = try await home.withNode { node in
                var gone: [Policy] = []
                for hash in terms.replaced.sorted() { gone.append(try await node.policyDocument(hash)) }
                return gone
            }
            let inForce = try await Self.inForce(with: PolicySet(named.policies + gone), home: home)
            old = PolicySet(inForce)
            new = PolicySet(
                inForce.filter { !named.replaces($0) && !terms.replaced.contains($0.hash) } + named.policies)
        } else {
            old = try await PolicySource.policies(policies[0], home: home)
        }
        let changes = new.changes(from: old, moments: moments, near: moments.lowerBound)
        output.print(
            json: [
                "whole": JSONValue(changes.isWhole), "limit": changes.limit.map { JSONValue($0.words) } ?? .null,
                "changes": JSONValue(changes.changes.map(\.json)),
                "from": JSONValue(moments.lowerBound.rfc3339), "to": JSONValue(moments.upperBound.rfc3339),
            ], text: Self.span(moments, from: now) + changes.text)
        let opens = !changes.isWhole || changes.changes.contains { $0.kind != .loses }
        if opens { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// Which requests were asked about, where not those from now on.
    private static func span(_ moments: ClosedRange<Timestamp>, from now: Timestamp) -> String {
        let from = moments.lowerBound == now ? "" : " from \(moments.lowerBound.rfc3339)"
        let until = moments.upperBound == .latest ? "" : " to \(moments.upperBound.rfc3339)"
        return from.isEmpty && until.isEmpty ? "" : "of requests\(from)\(until):\n"
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
