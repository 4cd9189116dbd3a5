import Crypto
import ShangMi

/// A public key that verifies signatures; parsed and checked once, then used as often as needed.
package struct PublicKey: Sendable {
    private enum Verifier: Sendable {
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case sm2(SM2.PublicKey)
    }

    /// The algorithm the key verifies.
    package let algorithm: SignatureAlgorithm

    /// The key's own bytes: `x` and `y`, 64 bytes, for the curves P-256 and SM2, 32 bytes for Ed25519.
    package let rawRepresentation: [UInt8]

    private let verifier: Verifier

    /// Makes a key of its own bytes.
    ///
    /// Throws ``IdentityError`` of code `malformedKey` where they are no point of the curve or one of small order.
    package init(_ algorithm: SignatureAlgorithm, rawRepresentation raw: [UInt8]) throws(IdentityError) {
        guard raw.count == algorithm.publicKeyLength else {
            throw IdentityError(.malformedKey, "a key for \(algorithm.rawValue) has \(algorithm.publicKeyLength) bytes")
        }
        do {
            switch algorithm {
            case .es256: verifier = .p256(try P256.Signing.PublicKey(x963Representation: [4] + raw))
            case .eddsa: verifier = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: raw))
            case .sm2: verifier = .sm2(try SM2.PublicKey(x963: [4] + raw))
            }
        } catch {
            throw IdentityError(.malformedKey, "the bytes are no \(algorithm.rawValue) public key", cause: error)
        }
        guard algorithm != .eddsa || !SmallOrderPoint.contains(raw) else {
            throw IdentityError(.malformedKey, "the Ed25519 key is a point of small order, which verifies anything")
        }
        self.algorithm = algorithm
        rawRepresentation = raw
    }

    /// Whether a signature of 64 bytes is this key's over a message.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == SignatureAlgorithm.signatureLength else { return false }
        switch verifier {
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .sm2(let key): return key.isValidSignature(raw: signature, for: message)
        }
    }
}

extension PublicKey: Hashable {
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.algorithm == right.algorithm && left.rawRepresentation == right.rawRepresentation
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(algorithm)
        hasher.combine(rawRepresentation)
    }
}

/// The points of Ed25519 whose order divides eight, in every encoding that decoders take.
private enum SmallOrderPoint {
    static func contains(_ encoded: [UInt8]) -> Bool {
        var point = encoded
        point[31] &= 0x7F
        return encodings.contains(point)
    }

    private static let encodings: Set<[UInt8]> = {
        let middle = [UInt8](repeating: 0xFF, count: 30)
        return [
            [UInt8](repeating: 0, count: 32),
            [1] + [UInt8](repeating: 0, count: 31),
            [0xEC] + middle + [0x7F], [0xED] + middle + [0x7F], [0xEE] + middle + [0x7F],
            [
                0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
                0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
            ],
            [
                0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
                0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
            ],
        ]
    }()
}
