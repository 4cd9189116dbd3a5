import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// Policies that a command was told of: files, and policies on the ledger by their hash.
enum PolicySource {
    /// Reads one argument: files and hashes, joined by commas.
    static func policies(_ argument: String, home: HomeOptions) async throws -> PolicySet {
        var policies: [Policy] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard !name.isEmpty else { throw CommandError(.usage, "`\(argument)` names no policy between its commas") }
            if let hash = PolicyHash(name) {
                policies.append(try await home.withNode { try await $0.policyDocument(hash) })
            } else {
                policies.append(try PolicyFile.proposable(name))
            }
        }
        return PolicySet(policies)
    }
}

extension NodeClient {
    /// A policy that stands on the ledger, its bytes compared with its hash.
    func policyDocument(_ hash: PolicyHash) async throws -> Policy {
        let (bytes, format) = try Self.policyDocument(of: try await policy(hash), hash)
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
