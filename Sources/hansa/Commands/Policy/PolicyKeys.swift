import CityIdentity
import StrictJSON

/// How many `policy` keys must agree to what a code proposes, and how many there are that could.
struct PolicyKeys {
    let needed: Int
    let usable: Int

    /// Counts the keys of the code and of the nodes above it, which may agree too.
    init(for code: IdentificationCode, from node: NodeClient) async throws {
        let answer = try await node.identity(code)
        needed = answer["identity"]?["policyApprovals"]?.int ?? 0
        var keys = (answer["keys"]?.array ?? []).compactMap { try? KeyRecord(json: $0) }
        for superior in code.lineage.dropFirst() {
            if let found = try? await node.keys(of: superior) { keys += found }
        }
        usable = keys.count { $0.isActive(at: .now(), for: .policy) }
    }

    /// That too few keys could agree; `nil` where there are enough.
    var warning: String? {
        guard usable < needed else { return nil }
        return
            "warning: \(needed) `policy` keys must agree and \(usable) \(usable == 1 ? "is" : "are") in use: it cannot come "
            + "into force before `hansa key generate policy` and `hansa key add` declare another"
    }
}
