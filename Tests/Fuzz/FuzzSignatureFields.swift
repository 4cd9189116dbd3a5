import MessageSignatures

/// Signature-Input, a NUL, Signature: what parses is written to a text that parses to the same, whatever a verifier with
/// no keys and one that takes any signature make of it; and it reads the same where its covered components are known.
enum FuzzSignatureFields {
    private struct AnyKey: SignatureVerificationKey {
        let algorithm = SignatureAlgorithm.rsaPSSSHA512
        func isValid(signature: [UInt8], for base: [UInt8]) -> Bool { true }
    }

    static func run(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let lines = [(name: "signature-input", value: parts[0]), (name: "signature", value: parts.last ?? [])]
        let message = HTTPMessage(
            method: "GET", scheme: "https", authority: "a.example", target: "/a?b=c&d=e", fields: FieldLines(lines))
        let verifier = MessageVerifier(policy: VerificationPolicy(), nonces: BoundedNonceStore(capacity: 4))
        _ = verifier.verify(message, content: .none, at: 1000) { _ in nil }
        _ = verifier.verify(message, content: .bytes(bytes), at: 1000) { _ in AnyKey() }
        var cache = SignatureInputCache()
        let found = try? SignatureFields(message.fields).signatures
        for _ in 0..<2 {
            let known = try? SignatureFields(message.fields, cache: &cache).signatures
            precondition(known?.map(\.input) == found?.map(\.input), "what is known reads as something else")
        }
        guard let found else { return }
        let inputs = found.map { "\($0.label)=\($0.input.text)" }.joined(separator: ", ")
        let again = [(name: "signature-input", value: Array(inputs.utf8)), lines[1]]
        guard let reread = try? SignatureFields(FieldLines(again)).signatures else {
            fatalError("what was written does not parse")
        }
        precondition(reread.map(\.input) == found.map(\.input), "what was written parses to another value")
    }
}
