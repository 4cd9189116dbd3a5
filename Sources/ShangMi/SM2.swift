internal import COpenSSL

/// SM2 signatures (GB/T 32918.2, GM/T 0003) over the curve of GB/T 32918.5, with SM3.
///
/// Signatures are `r ‖ s`, 32 bytes each, or a DER sequence of the two integers.
package enum SM2 {
    /// The distinguishing identifier both sides use unless they agreed on another (GM/T 0009).
    package static let defaultID = "1234567812345678"

    /// The curve of GB/T 32918.5: y² = x³ + ax + b over the integers modulo p, with base point (gx, gy) of order n.
    package enum Curve {
        package static let p = bytes("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff")
        package static let a = bytes("fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc")
        package static let b = bytes("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93")
        package static let n = bytes("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123")
        package static let gx = bytes("32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7")
        package static let gy = bytes("bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0")

        static let parameters = a + b + gx + gy

        /// The order less one; private keys are smaller, because signing divides by the key plus one.
        static let orderMinusOne = n.dropLast() + [n[31] - 1]

        private static func bytes(_ hex: String) -> [UInt8] {
            let digits = hex.utf8.map { $0 - ($0 < 0x61 ? 0x30 : 0x57) }
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
    }

    /// `raw` as DER, or nil unless it is 64 bytes.
    static func der(raw: [UInt8]) -> [UInt8]? {
        guard raw.count == 64 else { return nil }
        return DERWriter.element(0x30, DERWriter.integer(raw[..<32]) + DERWriter.integer(raw[32...]))
    }

    /// `der` as `r ‖ s`, or nil unless it is strictly a sequence of two integers of at most 32 bytes.
    static func raw(der: [UInt8]) -> [UInt8]? {
        var outer = DERReader(der[...])
        guard let content = outer.read(0x30), outer.isAtEnd else { return nil }
        var inner = DERReader(content)
        guard let r = inner.readInteger(length: 32), let s = inner.readInteger(length: 32), inner.isAtEnd
        else { return nil }
        return r + s
    }
}
