import CityIdentity

/// A private key that parses signs what its public key verifies, and comes back from its PEM.
enum FuzzPrivateKey {
    static func run(_ bytes: [UInt8]) {
        guard let key = try? PrivateKey(pem: String(decoding: bytes, as: UTF8.self)) else { return }
        precondition((try? PrivateKey(pem: key.pem))?.publicKey == key.publicKey, "a key is lost in its PEM")
        guard let signature = try? key.sign(bytes) else { return }
        precondition(key.publicKey.isValidSignature(signature, for: bytes), "a key does not verify what it signed")
    }
}
