import Crypto

/// The tamper-resistant code: a city's signed statement that a code and a key are its own, short enough for a QR code.
///
/// As text it is `HANSA:MA.156.1301:` and base32, all of QR codes' compact alphabet. The code stands readable for
/// people; the signature covers it, so a changed digit is found out. It proves nothing by itself: a checkpoint of the
/// network's ledger says whose key it is and whether code and key are in use.
package struct CityCode: Sendable, Hashable {
    /// The key that signed, under the code the statement is about.
    package let keyID: KeyIdentifier

    /// The network whose ledger knows the code.
    package let network: String

    package let algorithm: SignatureAlgorithm

    /// The first 16 bytes of SHA-256 over the key's SubjectPublicKeyInfo.
    package let keyFingerprint: [UInt8]

    /// The first second the statement holds.
    package let issuedAt: Timestamp

    /// The first second it holds no more.
    package let expiresAt: Timestamp

    package let signature: [UInt8]

    /// The code the statement is about.
    package var code: IdentificationCode { keyID.code }

    /// What a key that signs such statements must be declared for, one of them.
    package static let purposes: [KeyPurpose] = [.exchange, .registry]

    /// What the text begins with.
    package static let scheme = "HANSA:"

    /// The most bytes of a network's name, so that the QR code stays comfortable.
    package static let maximumNetworkLength = 96

    /// Signs a statement; times are cut to whole seconds.
    ///
    /// Throws ``IdentityError`` of code `malformedCityCode` where it would never hold, `doesNotFit` where the network's
    /// name is too long, `signingFailed`.
    package static func issue(
        keyID: KeyIdentifier, key: PrivateKey, network: String, issuedAt: Timestamp, expiresAt: Timestamp
    ) throws(IdentityError) -> CityCode {
        guard (1...maximumNetworkLength).contains(network.utf8.count) else {
            throw IdentityError(.doesNotFit, "a network's name must have 1 to \(maximumNetworkLength) bytes here")
        }
        guard issuedAt.seconds >= 0, issuedAt.seconds < expiresAt.seconds else {
            throw IdentityError(.malformedCityCode, "the code would never hold: it expires before it is issued")
        }
        let unsigned = CityCode(
            keyID: keyID, network: network, algorithm: key.algorithm, keyFingerprint: fingerprint(of: key.publicKey),
            issuedAt: issuedAt.wholeSecond, expiresAt: expiresAt.wholeSecond, signature: [])
        return CityCode(
            keyID: keyID, network: network, algorithm: key.algorithm, keyFingerprint: unsigned.keyFingerprint,
            issuedAt: unsigned.issuedAt, expiresAt: unsigned.expiresAt, signature: try key.sign(unsigned.signedBytes))
    }

    /// Whether a key is the one the statement names and signed the statement as it stands.
    package func isSigned(by key: PublicKey) -> Bool {
        hasFingerprint(of: key) && key.algorithm == algorithm && key.isValidSignature(signature, for: signedBytes)
    }

    /// Whether a key is the one the statement names.
    package func hasFingerprint(of key: PublicKey) -> Bool { Self.fingerprint(of: key) == keyFingerprint }

    private static func fingerprint(of key: PublicKey) -> [UInt8] { Array(SHA256.hash(data: key.spki).prefix(16)) }
}
