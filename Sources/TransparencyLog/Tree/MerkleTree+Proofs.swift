extension MerkleTree {
    /// The root of the first `size` leaves, read through `reader`.
    public static func root(size: UInt64, reader: some HashReader) throws -> Hash {
        fold(try reader.hashes(of: ProofPlan.root(size: size).nodes))
    }

    /// The root of the first `size` leaves, read through `reader`.
    public static func root(size: UInt64, reader: some AsyncHashReader) async throws -> Hash {
        fold(try await reader.hashes(of: ProofPlan.root(size: size).nodes))
    }

    /// The inclusion proof of leaf `index`, leaf side first (RFC 6962, section 2.1.1).
    public static func inclusionProof(of index: UInt64, size: UInt64, reader: some HashReader) throws -> [Hash] {
        let plan = try ProofPlan.inclusion(of: index, size: size)
        return try plan.proof(from: reader.hashes(of: plan.nodes))
    }

    /// The inclusion proof of leaf `index`, leaf side first (RFC 6962, section 2.1.1).
    public static func inclusionProof(
        of index: UInt64, size: UInt64, reader: some AsyncHashReader
    ) async throws -> [Hash] {
        let plan = try ProofPlan.inclusion(of: index, size: size)
        return try await plan.proof(from: reader.hashes(of: plan.nodes))
    }

    /// The consistency proof from `oldSize` to `size` (RFC 6962, section 2.1.2).
    public static func consistencyProof(
        from oldSize: UInt64, to size: UInt64, reader: some HashReader
    ) throws -> [Hash] {
        let plan = try ProofPlan.consistency(from: oldSize, to: size)
        return try plan.proof(from: reader.hashes(of: plan.nodes))
    }

    /// The consistency proof from `oldSize` to `size` (RFC 6962, section 2.1.2).
    public static func consistencyProof(
        from oldSize: UInt64, to size: UInt64, reader: some AsyncHashReader
    ) async throws -> [Hash] {
        let plan = try ProofPlan.consistency(from: oldSize, to: size)
        return try await plan.proof(from: reader.hashes(of: plan.nodes))
    }
}
