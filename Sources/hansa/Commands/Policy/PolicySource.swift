import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// Policies that a command was told of: files, and policies on the ledger by their hash.
enum PolicySource {
    /// Reads one argument: files and hashes, joined by commas; files would be in force in the period.
    static func named(
        _ argument: String, in period: Period = .whole, home: HomeOptions
    ) async throws -> [NamedPolicy] {
        var policies: [NamedPolicy] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard !name.isEmpty else { throw CommandError(.usage, "`\(argument)` names no policy between its commas") }
            guard let hash = PolicyHash(name) else {
                policies.append(
                    NamedPolicy(try PolicyFile.proposable(name), from: period.from, until: period.until))
                continue
            }
            guard period == .whole else {
                throw CommandError(
                    .usage, "--from and --until are about files: `\(hash)` has its times on the ledger",
                    advice: "`hansa policy history \(hash)` shows them")
            }
            policies.append(
                try await home.withNode { node in
                    let record = try await node.policy(hash)
                    return try NamedPolicy(NodeClient.policy(of: record, hash), record: record)
                })
        }
        return policies
    }

    /// The same, each bounded to the time in which it is or would be in force, from now on.
    static func policies(_ argument: String, home: HomeOptions) async throws -> PolicySet {
        let now = Timestamp.now()
        return PolicySet(try await named(argument, home: home).map { $0.bounded(asOf: now) })
    }
}

extension NodeClient {
    /// A policy that stands on the ledger, its bytes compared with its hash.
    func policyDocument(_ hash: PolicyHash) async throws -> Policy {
        try Self.policy(of: try await policy(hash), hash)
    }

    /// The policy in the ledger's record of it, its bytes compared with its hash.
    static func policy(of record: JSONValue, _ hash: PolicyHash) throws -> Policy {
        let (bytes, format) = try policyDocument(of: record, hash)
        return try Policy(reading: bytes, format: format)
    }

    /// The document in the ledger's record of a policy.
    ///
    /// - Throws: `CommandError` where there is none, or another than the hash is of.
    static func policyDocument(of record: JSONValue, _ hash: PolicyHash) throws -> (
        bytes: [UInt8], format: Policy.Format
    ) {
        if let change = WaitingChange(record: record) {
            throw CommandError(
                .usage, "`\(hash)` is no policy: \(change.words)",
                advice: "`hansa policy show \(hash)` shows what it would set")
        }
        guard let document = record["policy"]?["document"]?.string,
            let format = record["policy"]?["format"]?.string.flatMap({ Policy.Format(rawValue: $0) })
        else { throw CommandError(.failure, "the node's answer for policy `\(hash)` cannot be understood") }
        let bytes = Array(document.utf8)
        guard PolicyHash(of: bytes) == hash else {
            throw CommandError(.no, "the node sent another document than the policy `\(hash)`")
        }
        return (bytes, format)
    }

    /// By city, the names of the datasets that it lets a reader read now.
    func shares(with reader: IdentificationCode) async throws -> [IdentificationCode: [String]] {
        let answer = try await json("/shares?reader=\(Self.escape(reader.description))")
        guard let shares = answer["shares"]?.object else {
            throw CommandError(.failure, "the node's answer about what is shared with `\(reader)` cannot be understood")
        }
        var names: [IdentificationCode: [String]] = [:]
        for member in shares.members {
            guard let city = try? IdentificationCode(member.name), let value = member.value.array else { continue }
            names[city] = value.compactMap(\.string)
        }
        return names
    }
}
