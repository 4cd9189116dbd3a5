internal import COpenSSL

extension SM2 {
    /// A private key: a number from 1 to n − 2, with its public key.
    package struct PrivateKey: Sendable {
        /// The number, 32 bytes big-endian.
        package let raw: [UInt8]
        /// The key that verifies what this one signs.
        package let publicKey: PublicKey
        private let handle: KeyHandle

        /// Makes a new key from libcrypto's random numbers for secrets.
        package init() throws(ShangMiError) {
            // A drawn number falls outside the range once in 2^255 times; eight draws are more than enough.
            for _ in 0..<8 {
                var bytes = [UInt8](repeating: 0, count: 32)
                guard RAND_priv_bytes(&bytes, 32) == 1 else { break }
                if Self.isInRange(bytes) {
                    try self.init(raw: bytes)
                    return
                }
            }
            throw ShangMiError(code: .signingFailed, message: "no random numbers were to be had for a key")
        }

        /// Takes the number, 32 bytes big-endian; throws `invalidPrivateKey` for another length or out of range.
        package init(raw: [UInt8]) throws(ShangMiError) {
            guard raw.count == 32, Self.isInRange(raw), let point = Self.point(of: raw),
                let handle = KeyHandle(point: point, scalar: raw)
            else {
                throw ShangMiError(code: .invalidPrivateKey, message: "the bytes are not an SM2 private key")
            }
            self.raw = raw
            self.handle = handle
            publicKey = PublicKey(x963: point, handle: handle)
        }

        /// Takes a PKCS#8 key as one PEM block, `PRIVATE KEY`; a public key inside must belong to it.
        package init(pem: String) throws(ShangMiError) {
            let der = try PEM.decode(pem, label: "PRIVATE KEY")
            guard let content = Self.parse(pkcs8: der) else {
                throw ShangMiError(code: .invalidEncoding, message: "the PEM block is not a PKCS#8 SM2 private key")
            }
            try self.init(raw: content.scalar)
            guard content.point == nil || content.point == publicKey.x963 else {
                throw ShangMiError(code: .invalidPrivateKey, message: "the public key beside the private is another's")
            }
        }

        /// The key in PKCS#8, public key included, as one PEM block.
        package var pem: String {
            let version1: [UInt8] = [0x02, 0x01, 0x01]
            let point = DERWriter.element(0xA1, DERWriter.element(0x03, [0] + publicKey.x963))
            let key = DERWriter.element(0x30, version1 + DERWriter.element(0x04, raw) + point)
            let version0: [UInt8] = [0x02, 0x01, 0x00]
            let info = version0 + PublicKey.algorithm + DERWriter.element(0x04, key)
            return PEM.encode(DERWriter.element(0x30, info), label: "PRIVATE KEY")
        }

        /// A signature over `message`, r ‖ s of 64 bytes; another one each time.
        package func signature(for message: [UInt8], id: String = SM2.defaultID) throws(ShangMiError) -> [UInt8] {
            guard let digest = publicKey.digest(for: message, id: id) else {
                throw ShangMiError(code: .signingFailed, message: "the distinguishing identifier is too long")
            }
            guard let signature = sign(digest: digest) else {
                ERR_clear_error()
                throw ShangMiError(code: .signingFailed, message: "the SM2 signature could not be made")
            }
            return signature
        }

        private func sign(digest: [UInt8]) -> [UInt8]? {
            guard let context = EVP_PKEY_CTX_new_from_pkey(nil, handle.pointer, nil) else { return nil }
            defer { EVP_PKEY_CTX_free(context) }
            // Two integers of 33 bytes at most and their heads are 72 bytes; libcrypto is told how much there is.
            var der = [UInt8](repeating: 0, count: 80)
            var length = der.count
            guard EVP_PKEY_sign_init(context) == 1,
                EVP_PKEY_sign(context, &der, &length, digest, digest.count) == 1
            else { return nil }
            return SM2.raw(der: Array(der.prefix(length)))
        }

        /// Compares every byte whatever the first ones say, since the number is secret.
        private static func isInRange(_ raw: [UInt8]) -> Bool {
            var borrow = 0
            var bits: UInt8 = 0
            for (digit, limit) in zip(raw, Curve.orderMinusOne).reversed() {
                borrow = (Int(digit) - Int(limit) - borrow) < 0 ? 1 : 0
                bits |= digit
            }
            return borrow == 1 && bits != 0
        }

        /// The point that is `raw` times the base point, uncompressed.
        private static func point(of raw: [UInt8]) -> [UInt8]? {
            guard let point = EC_POINT_new(CurveGroup.shared.pointer) else { return nil }
            defer { EC_POINT_free(point) }
            let scalar = BigNumber(raw)
            guard EC_POINT_mul(CurveGroup.shared.pointer, point, scalar.pointer, nil, nil, nil) == 1 else { return nil }
            var bytes = [UInt8](repeating: 0, count: 65)
            let form = POINT_CONVERSION_UNCOMPRESSED
            guard EC_POINT_point2oct(CurveGroup.shared.pointer, point, form, &bytes, 65, nil) == 65 else { return nil }
            return bytes
        }

        /// PKCS#8 (RFC 5208) around an ECPrivateKey (RFC 5915) of this curve.
        private static func parse(pkcs8: [UInt8]) -> (scalar: [UInt8], point: [UInt8]?)? {
            var outer = DERReader(pkcs8[...])
            guard let info = outer.read(0x30), outer.isAtEnd else { return nil }
            var reader = DERReader(info)
            guard reader.readInteger(length: 1) == [0],
                let algorithm = reader.read(0x30), Array(algorithm) == Array(PublicKey.algorithm.dropFirst(2)),
                let wrapped = reader.read(0x04),
                reader.isAtEnd || (reader.read(0xA0) != nil && reader.isAtEnd)
            else { return nil }
            var wrapper = DERReader(wrapped)
            guard let key = wrapper.read(0x30), wrapper.isAtEnd else { return nil }
            var fields = DERReader(key)
            guard fields.readInteger(length: 1) == [1], let scalar = fields.read(0x04) else { return nil }
            if fields.nextTag == 0xA0 {
                guard let parameters = fields.read(0xA0), Array(parameters) == Array(PublicKey.algorithm.dropFirst(11))
                else { return nil }
            }
            guard !fields.isAtEnd else { return (Array(scalar), nil) }
            guard let tagged = fields.read(0xA1), fields.isAtEnd else { return nil }
            var bitString = DERReader(tagged)
            guard let bits = bitString.read(0x03), bits.first == 0, bitString.isAtEnd else { return nil }
            return (Array(scalar), Array(bits.dropFirst()))
        }
    }
}

/// The curve's group with its precomputed constants, made once.
///
/// Unchecked Sendable holds because the group is complete when `shared` is set, never changed and never freed.
private struct CurveGroup: @unchecked Sendable {
    let pointer: OpaquePointer

    static let shared: CurveGroup = {
        guard let group = EC_GROUP_new_by_curve_name(NID_sm2) else {
            fatalError("libcrypto has no SM2 curve: it was built without the ShangMi algorithms")
        }
        return CurveGroup(pointer: group)
    }()
}
