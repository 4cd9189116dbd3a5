import MessageSignatures

/// What is asked for can be signed with the parameters asked for.
enum FuzzAcceptSignature {
    static func run(_ bytes: [UInt8]) {
        let fields = FieldLines([(name: "Accept-Signature", value: bytes)])
        for request in (try? SignatureRequest.all(in: fields)) ?? [] {
            let keyID = request.keyID ?? "k"
            guard let input = try? request.input(at: 1000, lifetime: 60, keyID: keyID, algorithm: .ed25519)
            else { continue }
            precondition(input.components == request.components && input.parameters.nonce == request.nonce)
        }
    }
}
