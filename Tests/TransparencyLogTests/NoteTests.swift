import Testing

@testable import TransparencyLog

/// Keys, notes and their limits.
@Suite struct NoteTests {
    private static let text = [UInt8]("A text.\n".utf8)

    private static func signer(_ number: Int) throws -> NoteSigner {
        try NoteSigner(name: "log.example/\(number)", seed: Array(repeating: UInt8(number), count: 32))
    }

    @Test(arguments: [1, 16, 128])
    func `many signatures are taken`(count: Int) throws {
        let signers = try (1...count).map(Self.signer)
        let note = try SignedNote(text: Self.text, signatures: signers.map { try $0.sign(Self.text) })
        let parsed = try SignedNote(parsing: note.bytes)
        #expect(parsed == note)
        #expect(try parsed.verified(by: signers.map(\.verifierKey)).keys == signers.map(\.verifierKey))
    }

    @Test func `limits are kept`() throws {
        let note = try SignedNote(text: Self.text, signatures: [Self.signer(1).sign(Self.text)])
        let many = note.adding(Array(repeating: note.signatures[0], count: 128))
        #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: many.bytes) }
        let length = note.bytes.count
        let exact = NoteLimits(maximumLength: length, maximumSignatures: 1)
        #expect(try SignedNote(parsing: note.bytes, limits: exact) == note)
        let shorter = NoteLimits(maximumLength: length - 1, maximumSignatures: 1)
        #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: note.bytes, limits: shorter) }
        let none = NoteLimits(maximumLength: length, maximumSignatures: 0)
        #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: note.bytes, limits: none) }
    }

    @Test func `post-quantum cosignatures are parsed and ignored`() throws {
        let key = try NoteVerifierKey(
            name: "witness.example/pq", type: .subtreeCosignature, publicKey: Array(repeating: 3, count: 1312))
        #expect(try NoteVerifierKey(parsing: key.description) == key)
        let signer = try Self.signer(1)
        let line = try NoteSignature(
            name: key.name, keyID: key.keyID, signature: Array(repeating: 9, count: 2428))
        let note = try SignedNote(text: Self.text, signatures: [line, signer.sign(Self.text)])
        let verified = try SignedNote(parsing: note.bytes).verified(by: [key, signer.verifierKey])
        #expect(verified.keys == [signer.verifierKey])
        #expect(throws: TransparencyLogError.self) { try note.verified(by: [key]) }
    }

    @Test func `names are compared byte by byte`() throws {
        let seed = [UInt8](repeating: 5, count: 32)
        let composed = try NoteSigner(name: "caf\u{e9}", seed: seed)
        let decomposed = try NoteSigner(name: "cafe\u{301}", seed: seed)
        #expect(composed.verifierKey != decomposed.verifierKey)
        let line = try NoteSignature(
            name: decomposed.verifierKey.name, keyID: composed.verifierKey.keyID,
            signature: composed.sign(Self.text).signature)
        let note = try SignedNote(text: Self.text, signatures: [line])
        #expect(throws: TransparencyLogError.self) { try note.verified(by: [composed.verifierKey]) }
    }

    @Test func `keys that share name and ID are told apart by their signatures`() throws {
        let signer = try Self.signer(1)
        let line = try signer.sign(Self.text)
        let note = try SignedNote(text: Self.text, signatures: [line, line])
        #expect(try note.verified(by: [signer.verifierKey, signer.verifierKey]).keys.count == 1)
    }

    @Test(arguments: ["", "a b", "a+b", "a\u{a0}b", "a\u{2003}b", "a\u{85}b", "a\nb", "a\u{1}b"])
    func `names without spaces, plus and control characters`(name: String) {
        let seed = [UInt8](repeating: 1, count: 32)
        #expect(throws: TransparencyLogError.self) { try NoteSigner(name: name, seed: seed) }
        #expect(throws: TransparencyLogError.self) { try NoteSignature(name: name, keyID: 1, signature: [1]) }
    }

    @Test(arguments: ["", "no newline", "a\tb\n", "a\r\n"])
    func `texts end in a newline and have no control characters`(text: String) throws {
        let signature = try Self.signer(1).sign(Self.text)
        #expect(throws: TransparencyLogError.self) { try SignedNote(text: [UInt8](text.utf8), signatures: [signature]) }
    }

    @Test func `a note has signatures`() {
        #expect(throws: TransparencyLogError.self) { try SignedNote(text: Self.text, signatures: []) }
    }

    @Test(arguments: [
        "PRIVATE+KEY+a", "PRIVATE+KEY+a+00000000+AQ==", "PRIVATE+KEY+a+00000000+", "private+key+a+00000000+AQ==", "",
    ])
    func `private keys have one form`(text: String) {
        #expect(throws: TransparencyLogError.self) { try NoteSigner(parsing: text) }
        #expect(throws: TransparencyLogError.self) { try Cosigner(parsing: text) }
    }

    @Test func `a private key is of its type and ID`() throws {
        let signer = try Self.signer(1)
        #expect(try NoteSigner(parsing: signer.privateText).verifierKey == signer.verifierKey)
        #expect(throws: TransparencyLogError.self) { try Cosigner(parsing: signer.privateText) }
        let renamed = signer.privateText.replacing("log.example/1", with: "log.example/2")
        #expect(throws: TransparencyLogError.self) { try NoteSigner(parsing: renamed) }
    }
}
