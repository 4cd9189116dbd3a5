import CityIdentity
import Ledger
import TransparencyLog

/// What registrars said against applications for a code that is not on the ledger: the state forgets them, the log does not.
struct RejectedApplication {
    let voter: String
    let time: Timestamp
    let application: String
    let reason: String?

    /// How many of the newest entries are looked through, and how many votes are told.
    private static let entries: UInt64 = 16_384
    private static let votes = 16

    /// The votes against a code, the newest first.
    static func votes(against code: IdentificationCode, on node: NodeClient) async throws -> [RejectedApplication] {
        let source = LedgerSource.remote(node)
        let size = try await source.claim().size
        var found: [RejectedApplication] = []
        var end = size
        while end > 0, size - end < entries, found.count < votes {
            let start = (end - 1) / 256 * 256
            var page: [RejectedApplication] = []
            try await source.entries(from: start, to: end, size: size) { _, leaf, _ in
                guard let transaction = try? Transaction(parsing: leaf),
                    case .identityReject(let decision) = transaction.body, decision.code == code
                else { return }
                page.append(
                    RejectedApplication(
                        voter: transaction.signer.code.description, time: transaction.time,
                        application: decision.application, reason: decision.reason))
            }
            found += page.reversed()
            end = start
        }
        return Array(found.prefix(votes))
    }

    var words: String {
        "\(voter) voted against it at \(time.rfc3339)\(reason.map { ": \($0.printable)" } ?? ", without a reason") "
            + "(signed by key \(application.printable))"
    }
}
