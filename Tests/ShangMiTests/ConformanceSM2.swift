import StrictJSON
import Testing

@testable import ShangMi

/// Every case of the SM2 files.
@Suite(.enabled(if: SM2Vectors.shared.isPresent, "there is no `sm2/vectors.json`"))
struct ConformanceSM2 {
    static let vectors = SM2Vectors.shared

    @Test(arguments: vectors.files)
    func `curve and identifier are the standard's`(_ file: SM2File) {
        if let curve = file.root["curve"] {
            #expect(curve["p"]?.string == SM2.Curve.p.hex)
            #expect(curve["a"]?.string == SM2.Curve.a.hex)
            #expect(curve["b"]?.string == SM2.Curve.b.hex)
            #expect(curve["n"]?.string == SM2.Curve.n.hex)
            #expect(curve["gx"]?.string == SM2.Curve.gx.hex)
            #expect(curve["gy"]?.string == SM2.Curve.gy.hex)
        }
        #expect(file.id == SM2.defaultID)
    }

    @Test func `every list of the files has a test`() {
        #expect(Self.vectors.unknownLists.isEmpty)
    }

    @Test(arguments: vectors.hashes)
    func digest(_ entry: SM2Case) throws {
        let expected = try entry.text("digest")
        #expect(try SM3.hash(entry.message()).hex == expected)
    }

    @Test(arguments: vectors.keys)
    func key(_ entry: SM2Case) throws {
        let point = try entry.hex("publicHex")
        let key = try SM2.PublicKey(x963: point)
        #expect(try SM2.PublicKey(pem: entry.text("publicPem")) == key)
        #expect(try SM2.PublicKey(der: key.der) == key)
        #expect(try SM2.PublicKey(pem: key.pem) == key)
        if entry.has("za") { #expect(try key.za(id: entry.id) == entry.hex("za")) }
        let scalar = try entry.hex("privateHex")
        for privateKey in [
            try SM2.PrivateKey(raw: scalar), try SM2.PrivateKey(pem: entry.text("privatePem")),
        ] {
            #expect(privateKey.raw == scalar)
            #expect(privateKey.publicKey == key)
            #expect(try SM2.PrivateKey(pem: privateKey.pem).raw == scalar)
            let message = Array("over to you".utf8)
            let signature = try privateKey.signature(for: message, id: entry.id)
            #expect(key.isValidSignature(raw: signature, for: message, id: entry.id))
        }
    }

    @Test(arguments: vectors.signatures)
    func signature(_ entry: SM2Case) throws {
        let key = try entry.publicKey()
        let (message, id) = (try entry.message(), entry.id)
        let raw = try entry.hex("raw")
        if entry.has("e") { #expect(try key.digest(for: message, id: id) == entry.hex("e")) }
        if entry.has("r"), entry.has("s") { #expect(try raw == entry.hex("r") + entry.hex("s")) }
        #expect(key.isValidSignature(raw: raw, for: message, id: id))
        if entry.has("der") {
            let der = try entry.hex("der")
            #expect(key.isValidSignature(der: der, for: message, id: id))
            #expect(SM2.der(raw: raw) == der)
        }
    }

    @Test(arguments: vectors.rejects)
    func reject(_ entry: SM2Case) throws {
        let key = try entry.publicKey()
        let (message, id) = (try entry.message(), entry.id)
        try #require(entry.has("raw") || entry.has("der"))
        if entry.has("raw") { #expect(try !key.isValidSignature(raw: entry.hex("raw"), for: message, id: id)) }
        if entry.has("der") { #expect(try !key.isValidSignature(der: entry.hex("der"), for: message, id: id)) }
    }

    @Test(arguments: vectors.rejectedPublicKeys)
    func rejectPublicKey(_ entry: SM2Case) throws {
        try #require(entry.has("publicHex") || entry.has("spkiDerHex"))
        if entry.has("publicHex") {
            #expect(throws: ShangMiError.self) { try SM2.PublicKey(x963: entry.hex("publicHex")) }
        }
        if entry.has("spkiDerHex") {
            #expect(throws: ShangMiError.self) { try SM2.PublicKey(der: entry.hex("spkiDerHex")) }
        }
    }
}
