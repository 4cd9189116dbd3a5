import CityIdentity
import StrictJSON

/// A public key that parses comes back from each of its forms.
enum FuzzJWK {
    static func run(_ bytes: [UInt8]) {
        for key in [try? PublicKey(jwk: bytes), try? PublicKey(spki: bytes)].compactMap({ $0 }) {
            precondition((try? PublicKey(jwk: key.jwk.bytes)) == key, "a key is lost in its JWK")
            precondition((try? PublicKey(spki: key.spki)) == key, "a key is lost in its SubjectPublicKeyInfo")
            _ = key.isValidSignature([UInt8](repeating: 1, count: 64), for: bytes)
        }
    }
}
