import TransparencyLog

/// Sizes and hashes taken from the input: what verifies has a proof as long as one that is made, and no other leaf.
enum FuzzMerkleProof {
    static func run(_ bytes: [UInt8]) {
        guard bytes.count >= 17 + Hash.byteCount else { return }
        let (one, other) = (number(bytes[1..<9]), number(bytes[9..<17]))
        // Small numbers are as interesting as large ones.
        let (index, size) = bytes[0] & 1 == 0 ? (one, other) : (one & 63, other & 63)
        let count = min((bytes.count - 17) / Hash.byteCount, 70)
        let hashes = (0..<count).compactMap { Hash(bytes[(17 + $0 * Hash.byteCount)...].prefix(Hash.byteCount)) }
        checkMade(index, size)
        guard let leaf = hashes.first else { return }
        let proof = Array(hashes.dropFirst())
        let root = folded(leaf, proof, from: bytes[0] >> 1)
        if MerkleTree.verifyInclusion(of: leaf, at: index, size: size, root: root, proof: proof) {
            let plan = try? ProofPlan.inclusion(of: index, size: size)
            precondition(plan.flatMap { try? $0.proof(from: leaves($0)) }?.count == proof.count, "another length")
            precondition(
                !MerkleTree.verifyInclusion(
                    of: MerkleTree.nodeHash(leaf, leaf), at: index, size: size, root: root, proof: proof),
                "two leaves at one index")
        }
        if MerkleTree.verifyConsistency(from: index, oldRoot: leaf, to: size, root: root, proof: proof) {
            precondition(index <= size, "a tree that shrank")
            precondition(index != size || leaf == root && proof.isEmpty, "two roots of one size")
        }
    }

    /// Proofs made for these sizes over one hash everywhere verify; from there on their lengths are those of all proofs.
    private static func checkMade(_ index: UInt64, _ size: UInt64) {
        guard size <= 64, index < size else { return }
        let reader = LeafHashReader(Array(repeating: MerkleTree.emptyRoot, count: Int(size)))
        guard let root = try? MerkleTree.root(size: size, reader: reader),
            let oldRoot = try? MerkleTree.root(size: index, reader: reader),
            let inclusion = try? MerkleTree.inclusionProof(of: index, size: size, reader: reader),
            let consistency = try? MerkleTree.consistencyProof(from: index, to: size, reader: reader)
        else { fatalError("a proof could not be made") }
        precondition(
            MerkleTree.verifyInclusion(
                of: MerkleTree.emptyRoot, at: index, size: size, root: root, proof: inclusion)
                && MerkleTree.verifyConsistency(
                    from: index, oldRoot: oldRoot, to: size, root: root, proof: consistency),
            "a proof that was made does not verify")
    }

    private static func leaves(_ plan: ProofPlan) -> [Hash] {
        Array(repeating: MerkleTree.emptyRoot, count: plan.nodes.count)
    }

    private static func folded(_ leaf: Hash, _ proof: [Hash], from sides: UInt8) -> Hash {
        proof.enumerated().reduce(leaf) { hash, step in
            sides >> UInt8(step.offset % 7) & 1 == 0
                ? MerkleTree.nodeHash(hash, step.element) : MerkleTree.nodeHash(step.element, hash)
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
