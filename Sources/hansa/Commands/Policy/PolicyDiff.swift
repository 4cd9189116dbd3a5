import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say in words who gains what, and who loses what, by a change of policies.",
        discussion: """
            Of requests at any time from now on. Both sides are files, or hashes of policies on the ledger, joined by commas.
            With --ledger the old side is what is in force, or agreed to come into force, for the datasets that the new policies
            are about. What a new one replaces then ends as it begins: what --replaces names, what was proposed with it, or what
            `replaces` in the document names by its uid, or by an IRI that ends in its hash. Every policy on the ledger counts in
            the time that it was agreed to or proposed with, new files in that of --from and --until. Exit code 2 means that
            somebody gains something.
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

    @Option(name: .long, help: "When new files would come into force, as `policy propose` takes it.")
    var from: String?

    @Option(name: .long, help: "When new files would end, as `policy propose` takes it.")
    var until: String?

    func validate() throws {
        guard ledger || replaces.isEmpty else { throw ValidationError("--replaces is about the ledger: add --ledger") }
        guard policies.count == (ledger ? 1 : 2) else {
            throw ValidationError(ledger ? "name the new policies alone" : "name the old policies and the new ones")
        }
    }

    func run() async throws {
        let named = try await PolicySource.named(
            policies[policies.count - 1], in: Period(from: from, until: until), home: home)
        let now = Timestamp.now()
        var (old, new) = (PolicySet(), PolicySet(named.map { $0.bounded(asOf: now) }))
        if ledger {
            let replaced = Set(try replaces.map(PolicyHash.init(argument:)))
            let change = try await home.withNode {
                try await $0.change(by: named, replacing: replaced, asOf: now)
            }
            (old, new) = (change.old, change.new)
            for agreed in named where agreed.isAgreed {
                output.say("\(agreed.policy.hash) is agreed to already, and so is what it replaces: both sides have it")
            }
        } else {
            old = try await PolicySource.policies(policies[0], home: home)
        }
        let changes = new.changes(from: old, moments: now ... .latest, near: now)
        output.print(
            json: [
                "whole": JSONValue(changes.isWhole), "limit": changes.limit.map { JSONValue($0.words) } ?? .null,
                "changes": JSONValue(changes.changes.map(\.json)),
                "from": JSONValue(now.rfc3339), "to": JSONValue(Timestamp.latest.rfc3339),
            ], text: changes.text)
        let opens = !changes.isWhole || changes.changes.contains { $0.kind != .loses }
        if opens { throw ExitCode(ExitStatus.no.rawValue) }
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
