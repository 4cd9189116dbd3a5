import Crypto
import ShangMi
import SwiftASN1

extension PrivateKey {
    /// Reads a private key from PEM: PKCS #8 (RFC 5958), for P-256 also SEC 1.
    ///
    /// Throws ``IdentityError`` of code `malformedKey`, or `unsupportedAlgorithm` for a key of another kind.
    package init(pem: String) throws(IdentityError) {
        let document: PEMDocument
        let algorithm: SignatureAlgorithm
        do {
            document = try PEMDocument(pemString: pem)
            algorithm =
                document.discriminator == "EC PRIVATE KEY"
                ? .es256 : try PrivateKeyInfo(derEncoded: document.derBytes).algorithm
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the text is no PEM private key", cause: error)
        }
        guard ["PRIVATE KEY", "EC PRIVATE KEY"].contains(document.discriminator) else {
            let found = IdentityError.quote(document.discriminator)
            throw IdentityError(.malformedKey, "the PEM text holds \(found), not an unencrypted private key")
        }
        do {
            switch algorithm {
            case .es256: try self.init(.p256(P256.Signing.PrivateKey(derRepresentation: document.derBytes)))
            case .eddsa:
                let seed = try PrivateKeyInfo(derEncoded: document.derBytes).ed25519Seed
                try self.init(.ed25519(Curve25519.Signing.PrivateKey(rawRepresentation: seed)))
            case .sm2: try self.init(.sm2(SM2.PrivateKey(pem: pem)))
            }
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the PEM text holds no usable \(algorithm.rawValue) key", cause: error)
        }
    }

    /// The key as PEM PKCS #8, unencrypted.
    package var pem: String {
        switch signer {
        case .p256(let key): key.pemRepresentation + "\n"
        case .ed25519(let key):
            PEMDocument(
                type: "PRIVATE KEY",
                derBytes: [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20]
                    + key.rawRepresentation
            ).pemString + "\n"
        case .sm2(let key): key.pem
        }
    }
}

/// As much of a OneAsymmetricKey (RFC 5958) as tells what key it is.
private struct PrivateKeyInfo: DERParseable {
    let algorithm: SignatureAlgorithm
    let keyBytes: ArraySlice<UInt8>

    private static let ellipticCurve: ASN1ObjectIdentifier = [1, 2, 840, 10045, 2, 1]
    private static let p256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 3, 1, 7]
    private static let sm2: ASN1ObjectIdentifier = [1, 2, 156, 10197, 1, 301]
    private static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]

    init(derEncoded node: ASN1Node) throws {
        (algorithm, keyBytes) = try DER.sequence(node, identifier: .sequence) { nodes in
            _ = try Int(derEncoded: &nodes)
            guard let node = nodes.next() else { throw ASN1Error.truncatedASN1Field() }
            let algorithm = try DER.sequence(node, identifier: .sequence) { nodes in
                let kind = try ASN1ObjectIdentifier(derEncoded: &nodes)
                let curve = try nodes.next().map { try ASN1ObjectIdentifier(derEncoded: $0) }
                return try Self.algorithm(kind: kind, curve: curve)
            }
            let key = try ASN1OctetString(derEncoded: &nodes)
            while nodes.next() != nil {}
            return (algorithm, key.bytes)
        }
    }

    private static func algorithm(kind: ASN1ObjectIdentifier, curve: ASN1ObjectIdentifier?) throws -> SignatureAlgorithm
    {
        switch (kind, curve) {
        case (ellipticCurve, p256): return .es256
        case (ellipticCurve, sm2): return .sm2
        case (ed25519, nil): return .eddsa
        default:
            throw IdentityError(.unsupportedAlgorithm, "the private key is none of P-256, Ed25519 and SM2")
        }
    }

    /// The 32 bytes inside the inner OCTET STRING (RFC 8410 section 7).
    var ed25519Seed: [UInt8] {
        get throws { Array(try ASN1OctetString(derEncoded: Array(keyBytes)).bytes) }
    }
}
