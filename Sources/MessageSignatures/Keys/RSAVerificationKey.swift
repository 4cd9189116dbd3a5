internal import Crypto
internal import CryptoExtras

/// A key for `rsa-pss-sha512` or `rsa-v1_5-sha256` (RFC 9421 sections 3.3.1 and 3.3.2).
///
/// There is no signing with RSA here.
public struct RSAVerificationKey: SignatureVerificationKey {
    /// Which of the two paddings the key is used with; never both.
    public enum Padding: Sendable {
        /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
        case pssSHA512
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        case pkcs1SHA256
    }

    private let key: _RSA.Signing.PublicKey
    private let padding: Padding

    /// Loads a public key of 2048 bits or more from PEM, SPKI or PKCS #1; throws `invalidKey` for anything else.
    public init(pem: String, padding: Padding) throws(MessageSignatureError) {
        do {
            key = try _RSA.Signing.PublicKey(pemRepresentation: pem)
        } catch {
            throw MessageSignatureError(code: .invalidKey, message: "the text is not the PEM of an RSA public key")
        }
        self.padding = padding
    }

    /// What the padding says.
    public var algorithm: SignatureAlgorithm {
        switch padding {
        case .pssSHA512: .rsaPSSSHA512
        case .pkcs1SHA256: .rsaV15SHA256
        }
    }

    /// The length of the modulus.
    public var signatureLength: Int? { (key.keySizeInBits + 7) / 8 }

    /// Whether `signature`, as long as the modulus, is valid.
    public func isValid(signature: [UInt8], for base: [UInt8]) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        switch padding {
        case .pssSHA512: return key.isValidSignature(signature, for: SHA512.hash(data: base), padding: .PSS)
        case .pkcs1SHA256:
            return key.isValidSignature(signature, for: SHA256.hash(data: base), padding: .insecurePKCS1v1_5)
        }
    }
}
