import TransparencyLog

/// A key that parses is written again byte by byte; a private key likewise.
enum FuzzVerifierKey {
    static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        if let key = try? NoteVerifierKey(parsing: text) {
            precondition(key.description.utf8.elementsEqual(bytes), "the key was written again otherwise")
        }
        if let signer = try? NoteSigner(parsing: text) {
            precondition(signer.privateText.utf8.elementsEqual(bytes), "the signer was written again otherwise")
        }
        if let cosigner = try? Cosigner(parsing: text) {
            precondition(cosigner.privateText.utf8.elementsEqual(bytes), "the cosigner was written again otherwise")
        }
    }
}
