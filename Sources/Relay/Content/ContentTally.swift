import Crypto
import NIOCore

/// Digests and counts content as it passes.
struct ContentTally {
    /// Begun with the first content: most requests have none.
    private var sha256: SHA256?
    private var sha512: SHA512?
    private(set) var size: UInt64 = 0

    /// - Parameter withSHA512: SHA-512 is computed too, since a `Content-Digest` asks for it.
    init(withSHA512: Bool = false) {
        if withSHA512 { self.sha512 = SHA512() }
    }

    mutating func update(_ content: ByteBuffer) {
        content.withUnsafeReadableBytes {
            var sha256 = self.sha256.take() ?? SHA256()
            sha256.update(bufferPointer: $0)
            self.sha256 = sha256
            self.sha512?.update(bufferPointer: $0)
        }
        self.size += UInt64(content.readableBytes)
    }

    /// The SHA-256 of everything so far.
    var sha256Value: [UInt8] { Array((self.sha256 ?? SHA256()).finalize()) }
    /// The SHA-512 of everything so far, if it is computed.
    var sha512Value: [UInt8]? { self.sha512.map { Array($0.finalize()) } }
}
