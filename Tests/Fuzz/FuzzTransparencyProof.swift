import TransparencyLog

/// A proof that parses is written again byte by byte, and verifies for no leaf that it does not prove.
enum FuzzTransparencyProof {
    static func run(_ bytes: [UInt8]) {
        guard let proof = try? TransparencyProof(parsing: bytes) else { return }
        precondition(proof.bytes == bytes, "the proof was written again otherwise")
        guard let checkpoint = try? Checkpoint(parsing: proof.checkpoint.text) else {
            fatalError("a proof without checkpoint was taken")
        }
        let leafHash = MerkleTree.leafHash(bytes)
        precondition(
            !MerkleTree.verifyInclusion(
                of: leafHash, at: proof.index, size: checkpoint.size, root: checkpoint.root, proof: proof.hashes),
            "the proof holds for a leaf that contains it")
    }
}
