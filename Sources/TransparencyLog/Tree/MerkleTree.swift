internal import Crypto

/// The Merkle tree of RFC 6962, section 2.1, with SHA-256.
public enum MerkleTree {
    /// The most hashes of an inclusion or consistency proof in a tree whose size has 64 bits.
    public static let maximumProofLength = 64

    /// The root of the tree without leaves: the hash of nothing.
    public static let emptyRoot = Hash(hashing: [])

    /// The hash of a leaf that holds `entry` (RFC 6962, section 2.1).
    public static func leafHash(_ entry: some Collection<UInt8>) -> Hash {
        let hash = entry.withContiguousStorageIfAvailable { leafHash(UnsafeRawBufferPointer($0)) }
        return hash ?? [UInt8](entry).withUnsafeBytes { leafHash($0) }
    }

    /// The hash of a leaf that holds `entry` (RFC 6962, section 2.1).
    public static func leafHash(_ entry: UnsafeRawBufferPointer) -> Hash {
        var function = SHA256()
        withUnsafeBytes(of: UInt8(0)) { function.update(bufferPointer: $0) }
        function.update(bufferPointer: entry)
        return function.finalize().withUnsafeBytes { Hash(unchecked: $0) }
    }

    /// The hash of a node over two subtrees (RFC 6962, section 2.1).
    public static func nodeHash(_ left: Hash, _ right: Hash) -> Hash {
        // All 65 bytes are written before they are read, and the buffer does not outlive the call.
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Hash.byteCount, alignment: 1) { buffer in
            buffer[0] = 1
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: $0) }
            right.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]).copyMemory(from: $0) }
            var function = SHA256()
            function.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return function.finalize().withUnsafeBytes { Hash(unchecked: $0) }
        }
    }

    /// The root of the tree whose leaves have the hashes `leafHashes`, in order.
    public static func root(of leafHashes: some Sequence<Hash>) -> Hash {
        var frontier = TreeFrontier()
        for hash in leafHashes { frontier.append(hash) }
        return frontier.root
    }

    /// The hash over complete subtrees of falling size that stand side by side.
    static func fold(_ peaks: some BidirectionalCollection<Hash>) -> Hash {
        guard var hash = peaks.last else { return emptyRoot }
        for peak in peaks.dropLast().reversed() { hash = nodeHash(peak, hash) }
        return hash
    }
}
