internal import ShangMi

/// A key for `sm2-sm3`, under the default identifier (GB/T 32918.2, GM/T 0009).
public struct SM2VerificationKey: SignatureVerificationKey {
    private let key: SM2.PublicKey

    /// Loads an SPKI public key from PEM; throws `invalidKey` for anything else.
    public init(pem: String) throws(MessageSignatureError) {
        do {
            key = try SM2.PublicKey(pem: pem)
        } catch {
            throw MessageSignatureError(code: .invalidKey, message: error.message)
        }
    }

    /// Loads an uncompressed point of 65 bytes; throws `invalidKey` for anything else.
    public init(x963: [UInt8]) throws(MessageSignatureError) {
        do {
            key = try SM2.PublicKey(x963: x963)
        } catch {
            throw MessageSignatureError(code: .invalidKey, message: error.message)
        }
    }

    /// `sm2-sm3`.
    public var algorithm: SignatureAlgorithm { .sm2SM3 }

    /// Whether `signature`, r ‖ s of 64 bytes, is valid.
    public func isValid(signature: [UInt8], for base: [UInt8]) -> Bool {
        key.isValidSignature(raw: signature, for: base)
    }
}

/// A private key for `sm2-sm3`.
public struct SM2SigningKey: SigningKey {
    private let key: SM2.PrivateKey

    /// Loads a PKCS#8 private key from PEM; throws `invalidKey` for anything else.
    public init(pem: String) throws(MessageSignatureError) {
        do {
            key = try SM2.PrivateKey(pem: pem)
        } catch {
            throw MessageSignatureError(code: .invalidKey, message: error.message)
        }
    }

    /// `sm2-sm3`.
    public var algorithm: SignatureAlgorithm { .sm2SM3 }

    /// A signature r ‖ s of 64 bytes.
    public func sign(_ base: [UInt8]) throws -> [UInt8] { try key.signature(for: base) }
}
