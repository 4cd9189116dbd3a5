/// A signature algorithm of the network, by its JOSE name.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
    case es256 = "ES256"
    /// Ed25519 (RFC 8037).
    case eddsa = "EdDSA"
    /// SM2 with SM3 and the default distinguishing id (GB/T 32918.2); the name is this project's own.
    case sm2 = "SM2"

    /// The `kty` and `crv` of a JWK whose key signs with this algorithm.
    var jwkNames: (keyType: String, curve: String) {
        switch self {
        case .es256: ("EC", "P-256")
        case .eddsa: ("OKP", "Ed25519")
        case .sm2: ("EC", "SM2")
        }
    }

    /// Bytes of ``PublicKey/rawRepresentation``.
    var publicKeyLength: Int { self == .eddsa ? 32 : 64 }

    /// Bytes of every signature, whatever the algorithm: `r` and `s`, or `R` and `S`.
    package static let signatureLength = 64
}
