import CityIdentity
import Ledger
import TransparencyLog

/// A bundle that parses is written again to one that parses to the same, and is verified or refused.
enum FuzzRegistryCheckpoint {
    static func run(_ bytes: [UInt8]) {
        guard let bundle = try? RegistryCheckpoint(parsing: bytes) else { return }
        guard let again = try? RegistryCheckpoint(parsing: bundle.bytes) else {
            fatalError("what was written does not parse")
        }
        precondition(again == bundle, "what was written parses to another bundle")
        _ = try? LedgerCheckpoint(Checkpoint(parsing: bundle.checkpoint.text))
        // A proof must end, and hold for no state that nobody computed.
        precondition((try? bundle.verified(trusting: keys)) == nil, "a bundle by nobody was accepted")
    }

    private static let keys = [
        try? NoteVerifierKey(name: "ledger.test/network", type: .ed25519, publicKey: Array(repeating: 1, count: 32))
    ].compactMap(\.self)
}
