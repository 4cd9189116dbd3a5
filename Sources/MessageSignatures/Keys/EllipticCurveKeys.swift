public import Crypto
internal import Foundation

/// A key for `ecdsa-p256-sha256` (RFC 9421 section 3.3.4).
public struct P256VerificationKey: SignatureVerificationKey {
    private let key: P256.Signing.PublicKey

    /// Wraps a public key.
    public init(_ key: P256.Signing.PublicKey) { self.key = key }

    /// `ecdsa-p256-sha256`.
    public var algorithm: SignatureAlgorithm { .ecdsaP256SHA256 }

    /// Whether `signature`, r ‖ s of 64 bytes, is valid.
    public func isValid(signature: [UInt8], for base: [UInt8]) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: base)
    }
}

/// A private key for `ecdsa-p256-sha256`.
public struct P256SigningKey: SigningKey {
    private let key: P256.Signing.PrivateKey

    /// Wraps a private key.
    public init(_ key: P256.Signing.PrivateKey) { self.key = key }

    /// `ecdsa-p256-sha256`.
    public var algorithm: SignatureAlgorithm { .ecdsaP256SHA256 }

    /// A signature r ‖ s of 64 bytes.
    public func sign(_ base: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: base).rawRepresentation) }
}

/// A key for `ecdsa-p384-sha384` (RFC 9421 section 3.3.5).
public struct P384VerificationKey: SignatureVerificationKey {
    private let key: P384.Signing.PublicKey

    /// Wraps a public key.
    public init(_ key: P384.Signing.PublicKey) { self.key = key }

    /// `ecdsa-p384-sha384`.
    public var algorithm: SignatureAlgorithm { .ecdsaP384SHA384 }

    /// Whether `signature`, r ‖ s of 96 bytes, is valid.
    public func isValid(signature: [UInt8], for base: [UInt8]) -> Bool {
        guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: base)
    }
}

/// A private key for `ecdsa-p384-sha384`.
public struct P384SigningKey: SigningKey {
    private let key: P384.Signing.PrivateKey

    /// Wraps a private key.
    public init(_ key: P384.Signing.PrivateKey) { self.key = key }

    /// `ecdsa-p384-sha384`.
    public var algorithm: SignatureAlgorithm { .ecdsaP384SHA384 }

    /// A signature r ‖ s of 96 bytes.
    public func sign(_ base: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: base).rawRepresentation) }
}

/// A key for `ed25519` (RFC 9421 section 3.3.6).
public struct Ed25519VerificationKey: SignatureVerificationKey {
    private let key: Curve25519.Signing.PublicKey

    /// Wraps a public key.
    public init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

    /// `ed25519`.
    public var algorithm: SignatureAlgorithm { .ed25519 }

    /// Whether `signature`, of 64 bytes, is valid.
    public func isValid(signature: [UInt8], for base: [UInt8]) -> Bool { key.isValidSignature(signature, for: base) }
}

/// A private key for `ed25519`.
public struct Ed25519SigningKey: SigningKey {
    private let key: Curve25519.Signing.PrivateKey

    /// Wraps a private key.
    public init(_ key: Curve25519.Signing.PrivateKey) { self.key = key }

    /// `ed25519`.
    public var algorithm: SignatureAlgorithm { .ed25519 }

    /// A signature of 64 bytes.
    public func sign(_ base: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: base)) }
}
