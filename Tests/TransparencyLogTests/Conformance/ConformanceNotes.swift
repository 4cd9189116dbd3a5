import BaseEncodings
import StrictJSON
import Testing

@testable import TransparencyLog

/// Keys and notes of signed-note.
@Suite struct ConformanceNotes {
    private static let vectors = Vectors.shared

    @Test func `every section of the files has a suite`() {
        #expect(Self.vectors.unknownSections.isEmpty)
    }

    @Test(Vectors.have("keys"), arguments: vectors.keys)
    func keys(entry: Case) throws {
        let vkey = try entry.text("vkey")
        let key = try NoteVerifierKey(parsing: vkey)
        #expect(key.description == vkey)
        #expect(try key.name == entry.text("name"))
        #expect(try UInt64(key.type.identifier) == entry.number("type"))
        #expect(try BaseEncoding.base16.encode(key.keyID.bigEndianBytes) == entry.text("keyIdHex"))
        #expect(try BaseEncoding.base16.encode(key.publicKey) == entry.text("publicKeyHex"))
        let skey = try entry.text("skey")
        switch key.type {
        case .ed25519:
            #expect(try NoteSigner(parsing: skey).verifierKey == key)
            #expect(try NoteSigner(name: key.name, seed: entry.seed()).privateText == skey)
        case .cosignature:
            #expect(try Cosigner(parsing: skey).verifierKey == key)
            #expect(try Cosigner(name: key.name, seed: entry.seed()).privateText == skey)
        default:
            #expect(!key.isSupported)
        }
    }

    @Test(Vectors.have("rejectVkeys"), arguments: vectors.cases("rejectVkeys"))
    func `keys to be refused`(entry: Case) throws {
        let vkey = try entry.text("vkey")
        let error = #expect(throws: TransparencyLogError.self) { try NoteVerifierKey(parsing: vkey) }
        #expect(error?.code == .malformedKey)
    }

    @Test(Vectors.have("specExamples"), arguments: vectors.cases("specExamples"))
    func `examples of the text`(entry: Case) throws {
        let key = try NoteVerifierKey(parsing: entry.text("vkey"))
        let note = try SignedNote(parsing: entry.note())
        #expect(try note.verified(by: [key]).keys == [key])
        #expect(try note.bytes == entry.note())
    }

    @Test(Vectors.have("notes"), arguments: vectors.cases("notes"))
    func notes(entry: Case) throws {
        let bytes = try entry.note()
        let note = try SignedNote(parsing: bytes)
        #expect(try note.text == entry.bytes("text"))
        #expect(try note.signatures.count == Int(entry.number("signatureLines")))
        #expect(note.bytes == bytes)
        let verified = try note.verified(by: entry.keys("knownKeys"))
        #expect(try verified.text == entry.bytes("text"))
        #expect(try Set(verified.keys) == Set(entry.keys("verifiedKeys")))
    }

    @Test(Vectors.have("notes"), arguments: vectors.cases("notes"))
    func `signatures made anew`(entry: Case) throws {
        let verified = try SignedNote(parsing: entry.note()).verified(by: entry.keys("knownKeys"))
        for signature in verified.signatures where signature.key.type == .ed25519 {
            let key = Self.vectors.keys.first { $0.json["vkey"]?.string == signature.key.description }
            guard let key else { continue }
            #expect(try NoteSigner(parsing: key.text("skey")).sign(verified.text) == signature.line)
        }
    }

    @Test(Vectors.have("rejectNotes"), arguments: vectors.cases("rejectNotes"))
    func `notes to be refused`(entry: Case) throws {
        let (bytes, keys) = try (entry.note(), entry.keys("knownKeys"))
        let error = try #require(
            #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: bytes).verified(by: keys) })
        #expect(try entry.wants(error), "\(error)")
    }
}

extension Case {
    /// The 32 bytes of `seedHex`.
    func seed() throws -> [UInt8] {
        let digits = try Array(text("seedHex"))
        return try stride(from: 0, to: digits.count, by: 2).map { start in
            try #require(UInt8(String(digits[start...start + 1]), radix: 16))
        }
    }
}
