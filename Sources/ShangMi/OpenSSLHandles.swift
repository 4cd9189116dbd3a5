internal import COpenSSL

/// What a digest is fetched as; lives as long as the process does.
///
/// Unchecked Sendable holds because the `EVP_MD` is written only while it is fetched, is never freed, and OpenSSL
/// allows concurrent use of a fetched algorithm (openssl-threads(7)).
struct DigestAlgorithm: @unchecked Sendable {
    let pointer: OpaquePointer

    init(name: String) {
        guard let pointer = EVP_MD_fetch(nil, name, nil) else {
            fatalError("libcrypto has no `\(name)`: it was built without the ShangMi algorithms")
        }
        self.pointer = pointer
    }
}

/// One digest being computed; owns its `EVP_MD_CTX` and frees it.
struct DigestContext: ~Copyable {
    private let pointer: OpaquePointer

    init(_ algorithm: DigestAlgorithm) {
        guard let pointer = EVP_MD_CTX_new() else { fatalError("out of memory") }
        self.pointer = pointer
        precondition(EVP_DigestInit_ex2(pointer, algorithm.pointer, nil) == 1, "a fetched digest starts")
    }

    deinit {
        EVP_MD_CTX_free(pointer)
    }

    func update(_ bytes: [UInt8]) {
        // An empty array may hand over a null pointer, which libcrypto takes together with a count of 0.
        let done = bytes.withUnsafeBytes { EVP_DigestUpdate(pointer, $0.baseAddress, $0.count) }
        precondition(done == 1, "a started digest takes bytes")
    }

    func finish(length: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            // `length` is the digest's own length, so libcrypto writes no more than the buffer holds.
            var written: UInt32 = 0
            precondition(EVP_DigestFinal_ex(pointer, buffer.baseAddress, &written) == 1 && written == length)
            count = Int(written)
        }
    }
}

/// A number of libcrypto; owns its `BIGNUM` and clears it when freed, since it may be a private key.
struct BigNumber: ~Copyable {
    let pointer: OpaquePointer

    init(_ bytes: [UInt8]) {
        // Key and curve numbers only, a few dozen bytes: the count fits an Int32.
        guard let pointer = bytes.withUnsafeBufferPointer({ BN_bin2bn($0.baseAddress, Int32($0.count), nil) }) else {
            fatalError("out of memory")
        }
        self.pointer = pointer
        BN_set_flags(pointer, BN_FLG_CONSTTIME)
    }

    deinit {
        BN_clear_free(pointer)
    }
}

/// A loaded key; owns one reference of its `EVP_PKEY` and gives it back.
///
/// Unchecked Sendable holds because the key is complete when `init` returns and no method of this module changes it
/// afterwards; libcrypto counts references atomically and only reads a key while signing and verifying.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Loads a point of the SM2 curve, and the scalar with it where given; nil if libcrypto finds no key in them.
    init?(point: [UInt8], scalar: [UInt8]?) {
        guard let key = Self.load(point: point, scalar: scalar) else {
            ERR_clear_error()
            return nil
        }
        pointer = key
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    private static func load(point: [UInt8], scalar: [UInt8]?) -> OpaquePointer? {
        guard let builder = OSSL_PARAM_BLD_new() else { return nil }
        defer { OSSL_PARAM_BLD_free(builder) }
        guard let parameters = parameters(point: point, scalar: scalar, builder: builder) else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "SM2", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        // EVP_PKEY_PUBLIC_KEY and EVP_PKEY_KEYPAIR, spelt out because Swift does not see macros made of macros.
        let publicPart =
            OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS | OSSL_KEYMGMT_SELECT_OTHER_PARAMETERS
            | OSSL_KEYMGMT_SELECT_PUBLIC_KEY
        let selection = scalar == nil ? publicPart : publicPart | OSSL_KEYMGMT_SELECT_PRIVATE_KEY
        guard EVP_PKEY_fromdata_init(context) == 1, EVP_PKEY_fromdata(context, &key, selection, parameters) == 1
        else { return nil }
        return key
    }

    /// Copies point and scalar into a parameter list; the builder only points at them until then.
    private static func parameters(
        point: [UInt8], scalar: [UInt8]?, builder: OpaquePointer
    ) -> UnsafeMutablePointer<OSSL_PARAM>? {
        let number = BigNumber(scalar ?? [])
        return point.withUnsafeBytes { bytes in
            guard OSSL_PARAM_BLD_push_utf8_string(builder, ParameterName.group, ParameterName.sm2, 0) == 1,
                OSSL_PARAM_BLD_push_octet_string(builder, ParameterName.point, bytes.baseAddress, bytes.count) == 1,
                scalar == nil || OSSL_PARAM_BLD_push_BN(builder, ParameterName.scalar, number.pointer) == 1
            else { return nil }
            return OSSL_PARAM_BLD_to_param(builder)
        }
    }
}

/// Names in parameter lists, which keep the pointer rather than the text: hence static strings, which never move.
private enum ParameterName {
    static var group: UnsafePointer<CChar> { pointer("group") }
    static var point: UnsafePointer<CChar> { pointer("pub") }
    static var scalar: UnsafePointer<CChar> { pointer("priv") }
    static var sm2: UnsafePointer<CChar> { pointer("SM2") }

    private static func pointer(_ name: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
