extension PublicKey {
    /// The DER of a SubjectPublicKeyInfo up to the key's own bytes; every such key has this one encoding.
    private static func prefix(_ algorithm: SignatureAlgorithm) -> [UInt8] {
        switch algorithm {
        case .es256:
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86,
                0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
            ]
        case .sm2:
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81,
                0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00, 0x04,
            ]
        case .eddsa: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        }
    }

    /// Parses a DER SubjectPublicKeyInfo (RFC 5480, RFC 8410); points stand uncompressed.
    package init(spki: [UInt8]) throws(IdentityError) {
        for algorithm in SignatureAlgorithm.allCases {
            let prefix = Self.prefix(algorithm)
            guard spki.starts(with: prefix) else { continue }
            try self.init(algorithm, rawRepresentation: Array(spki.dropFirst(prefix.count)))
            return
        }
        throw IdentityError(
            .unsupportedAlgorithm,
            "the bytes are no SubjectPublicKeyInfo of P-256, Ed25519 or SM2 with an uncompressed point")
    }

    /// The key as DER SubjectPublicKeyInfo.
    package var spki: [UInt8] { Self.prefix(algorithm) + rawRepresentation }
}
