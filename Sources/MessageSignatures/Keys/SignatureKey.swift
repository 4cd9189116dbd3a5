/// A key that checks signatures.
public protocol SignatureVerificationKey: Sendable {
    /// The one algorithm the key is used with.
    var algorithm: SignatureAlgorithm { get }
    /// Bytes in this key's signatures; nil where any number may be tried.
    var signatureLength: Int? { get }
    /// Whether `signature` is this key's over `base`. Bytes that are no signature at all are simply not valid.
    func isValid(signature: [UInt8], for base: [UInt8]) -> Bool
}

extension SignatureVerificationKey {
    /// What the algorithm says.
    public var signatureLength: Int? { algorithm.signatureLength }
}

/// A key that makes signatures.
public protocol SigningKey: Sendable {
    /// The one algorithm the key is used with.
    var algorithm: SignatureAlgorithm { get }
    /// The signature over `base`, in the form RFC 9421 section 3.3 gives the algorithm.
    func sign(_ base: [UInt8]) throws -> [UInt8]
}
