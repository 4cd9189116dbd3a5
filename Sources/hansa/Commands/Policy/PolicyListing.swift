import CityIdentity
import SharingPolicy
import StrictJSON

/// A node's records of policies, with what a person knows them by: `title` and `uid` from the document that was signed, and
/// `needed`, how many keys must agree.
struct PolicyListing {
    private(set) var records: [JSONValue] = []

    /// Of how many policies the documents are read for that.
    static let limit = 256

    /// Completes summaries as the node lists them, or whole records.
    init(_ summaries: JSONValue?, from node: NodeClient) async throws {
        var needed: [String: JSONValue] = [:]
        for (number, summary) in (summaries?.array ?? []).enumerated() {
            var members = summary.object ?? JSONObject()
            if let provider = summary["provider"]?.string, let code = try? IdentificationCode(provider) {
                if needed[provider] == nil {
                    needed[provider] = try await node.identity(code)["identity"]?["policyApprovals"] ?? .null
                }
                members["needed"] = needed[provider]
            }
            if number < Self.limit, let hash = summary["hash"]?.string.flatMap({ PolicyHash($0) }) {
                let record = summary["policy"] == nil ? try await node.policy(hash) : summary
                guard record["policy"] != nil else {
                    // A change that waits is found as policies are, and has no document.
                    records.append(.object(members))
                    continue
                }
                members["earlier"] = record["earlier"]
                let (bytes, format) = try NodeClient.policyDocument(of: record, hash)
                let policy = try? Policy(reading: bytes, format: format)
                members["title"] = policy?.title.map { JSONValue($0) } ?? .null
                members["uid"] = policy?.uid.map { JSONValue($0.short) } ?? .null
            }
            records.append(.object(members))
        }
    }
}
