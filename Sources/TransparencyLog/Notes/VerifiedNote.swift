/// A note of which one or more known keys are known to have signed the text.
public struct VerifiedNote: Sendable {
    /// A signature line and the key that verified it.
    public struct Signature: Sendable, Hashable {
        /// The key.
        public let key: NoteVerifierKey
        /// The line.
        public let line: NoteSignature
    }

    /// The text with its final newline.
    public let text: [UInt8]
    /// The lines by known keys, all verified; at least one.
    public let signatures: [Signature]
    /// The note this is.
    public let note: SignedNote

    fileprivate init(note: SignedNote, signatures: [Signature]) {
        self.note = note
        self.text = note.text
        self.signatures = signatures
    }

    /// The keys that signed, each once.
    public var keys: [NoteVerifierKey] {
        signatures.reduce(into: []) { if !$0.contains($1.key) { $0.append($1.key) } }
    }
}

extension SignedNote {
    /// Verifies the note (signed-note, Signatures).
    ///
    /// Lines by unknown keys are ignored, and those of types this implementation does not support. Throws
    /// `badSignature` if one by a known key does not verify and `noKnownSignature` if there is none.
    public func verified(by keys: [NoteVerifierKey]) throws(TransparencyLogError) -> VerifiedNote {
        var verified: [VerifiedNote.Signature] = []
        for line in signatures {
            let known = keys.filter { $0.isSupported && $0.matches(line) }
            guard !known.isEmpty else { continue }
            guard let key = known.first(where: { $0.isValid(line, for: text) }) else {
                throw TransparencyLogError(.badSignature, "the signature of `\(line.name)` does not verify")
            }
            verified.append(VerifiedNote.Signature(key: key, line: line))
        }
        guard !verified.isEmpty else {
            throw TransparencyLogError(.noKnownSignature, "no signature is by a known key")
        }
        return VerifiedNote(note: self, signatures: verified)
    }
}
