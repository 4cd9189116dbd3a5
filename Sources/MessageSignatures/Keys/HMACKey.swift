internal import Crypto

/// A shared secret for `hmac-sha256` (RFC 9421 section 3.3.3); whoever can verify can also sign.
public struct HMACKey: SignatureVerificationKey, SigningKey {
    private let key: SymmetricKey

    /// Takes the secret's bytes.
    public init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// `hmac-sha256`.
    public var algorithm: SignatureAlgorithm { .hmacSHA256 }

    /// Whether `signature`, of 32 bytes, is the code of `base`; takes as long for a wrong one as for the right one.
    public func isValid(signature: [UInt8], for base: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: base, using: key)
    }

    /// The code, 32 bytes.
    public func sign(_ base: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: base, using: key))
    }
}
