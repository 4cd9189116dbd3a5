import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// Who gains and who loses by a proposal or a withdrawal, against what is in force: what is told before somebody signs.
struct ProposalEffect {
    private let changes: PolicyChanges

    /// The most lines that are told; `hansa policy diff` tells all.
    private static let limit = 10

    /// - Returns: `nil` where it would be in force at no moment from now on.
    init?(of proposal: NamedPolicy, from node: NodeClient) async throws {
        let now = Timestamp.now()
        guard proposal.until.map({ proposal.start(asOf: now) < $0 }) ?? true else { return nil }
        let change = try await node.change(by: [proposal], asOf: now)
        changes = change.new.changes(from: change.old, moments: now ... .latest, near: now, budget: 200_000)
    }

    /// What one more key's asking for a policy's end changes.
    ///
    /// - Returns: `nil` where the record is of what is none.
    init?(ofWithdrawing record: JSONValue, from node: NodeClient) async throws {
        guard let hash = record["hash"]?.string.flatMap({ PolicyHash($0) }),
            let provider = record["provider"]?.string.flatMap({ try? IdentificationCode($0) })
        else { return nil }
        let now = Timestamp.now()
        let policy = try NodeClient.policy(of: record, hash)
        let needed = try await node.identity(provider)["identity"]?["policyApprovals"]?.int ?? .max
        let isAgreed = (record["withdrawals"]?.array?.count ?? 0) + 1 >= needed
        var old: [PolicyHash: AgreedPolicy] = [:]
        for dataset in Set(policy.datasets).sorted() {
            for agreed in try await node.agreedPolicies(for: dataset) { old[agreed.policy.hash] = agreed }
        }
        var new = old
        new[hash] = isAgreed || policy.prohibitions.isEmpty ? nil : old[hash]?.permittingNothing
        if isAgreed, let place = record["policy"]?["replaces"]?.string.flatMap({ PolicyHash($0) }) {
            let predecessor = try await node.policy(place)
            if predecessor["replacedBy"]?.string == hash.description, let agreed = old[place] {
                new[place] = agreed.restored(until: predecessor["policy"]?.moment("inForceUntil"))
            }
        }
        changes = PolicySet(new.values.map { $0.bounded(asOf: now) }).changes(
            from: PolicySet(old.values.map { $0.bounded(asOf: now) }), moments: now ... .latest, near: now,
            budget: 200_000)
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
