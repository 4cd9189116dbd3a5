import Crypto

/// The entry that stands for a receipt in the public log: SHA-256 over a salt of 32 random bytes and the receipt.
///
/// Without the salt the entry tells nothing, not even to someone who guesses the receipt.
package enum SaltedLeaf {
    /// Bytes of a salt, and of an entry.
    package static let length = 32

    /// The entry for the exact bytes of a receipt.
    package static func entry(salt: [UInt8], receipt: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: receipt)
        return Array(hash.finalize())
    }

    /// A fresh salt from a cryptographic generator.
    package static func salt(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var salt: [UInt8] = []
        salt.reserveCapacity(length)
        for _ in 0..<4 {
            var word = generator.next()
            for _ in 0..<8 {
                salt.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return salt
    }
}
