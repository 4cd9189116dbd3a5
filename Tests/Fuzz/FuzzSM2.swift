import ShangMi

/// Keys and signatures of SM2 in every form they are read in.
enum FuzzSM2 {
    private static let key = try? SM2.PrivateKey(raw: [UInt8](repeating: 1, count: 32))

    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        for parsed in [try? SM2.PublicKey(der: bytes), try? SM2.PublicKey(x963: bytes), try? SM2.PublicKey(pem: text)] {
            guard let parsed else { continue }
            precondition((try? SM2.PublicKey(pem: parsed.pem)) == parsed, "a key is lost in its PEM")
        }
        if let parsed = try? SM2.PrivateKey(pem: text) {
            precondition((try? SM2.PrivateKey(pem: parsed.pem))?.raw == parsed.raw, "a key is lost in its PEM")
        }
        precondition(key?.publicKey.isValidSignature(der: bytes, for: [1]) != true, "a signature was found by chance")
        precondition(key?.publicKey.isValidSignature(raw: bytes, for: [1]) != true, "a signature was found by chance")
    }
}
