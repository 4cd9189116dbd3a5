internal import COpenSSL

/// The SM3 hash function (GB/T 32905, GM/T 0004): 32 bytes out.
package enum SM3 {
    /// Bytes in a digest.
    package static let digestLength = 32

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        hash(bytes, [])
    }

    /// The digest of two byte strings one after the other, without joining them first.
    package static func hash(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        let context = DigestContext(algorithm)
        context.update(first)
        context.update(second)
        return context.finish(length: digestLength)
    }

    /// Fetched once, because a fetch takes a lock and a search by name.
    private static let algorithm = DigestAlgorithm(name: "SM3")
}
