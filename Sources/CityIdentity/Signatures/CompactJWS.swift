import BaseEncodings
import StrictJSON

/// A signed statement: JWS in compact serialisation (RFC 7515) with `alg`, `kid` and `typ`.
///
/// What was signed is kept as it came; nothing is ever encoded again to be verified. Extensions (`crit`) are refused,
/// and so is every text that is not the only base64url of its bytes.
package struct CompactJWS: Sendable, Hashable {
    package let algorithm: SignatureAlgorithm
    package let keyID: KeyIdentifier
    package let type: String
    package let payload: [UInt8]
    package let signature: [UInt8]

    /// The whole serialisation.
    package let bytes: [UInt8]

    private let signedLength: Int

    /// The most bytes a serialisation may have: what fits an entry of the ledger.
    package static let maximumSize = 65_535

    /// Parses a compact serialisation, without verifying it.
    ///
    /// Throws ``IdentityError`` of code `malformedSignature`, or as parsing the algorithm and the key identifier does.
    package init(parsing bytes: [UInt8]) throws(IdentityError) {
        guard bytes.count <= Self.maximumSize else {
            throw IdentityError(.malformedSignature, "the JWS is longer than \(Self.maximumSize) bytes")
        }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw IdentityError(.malformedSignature, "a compact JWS has three parts separated by points")
        }
        let header = try Header(parsing: try Self.decode(parts[0], "header"))
        algorithm = header.algorithm
        keyID = header.keyID
        type = header.type
        payload = try Self.decode(parts[1], "payload")
        signature = try Self.decode(parts[2], "signature")
        guard signature.count == SignatureAlgorithm.signatureLength else {
            throw IdentityError(
                .malformedSignature, "the JWS signature must have \(SignatureAlgorithm.signatureLength) bytes")
        }
        self.bytes = bytes
        signedLength = parts[0].count + 1 + parts[1].count
    }

    private static func decode(_ part: ArraySlice<UInt8>, _ name: String) throws(IdentityError) -> [UInt8] {
        guard let bytes = BaseEncoding.base64URL.decode(part) else {
            throw IdentityError(.malformedSignature, "the JWS \(name) is not in base64url without padding")
        }
        return bytes
    }

    /// Whether the signature is a key's; the key decides the algorithm and the header must agree.
    package func verify(with key: PublicKey) -> Bool {
        key.algorithm == algorithm && key.isValidSignature(signature, for: Array(bytes[..<signedLength]))
    }

    /// Signs a payload; answers the compact serialisation.
    ///
    /// Throws ``IdentityError`` of code `signingFailed`, or `doesNotFit` where it would be too long.
    package static func sign(
        payload: [UInt8], key: PrivateKey, keyID: KeyIdentifier, type: String
    ) throws(IdentityError) -> [UInt8] {
        let header: JSONValue = [
            "alg": JSONValue(key.algorithm.rawValue), "kid": JSONValue(keyID.description), "typ": JSONValue(type),
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count * 4 / 3 + 256)
        BaseEncoding.base64URL.encode(header.bytes, into: &bytes)
        bytes.append(UInt8(ascii: "."))
        BaseEncoding.base64URL.encode(payload, into: &bytes)
        let signature = try key.sign(bytes)
        bytes.append(UInt8(ascii: "."))
        BaseEncoding.base64URL.encode(signature, into: &bytes)
        guard bytes.count <= maximumSize else {
            throw IdentityError(.doesNotFit, "the signed statement would be longer than \(maximumSize) bytes")
        }
        return bytes
    }
}

/// The protected header of a JWS.
private struct Header {
    let algorithm: SignatureAlgorithm
    let keyID: KeyIdentifier
    let type: String

    init(parsing bytes: [UInt8]) throws(IdentityError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(size: 2048, depth: 4, values: 32))
        } catch {
            throw IdentityError(.malformedSignature, "the JWS header is not acceptable JSON", cause: error)
        }
        guard let members = value.object else {
            throw IdentityError(.malformedSignature, "the JWS header must be a JSON object")
        }
        for name in ["crit", "b64", "zip", "enc"] where members[name] != nil {
            throw IdentityError(.malformedSignature, "the JWS header's `\(name)` is not supported")
        }
        func string(_ name: String) throws(IdentityError) -> String {
            guard let text = members[name]?.string else {
                throw IdentityError(.malformedSignature, "the JWS header must have `\(name)`, a string")
            }
            return text
        }
        let name = try string("alg")
        guard let algorithm = SignatureAlgorithm(rawValue: name) else {
            throw IdentityError(
                .unsupportedAlgorithm, "the JWS algorithm \(IdentityError.quote(name)) is none of ES256, EdDSA and SM2")
        }
        self.algorithm = algorithm
        keyID = try KeyIdentifier(try string("kid"))
        type = try string("typ")
    }
}
