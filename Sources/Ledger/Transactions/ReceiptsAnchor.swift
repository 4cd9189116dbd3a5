internal import StrictJSON
package import TransparencyLog

/// A gateway's word that its receipt log has grown to a size, with the proof that nothing in it was changed.
package struct ReceiptsAnchor: Sendable, Hashable {
    /// The receipt log's origin: ``origin(network:gateway:)``.
    package let origin: String
    /// How many receipts the log holds.
    package let size: UInt64
    package let root: Hash
    /// The consistency proof (RFC 6962 section 2.1.2) from the size anchored last; empty for the first.
    package let proof: [Hash]

    package init(origin: String, size: UInt64, root: Hash, proof: [Hash]) {
        self.origin = origin
        self.size = size
        self.root = root
        self.proof = proof
    }

    static let proofLimit = 64
}

// MARK: - JSON

extension ReceiptsAnchor {
    var json: JSONValue {
        [
            "origin": JSONValue(origin), "size": JSONValue(size), "root": JSONValue(root.base64),
            "proof": JSONValue(proof.map { JSONValue($0.base64) }),
        ]
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        origin = try reader.string("origin", limit: 255)
        size = try reader.unsigned("size")
        root = try reader.hash("root")
        proof = try reader.hashes("proof", limit: Self.proofLimit)
        try reader.finish()
    }
}
