import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// The policy whose place another was agreed to take at a moment that has yet to come: what the other's withdrawal leaves of
/// it.
struct PolicyPredecessor {
    private let hash: PolicyHash
    private let successor: String
    /// When it ends because the other was to begin then.
    private let end: String
    /// How many keys have asked for the other's withdrawal, and how many must so that this one goes on.
    private let asked: Int
    private let needed: Int

    /// - Parameter record: A node's record of the other policy.
    /// - Returns: `nil` where it replaces nothing, has taken its place already, or is but proposed.
    init?(of record: JSONValue, from node: NodeClient) async throws {
        guard let successor = record["hash"]?.string, let replaced = record["policy"]?["replaces"]?.string,
            let hash = PolicyHash(replaced), record["decision"]?.string != "proposed"
        else { return nil }
        let predecessor = try await node.policy(hash)
        guard predecessor["replacedBy"]?.string == successor, let end = predecessor["until"]?.string,
            [.inForce, .scheduled].contains(PolicyStanding(record: predecessor).status)
        else { return nil }
        self.hash = hash
        self.successor = successor
        self.end = end
        asked = record["withdrawals"]?.array?.count ?? 0
        let provider = try IdentificationCode(record.field("provider"))
        needed = try await node.identity(provider)["identity"]?["policyApprovals"]?.int ?? 0
    }

    /// Why nothing can take the place of a policy, and what would free it; `nil` where no other was agreed to take it.
    static func refusal(of hash: PolicyHash, from node: NodeClient) async throws -> CommandError? {
        let replaced = try await node.policy(hash)
        guard let other = replaced["replacedBy"]?.string.flatMap({ PolicyHash($0) }), replaced["ended"] == nil else {
            return nil
        }
        let record = try await node.policy(other)
        guard let place = try await PolicyPredecessor(of: record, from: node) else { return nil }
        let standing = PolicyStanding(record: record)
        return CommandError(
            .denied, "the place of the policy `\(hash)` is taken by `\(other)` already, which is \(standing.words)",
            advice: place.asked > 0
                ? place.words + "; then its place is free"
                : "its place is free when \(place.needed) keys ask for the other's end, `hansa policy withdraw \(other)`; "
                    + "or `--replaces \(other)` takes the other's")
    }

    /// What is to be known before one key asks for the other's withdrawal.
    var warning: String {
        "\(hash), whose place it was to take, still ends at \(end.printable), unless \(needed) keys ask for this withdrawal"
    }

    /// What became of it, where it still ends.
    var words: String {
        let missing = max(needed - asked, 1)
        return
            "\(hash), whose place it was to take, still ends at \(end.printable): it stays in force when \(missing) more "
            + "\(missing == 1 ? "key asks" : "keys ask") too: `hansa policy withdraw \(successor.printable) --key NAME`"
    }

    /// What became of it once enough keys asked.
    var restored: String { "\(hash), whose place it was to take, stays in force" }
}
