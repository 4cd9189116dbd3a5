import TransparencyLog

/// A note that parses is written again byte by byte.
enum FuzzNote {
    static func run(_ bytes: [UInt8]) {
        guard let note = try? SignedNote(parsing: bytes) else { return }
        precondition(note.bytes == bytes, "the note was written again otherwise")
        precondition(!note.signatures.isEmpty && note.text.last == UInt8(ascii: "\n"), "a note without its parts")
        let keys = note.signatures.compactMap { signature in
            try? NoteVerifierKey(name: signature.name, type: .ed25519, publicKey: Array(repeating: 1, count: 32))
        }
        precondition(keys.count == note.signatures.count, "a name in a note is none of a key")
        let verified = try? note.verified(by: keys)
        precondition(verified?.text ?? note.text == note.text, "another text was verified")
    }
}
