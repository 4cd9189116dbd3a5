internal import BaseEncodings
internal import Crypto

/// A SHA-256 hash: a leaf, a node or a root of a tree (RFC 6962, section 2.1).
public struct Hash: Sendable, Hashable, CustomStringConvertible {
    /// The number of bytes of a hash.
    public static let byteCount = 32

    // The 32 bytes in memory order; which number a word stands for is of no meaning.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Makes a hash of exactly 32 bytes; nil if there are more or fewer.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Hash.byteCount else { return nil }
        let hash = bytes.withContiguousStorageIfAvailable { Hash(unchecked: UnsafeRawBufferPointer($0)) }
        self = hash ?? [UInt8](bytes).withUnsafeBytes { Hash(unchecked: $0) }
    }

    /// Makes a hash of its padded standard base64; nil if the text is anything else.
    public init?(base64 text: String) {
        self.init(base64: text.utf8)
    }

    init?(base64 text: some Collection<UInt8>) {
        guard let bytes = BaseEncoding.base64.decode(text) else { return nil }
        self.init(bytes)
    }

    /// Makes a hash of 64 lower-case hexadecimal digits; nil if the text is anything else.
    public init?(hex text: String) {
        guard let bytes = BaseEncoding.base16.decode(text) else { return nil }
        self.init(bytes)
    }

    /// Reads the first 32 bytes; the caller has made sure that they are there.
    init(unchecked bytes: UnsafeRawBufferPointer) {
        first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        fourth = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    /// The SHA-256 hash of `bytes`, as they are: no prefix of a tree is added.
    public init(hashing bytes: some Collection<UInt8>) {
        var function = SHA256()
        let done: Void? = bytes.withContiguousStorageIfAvailable {
            function.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if done == nil {
            [UInt8](bytes).withUnsafeBytes { function.update(bufferPointer: $0) }
        }
        self = function.finalize().withUnsafeBytes { Hash(unchecked: $0) }
    }

    /// Calls `body` with the 32 bytes.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        // Four 64-bit words in declaration order occupy 32 bytes without padding.
        try Swift.withUnsafeBytes(of: self, body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The hash in padded standard base64, as notes write it.
    public var base64: String { withUnsafeBytes { BaseEncoding.base64.encode($0) } }

    /// The hash in lower-case hexadecimal.
    public var hex: String { withUnsafeBytes { BaseEncoding.base16.encode($0) } }

    /// The hash in base64.
    public var description: String { base64 }
}
