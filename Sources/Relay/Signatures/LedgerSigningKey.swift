import CityIdentity
import MessageSignatures

/// The gateway's exchange key as message signatures want it.
struct LedgerSigningKey: SigningKey {
    let key: PrivateKey

    var algorithm: MessageSignatures.SignatureAlgorithm { self.key.algorithm.forMessages }

    func sign(_ base: [UInt8]) throws -> [UInt8] { try self.key.sign(base) }
}

extension CityIdentity.SignatureAlgorithm {
    /// The algorithm by which RFC 9421 knows it.
    var forMessages: MessageSignatures.SignatureAlgorithm {
        switch self {
        case .es256: .ecdsaP256SHA256
        case .eddsa: .ed25519
        case .sm2: .sm2SM3
        }
    }
}
