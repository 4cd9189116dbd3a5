import AccessReceipts
import CityIdentity
import TransparencyLog

/// Evidence is verified to the end by someone who trusts nobody, and never accepted.
enum FuzzEvidence {
    private static let verifier = EvidenceVerifier(
        trust: EvidenceTrust(ledger: CheckpointPolicy(origin: "ledger.hansa.example/test", logKeys: [])) { _ in
            ProvenState(keys: [], anchors: [])
        })

    static func run(_ bytes: [UInt8]) {
        precondition(!verifier.verify(bytes).isAccepted, "evidence was accepted without trust")
        guard let evidence = try? Evidence(parsing: bytes) else { return }
        precondition(evidence.bytes == bytes, "evidence has a second form")
    }
}
