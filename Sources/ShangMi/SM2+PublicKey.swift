internal import COpenSSL

extension SM2 {
    /// A public key: a point of the curve other than the one at infinity.
    package struct PublicKey: Sendable {
        /// The point uncompressed: `04 ‖ x ‖ y`, 65 bytes.
        package let x963: [UInt8]
        /// ZA for the default identifier, made once.
        private let defaultZA: [UInt8]
        private let handle: KeyHandle

        /// Takes an uncompressed point of 65 bytes; throws `invalidPublicKey` for anything else.
        package init(x963: [UInt8]) throws(ShangMiError) {
            guard x963.count == 65, x963[0] == 0x04, let handle = KeyHandle(point: x963, scalar: nil) else {
                throw ShangMiError(code: .invalidPublicKey, message: "the bytes are not a point of the SM2 curve")
            }
            self.init(x963: x963, handle: handle)
        }

        /// Takes a SubjectPublicKeyInfo with an uncompressed point, in DER.
        package init(der: [UInt8]) throws(ShangMiError) {
            guard der.starts(with: Self.prefix) else {
                throw ShangMiError(code: .invalidEncoding, message: "the bytes are not the DER of an SM2 public key")
            }
            try self.init(x963: Array(der.dropFirst(Self.prefix.count)))
        }

        /// Takes the same as one PEM block, `PUBLIC KEY`.
        package init(pem: String) throws(ShangMiError) {
            try self.init(der: PEM.decode(pem, label: "PUBLIC KEY"))
        }

        init(x963: [UInt8], handle: KeyHandle) {
            self.x963 = x963
            self.handle = handle
            defaultZA = Self.digestOfIdentity(SM2.defaultID, x963) ?? []
        }

        /// The SubjectPublicKeyInfo in DER, 91 bytes.
        package var der: [UInt8] { Self.prefix + x963 }

        /// The SubjectPublicKeyInfo as one PEM block.
        package var pem: String { PEM.encode(der, label: "PUBLIC KEY") }

        /// ZA, the digest that binds the signer's identifier and key (GB/T 32918.2, 5.5); nil for an identifier longer
        /// than its 16-bit count of bits can say.
        package func za(id: String = SM2.defaultID) -> [UInt8]? {
            id.utf8.elementsEqual(SM2.defaultID.utf8) ? defaultZA : Self.digestOfIdentity(id, x963)
        }

        /// What is signed for a message, SM3(ZA ‖ message); nil where `za` is.
        package func digest(for message: [UInt8], id: String = SM2.defaultID) -> [UInt8]? {
            za(id: id).map { SM3.hash($0, message) }
        }

        /// Whether `raw`, r ‖ s of exactly 64 bytes, is this key's signature over `message`.
        package func isValidSignature(raw: [UInt8], for message: [UInt8], id: String = SM2.defaultID) -> Bool {
            guard let der = SM2.der(raw: raw), let digest = digest(for: message, id: id) else { return false }
            return verify(der: der, digest: digest)
        }

        /// Whether `der`, strictly encoded, is this key's signature over `message`.
        package func isValidSignature(der: [UInt8], for message: [UInt8], id: String = SM2.defaultID) -> Bool {
            guard let raw = SM2.raw(der: der) else { return false }
            return isValidSignature(raw: raw, for: message, id: id)
        }

        private func verify(der: [UInt8], digest: [UInt8]) -> Bool {
            guard let context = EVP_PKEY_CTX_new_from_pkey(nil, handle.pointer, nil) else { return false }
            defer { EVP_PKEY_CTX_free(context) }
            // 1 alone means valid; 0 and the negative codes of malformed input all mean no.
            let isValid =
                EVP_PKEY_verify_init(context) == 1
                && EVP_PKEY_verify(context, der, der.count, digest, digest.count) == 1
            if !isValid { ERR_clear_error() }
            return isValid
        }

        private static func digestOfIdentity(_ id: String, _ x963: [UInt8]) -> [UInt8]? {
            guard let bits = UInt16(exactly: id.utf8.count * 8) else { return nil }
            let length = [UInt8(bits >> 8), UInt8(truncatingIfNeeded: bits)]
            return SM3.hash(length + Array(id.utf8) + Curve.parameters, Array(x963.dropFirst()))
        }

        /// SEQUENCE, the algorithm (id-ecPublicKey, the SM2 curve), and the head of a BIT STRING of 65 bytes.
        static let algorithm: [UInt8] = [
            0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
            0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D,
        ]
        private static let prefix: [UInt8] = [0x30, 0x59] + algorithm + [0x03, 0x42, 0x00]
    }
}

extension SM2.PublicKey: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.x963 == right.x963 }
    package func hash(into hasher: inout Hasher) { hasher.combine(x963) }
}
