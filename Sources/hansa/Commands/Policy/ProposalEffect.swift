import CityIdentity
import SharingPolicy
import StrictJSON

/// Who gains and who loses by a proposal, against what is in force: what is told before somebody signs.
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
