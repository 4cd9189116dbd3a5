import Crypto
import ShangMi

/// A private key that signs; its public key is derived once.
package struct PrivateKey: Sendable {
    enum Signer: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case sm2(SM2.PrivateKey)
    }
    let signer: Signer

    /// The public half.
    package let publicKey: PublicKey

    /// The algorithm the key signs with.
    package var algorithm: SignatureAlgorithm { publicKey.algorithm }

    init(_ signer: Signer) throws(IdentityError) {
        self.signer = signer
        switch signer {
        case .p256(let key):
            publicKey = try PublicKey(.es256, rawRepresentation: Array(key.publicKey.rawRepresentation))
        case .ed25519(let key):
            publicKey = try PublicKey(.eddsa, rawRepresentation: Array(key.publicKey.rawRepresentation))
        case .sm2(let key):
            publicKey = try PublicKey(.sm2, rawRepresentation: Array(key.publicKey.x963.dropFirst()))
        }
    }

    /// Generates a key from the system's randomness.
    package init(generating algorithm: SignatureAlgorithm) throws(IdentityError) {
        switch algorithm {
        case .es256: try self.init(.p256(P256.Signing.PrivateKey()))
        case .eddsa: try self.init(.ed25519(Curve25519.Signing.PrivateKey()))
        case .sm2:
            do {
                let key = try SM2.PrivateKey()
                try self.init(.sm2(key))
            } catch {
                throw IdentityError(.malformedKey, "no SM2 key could be generated", cause: error)
            }
        }
    }

    /// The 32 bytes an Ed25519 key is made of, with which notes are signed; `nil` for other algorithms.
    package var ed25519Seed: [UInt8]? {
        if case .ed25519(let key) = signer { Array(key.rawRepresentation) } else { nil }
    }

    /// Signs a message; the signature has 64 bytes.
    ///
    /// Throws ``IdentityError`` of code `signingFailed`.
    package func sign(_ message: [UInt8]) throws(IdentityError) -> [UInt8] {
        do {
            switch signer {
            case .p256(let key): return Array(try key.signature(for: message).rawRepresentation)
            case .ed25519(let key): return Array(try key.signature(for: message))
            case .sm2(let key): return try key.signature(for: message)
            }
        } catch {
            throw IdentityError(.signingFailed, "the \(algorithm.rawValue) key could not sign", cause: error)
        }
    }
}
