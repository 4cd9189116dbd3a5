/// Every parser that reads bytes from outside, by name: one libFuzzer target each.
///
/// `Scripts/fuzz NAME` runs one; `FuzzTests` replays what was found, and random bytes, in every test run.
package enum FuzzTargets {
    package static let all: [String: @Sendable ([UInt8]) -> Void] = [
        "json": FuzzJSON.run,
        "checkpoint": FuzzCheckpoint.run,
        "entry-bundle": FuzzEntryBundle.run,
        "merkle-proof": FuzzMerkleProof.run,
        "note": FuzzNote.run,
        "tile-path": FuzzTilePath.run,
        "tlog-proof": FuzzTransparencyProof.run,
        "verifier-key": FuzzVerifierKey.run,
        "witness": FuzzWitness.run,
    ]
}
