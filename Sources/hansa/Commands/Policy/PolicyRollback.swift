import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

struct PolicyRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Propose an earlier policy anew, byte for byte, in the place of what followed it.",
        discussion: """
            What stands on the ledger is not undone: the earlier policy is proposed again, and other keys approve it as any.
            The one in force that took its place, or has its uid, ends when it comes into force; --replaces names another. Where
            there are several, or none and others are about the same datasets, --replaces must name it.
            Example: hansa policy rollback 5e88…
            """)

    @OptionGroup var options: TransactionOptions
    @OptionGroup var terms: PolicyTerms

    @Argument(help: "The earlier policy's hash, as `hansa policy history` shows it; 64 digits.")
    var hash: String

    func run() async throws {
        let parsed = try PolicyHash(argument: hash)
        let (policy, newer) = try await options.home.withNode { node in
            let record = try await node.policy(parsed)
            let policy = try await node.policyDocument(parsed)
            if let refusal = Self.refusal(of: record, parsed) { throw refusal }
            guard terms.replaces == nil else { return (policy, PolicyHash?.none) }
            return (policy, try await Self.newer(than: policy, record, from: node))
        }
        var proposed = terms
        if let newer { proposed.replaces = newer.description }
        options.output.say(proposed.replaces.map { "it replaces \($0.printable)" } ?? "it replaces nothing")
        try await PolicyPropose.propose(policy, named: hash, proposed, options, isAnew: true)
    }

    /// That there is nothing to go back to: the policy waits, or is or will be in force.
    private static func refusal(of record: JSONValue, _ hash: PolicyHash) -> CommandError? {
        let standing = PolicyStanding(record: record)
        switch standing.status {
        case .proposed:
            return CommandError(
                .denied, "the policy `\(hash)` is proposed already",
                advice: "`hansa policy approve \(hash)` agrees to it as it was proposed; to propose it otherwise, "
                    + "`hansa policy reject \(hash)` comes first")
        case .inForce where standing.isSuspended, .scheduled where standing.isSuspended:
            return CommandError(
                .denied, "the policy `\(hash)` is suspended: it permits nothing, and what it prohibits stands",
                advice: "`hansa policy withdraw \(hash)` with as many keys as must agree to a policy ends it; then "
                    + "`hansa policy rollback \(hash)` proposes it anew")
        case .inForce, .scheduled:
            guard let successor = record["replacedBy"]?.string?.printable else {
                return CommandError(.denied, "the policy `\(hash)` is \(standing.words) already")
            }
            return CommandError(
                .denied,
                "the policy `\(hash)` is \(standing.words) already, until `\(successor)` takes its place at "
                    + record.field("until"),
                advice: "to keep it, `hansa policy withdraw \(successor)` with as many keys as must agree to a policy")
        case .replaced, .expired, .rejected, .withdrawn, nil: return nil
        }
    }

    /// The policy in force that came after another: the one that took its place, or has its uid.
    ///
    /// - Returns: `nil` where nothing of the provider's is in force for the same datasets.
    /// - Throws: `CommandError` where it cannot be told which one is meant.
    private static func newer(
        than policy: Policy, _ record: JSONValue, from node: NodeClient
    ) async throws -> PolicyHash? {
        let provider = try IdentificationCode(record.field("provider"))
        let now = Timestamp.now()
        let agreed = try await node.agreedPolicies(of: provider, limit: PolicyKnowledge.limit)
        guard agreed.isWhole else {
            throw CommandError(
                .no,
                "the city has more than \(PolicyKnowledge.limit) policies, too many to look for what followed "
                    + "`\(policy.hash)`", advice: "name the one whose place it takes with --replaces HASH")
        }
        let inForce = agreed.policies.filter { $0.provider == provider && $0.holds(at: now) }
        let successor = try await successor(of: PolicyStanding(record: record).earlier?.record ?? record, from: node)
        let followers = inForce.filter {
            $0.policy.hash == successor || (policy.uid != nil && $0.policy.uid == policy.uid)
        }
        let datasets = Set(policy.datasets)
        let others = inForce.filter { !datasets.isDisjoint(with: $0.policy.datasets) }
        guard followers.count != 1, !others.isEmpty || !followers.isEmpty else { return followers.first?.policy.hash }
        let candidates = (followers.isEmpty ? others : followers).map(\.policy)
        throw CommandError(
            .no,
            followers.isEmpty
                ? "nothing in force took the place of `\(policy.hash)` or has its uid, and others are about the same datasets"
                : "\(followers.count) policies in force came after `\(policy.hash)`",
            advice: "name the one whose place it takes:"
                + candidates.prefix(10).map { "\n  --replaces \($0.hash)  (\($0.name.printable))" }.joined()
                + (candidates.count > 10
                    ? "\n  and \(candidates.count - 10) more: `hansa policy list --status inForce`" : "")
                + "\nto have it beside them, `hansa policy show \(policy.hash)` prints it for `hansa policy propose`")
    }

    /// What was the last to take the place of a policy, of one that took its place, and so on.
    private static func successor(of record: JSONValue, from node: NodeClient) async throws -> PolicyHash? {
        var (record, last) = (record, PolicyHash?.none)
        var seen: Set<PolicyHash> = []
        while let next = record["replacedBy"]?.string.flatMap({ PolicyHash($0) }), seen.insert(next).inserted,
            seen.count <= limit
        {
            (record, last) = (try await node.policy(next), next)
            if PolicyStanding(record: record).status == .inForce { break }
        }
        return last
    }

    /// How many successors are followed.
    private static let limit = 256
}
