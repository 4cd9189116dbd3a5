import CityIdentity
import SharingPolicy
import StrictJSON

/// Who gains and who loses by a proposal, against what is in force: what is told before somebody signs.
struct ProposalEffect {
    private let changes: PolicyChanges

    /// The most lines that are told; `hansa policy diff` tells all.
    private static let limit = 10

    /// - Parameters:
    ///   - replaced: The policies whose place it takes, besides those that its document names.
    ///   - from: From when on it would be in force, where it says so.
    ///   - until: When it would end.
    /// - Returns: `nil` where it would be in force at no moment from now on.
    init?(
        of policy: Policy, replacing replaced: Set<PolicyHash>, from: Timestamp?, until: Timestamp?,
        knowing known: PolicyKnowledge
    ) {
        let now = Timestamp.now()
        let first = max(now, from ?? now)
        guard until.map({ first < $0 }) ?? true else { return nil }
        let last = until.map { Timestamp(milliseconds: $0.milliseconds - 1) } ?? .latest
        let gone = known.replaced(by: policy, named: replaced)
        let datasets = Set((gone.map(\.policy) + [policy]).flatMap(\.datasets))
        let inForce = known.agreed.filter { $0.holds(at: now) && !datasets.isDisjoint(with: $0.policy.datasets) }
            .map(\.policy)
        let hashes = Set(gone.map(\.policy.hash))
        changes = PolicySet(inForce.filter { !hashes.contains($0.hash) } + [policy])
            .changes(from: PolicySet(inForce), moments: first...last, near: first, budget: 200_000)
    }

    /// The same of a proposal on the ledger, by a node's record of it.
    init?(of record: JSONValue, _ hash: PolicyHash, from node: NodeClient) async throws {
        let (bytes, format) = try NodeClient.policyDocument(of: record, hash)
        let policy = try Policy(reading: bytes, format: format)
        let terms = record["policy"]
        func moment(_ name: String) throws -> Timestamp? {
            try terms?[name]?.string.map { try Timestamp(rfc3339: $0) }
        }
        self.init(
            of: policy, replacing: Set([terms?["replaces"]?.string.flatMap { PolicyHash($0) }].compactMap(\.self)),
            from: try moment("inForceFrom"), until: try moment("inForceUntil"),
            knowing: try await PolicyKnowledge(of: [policy], from: node))
    }

    /// The words of `diff --ledger`, as many lines as are told.
    ///
    /// - Parameter command: What tells them all.
    func text(all command: String) -> String {
        let lines = changes.text.split(separator: "\n")
        let shown = lines.count > Self.limit ? lines.prefix(Self.limit) : lines[...]
        return "against what is in force:\n" + shown.map { "  \($0)\n" }.joined()
            + (shown.count == lines.count ? "" : "  and \(lines.count - shown.count) more: \(command)\n")
    }

    var json: JSONValue {
        [
            "whole": JSONValue(changes.isWhole), "limit": changes.limit.map { JSONValue($0.words) } ?? .null,
            "changes": JSONValue(changes.changes.map(\.json)),
        ]
    }
}
