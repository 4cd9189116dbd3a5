import CityIdentity

/// A certificate is read without a trap; of a key that is known, the SubjectPublicKeyInfo is the one the ledger has.
enum FuzzCertificate {
    static func run(_ bytes: [UInt8]) {
        guard let certificate = try? TLSPeerCertificate(der: bytes) else { return }
        guard let key = try? PublicKey(spki: certificate.spki) else { return }
        precondition(key.spki == certificate.spki, "a key has two encodings")
        _ = certificate.isValid(at: certificate.notAfter)
    }
}
