import COpenSSL
import Crypto

/// Verifies the ES256 signatures of one key in half the time that ``PublicKey`` takes, by a table of the key's multiples.
///
/// Of the two products in a verification (FIPS 186-5, section 6.4.2), libcrypto makes that of the curve's generator from
/// a table, without doubling. Here the key is the generator of a curve of its own, which is otherwise the same, so that
/// its product is made in that way too. A table holds 150 KiB and takes 25 ms to make.
package final class ES256Table: Sendable {
    /// The `EC_GROUP` with the table, as a number, which unlike a pointer may be shared: the group is complete when `init`
    /// returns and only read from then on, which libcrypto allows from many threads (openssl-threads(7)).
    private let group: Int

    /// The curve itself, kept as long as the process lives; `nil` where libcrypto does not have it.
    private static let curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1).map { Int(bitPattern: $0) }

    /// What a number's inverse modulo the order, which is prime, is computed with: its power by the order less two takes
    /// three fifths of the time of Euclid's algorithm.
    private static let inversion: (exponent: Int, montgomery: Int)? = {
        guard let curve = curve.flatMap(OpaquePointer.init(bitPattern:)), let order = EC_GROUP_get0_order(curve),
            let exponent = BN_dup(order), BN_sub_word(exponent, 2) == 1, let montgomery = BN_MONT_CTX_new(),
            let context = BN_CTX_new()
        else { return nil }
        defer { BN_CTX_free(context) }
        guard BN_MONT_CTX_set(montgomery, order, context) == 1 else { return nil }
        return (Int(bitPattern: exponent), Int(bitPattern: montgomery))
    }()

    /// Makes the table; `nil` for a key of another algorithm, and where libcrypto cannot make one.
    package init?(_ key: PublicKey) {
        guard key.algorithm == .es256, let group = Self.group([4] + key.rawRepresentation) else {
            ERR_clear_error()
            return nil
        }
        self.group = Int(bitPattern: group)
    }

    deinit { EC_GROUP_free(OpaquePointer(bitPattern: group)) }

    private static func group(_ bytes: [UInt8]) -> OpaquePointer? {
        guard let curve = curve.flatMap(OpaquePointer.init(bitPattern:)), let point = EC_POINT_new(curve) else {
            return nil
        }
        defer { EC_POINT_free(point) }
        guard let group = EC_GROUP_dup(curve) else { return nil }
        guard EC_POINT_oct2point(curve, point, bytes, bytes.count, nil) == 1,
            EC_GROUP_set_generator(group, point, EC_GROUP_get0_order(curve), BN_value_one()) == 1,
            EC_GROUP_precompute_mult(group, nil) == 1, EC_GROUP_have_precompute_mult(group) == 1
        else {
            EC_GROUP_free(group)
            return nil
        }
        return group
    }

    /// Whether a signature of 64 bytes is the key's over a message, as ``PublicKey`` says it.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == SignatureAlgorithm.signatureLength, let context = BN_CTX_new() else { return false }
        defer { BN_CTX_free(context) }
        BN_CTX_start(context)
        defer { BN_CTX_end(context) }
        let isValid = verify(signature, digest: Array(SHA256.hash(data: message)), context)
        if !isValid { ERR_clear_error() }
        return isValid
    }

    /// x of e/s · G + r/s · Q is r, modulo the order; whatever cannot be computed is not so.
    private func verify(_ signature: [UInt8], digest: [UInt8], _ context: OpaquePointer) -> Bool {
        guard let own = OpaquePointer(bitPattern: group),
            let curve = Self.curve.flatMap(OpaquePointer.init(bitPattern:)),
            let order = EC_GROUP_get0_order(curve), let r = Self.number(signature[..<32], context),
            let s = Self.number(signature[32...], context), let e = Self.number(digest[...], context),
            BN_is_zero(r) == 0, BN_is_zero(s) == 0, BN_ucmp(r, order) < 0, BN_ucmp(s, order) < 0,
            let inverse = BN_CTX_get(context), let x = BN_CTX_get(context), let inversion = Self.inversion,
            BN_mod_exp_mont(
                inverse, s, OpaquePointer(bitPattern: inversion.exponent), order, context,
                OpaquePointer(bitPattern: inversion.montgomery)) == 1,
            BN_mod_mul(e, e, inverse, order, context) == 1, BN_mod_mul(s, r, inverse, order, context) == 1,
            let sum = EC_POINT_new(curve)
        else { return false }
        defer { EC_POINT_free(sum) }
        guard let product = EC_POINT_new(own) else { return false }
        defer { EC_POINT_free(product) }
        return EC_POINT_mul(curve, sum, e, nil, nil, context) == 1
            && EC_POINT_mul(own, product, s, nil, nil, context) == 1
            && EC_POINT_add(curve, sum, sum, product, context) == 1 && EC_POINT_is_at_infinity(curve, sum) == 0
            && EC_POINT_get_affine_coordinates(curve, sum, x, nil, context) == 1
            && BN_nnmod(x, x, order, context) == 1 && BN_cmp(x, r) == 0
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ context: OpaquePointer) -> OpaquePointer? {
        guard let number = BN_CTX_get(context) else { return nil }
        return bytes.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), number) }
    }
}
