import MessageSignatures

/// What parses is written to a field that parses to the same digests.
enum FuzzContentDigest {
    static func run(_ bytes: [UInt8]) {
        guard let digest = try? ContentDigest(FieldLines([(name: "Content-Digest", value: bytes)])) else { return }
        let again = try? ContentDigest(FieldLines([(name: "Content-Digest", value: digest.fieldValue)]))
        precondition(again == digest, "what was written parses to another value")
        try? digest.check(content: bytes)
    }
}
