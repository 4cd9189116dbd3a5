/// A text with signatures below it, none of them checked (signed-note, Format).
///
/// Parsing and encoding lead back to the same bytes. ``verified(by:)`` gives the text that may be used.
public struct SignedNote: Sendable, Hashable {
    /// The text with its final newline.
    public let text: [UInt8]
    /// The signature lines; at least one.
    public let signatures: [NoteSignature]

    /// Makes a note; throws `invalidArgument` for a text that is not one of a note or without signatures.
    public init(text: [UInt8], signatures: [NoteSignature]) throws(TransparencyLogError) {
        guard SignedNote.isText(text), !signatures.isEmpty else {
            throw TransparencyLogError(
                .invalidArgument, "a note is a text in UTF-8 that ends in a newline, and signatures")
        }
        self.text = text
        self.signatures = signatures
    }

    /// Parses a note; throws `malformedNote` for any other bytes and for those beyond `limits`.
    public init(parsing bytes: [UInt8], limits: NoteLimits = .standard) throws(TransparencyLogError) {
        guard bytes.count <= limits.maximumLength else {
            throw TransparencyLogError(.malformedNote, "the note has more than \(limits.maximumLength) bytes")
        }
        guard SignedNote.isText(bytes) else {
            throw TransparencyLogError(.malformedNote, "the note is not UTF-8 lines without control characters")
        }
        guard let end = SignedNote.endOfText(bytes) else {
            throw TransparencyLogError(.malformedNote, "no blank line stands between text and signatures")
        }
        text = [UInt8](bytes[..<end])
        var lines = LineScanner([UInt8](bytes[(end + 1)...]))
        var signatures: [NoteSignature] = []
        while let line = lines.line() {
            guard signatures.count < limits.maximumSignatures else {
                throw TransparencyLogError(.malformedNote, "more than \(limits.maximumSignatures) signatures")
            }
            guard let signature = NoteSignature(line: line) else {
                throw TransparencyLogError(
                    .malformedNote, "line \(signatures.count + 1) below the text is no signature")
            }
            signatures.append(signature)
        }
        guard !signatures.isEmpty else { throw TransparencyLogError(.malformedNote, "the note has no signatures") }
        self.signatures = signatures
    }

    /// The note as it is stored and sent.
    public var bytes: [UInt8] {
        signatures.reduce(into: text + [.newline]) { $0 += $1.line }
    }

    /// The note with more signature lines.
    public func adding(_ more: [NoteSignature]) -> SignedNote {
        SignedNote(checkedText: text, signatures: signatures + more)
    }

    init(checkedText: [UInt8], signatures: [NoteSignature]) {
        self.text = checkedText
        self.signatures = signatures
    }

    /// Whether `bytes` are UTF-8 lines, each with its newline, without control characters below U+0020.
    static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.last == .newline && bytes.allSatisfy { $0 >= 0x20 || $0 == .newline }
            && String(validating: bytes, as: UTF8.self) != nil
    }

    /// The position after the text: of the newline that is the last blank line.
    private static func endOfText(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return (1..<bytes.count).last { bytes[$0] == .newline && bytes[$0 - 1] == .newline }
    }
}
