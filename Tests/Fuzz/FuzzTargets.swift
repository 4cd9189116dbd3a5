/// Every parser that reads bytes from outside, by name: one libFuzzer target each.
///
/// `Scripts/fuzz NAME` runs one; `FuzzTests` replays what was found, and random bytes, in every test run.
package enum FuzzTargets {
    package static let all: [String: @Sendable ([UInt8]) -> Void] = [
        "accept-signature": FuzzAcceptSignature.run,
        "certificate": FuzzCertificate.run,
        "checkpoint": FuzzCheckpoint.run,
        "city-code": FuzzCityCode.run,
        "code": FuzzCode.run,
        "component": FuzzComponent.run,
        "content-digest": FuzzContentDigest.run,
        "entry-bundle": FuzzEntryBundle.run,
        "evidence": FuzzEvidence.run,
        "json": FuzzJSON.run,
        "jwk": FuzzJWK.run,
        "jws": FuzzJWS.run,
        "merkle-proof": FuzzMerkleProof.run,
        "note": FuzzNote.run,
        "policy-json": FuzzPolicyJSON.run,
        "policy-yaml": FuzzPolicyYAML.run,
        "private-key": FuzzPrivateKey.run,
        "receipt": FuzzReceipt.run,
        "redactor": FuzzRedactor.run,
        "registry-checkpoint": FuzzRegistryCheckpoint.run,
        "request-target": FuzzRequestTarget.run,
        "signature-base": FuzzSignatureBase.run,
        "signature-fields": FuzzSignatureFields.run,
        "sm2": FuzzSM2.run,
        "structured-field": FuzzStructuredField.run,
        "table": FuzzTable.run,
        "tile-path": FuzzTilePath.run,
        "timestamp": FuzzTimestamp.run,
        "tlog-proof": FuzzTransparencyProof.run,
        "transaction": FuzzTransaction.run,
        "verifier-key": FuzzVerifierKey.run,
        "witness": FuzzWitness.run,
    ]
}
