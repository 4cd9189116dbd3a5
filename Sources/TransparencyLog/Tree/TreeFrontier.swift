/// The right edge of a tree: the roots of its complete subtrees, all that is needed to append and to have the root.
///
/// Appending costs one hash on average, the root at most one for each bit of the size. The value is small enough to
/// store beside every batch of leaves: ``size`` and ``peaks`` restore it.
public struct TreeFrontier: Sendable, Hashable {
    /// The number of leaves.
    public private(set) var size: UInt64
    /// The roots of the complete subtrees from left to right, the largest first: one for each bit set in ``size``.
    public private(set) var peaks: [Hash]

    /// The frontier of the empty tree.
    public init() {
        size = 0
        peaks = []
    }

    /// Restores a frontier; throws `invalidArgument` unless there is one peak for each bit set in `size`.
    public init(size: UInt64, peaks: [Hash]) throws(TransparencyLogError) {
        guard size <= UInt64(Int64.max), peaks.count == size.nonzeroBitCount else {
            throw TransparencyLogError(.invalidArgument, "a tree of size \(size) does not have \(peaks.count) peaks")
        }
        self.size = size
        self.peaks = peaks
    }

    /// The root of the tree (RFC 6962, section 2.1).
    public var root: Hash { MerkleTree.fold(peaks) }

    /// Appends a leaf.
    public mutating func append(_ leafHash: Hash) {
        append(leafHash) { _, _ in }
    }

    /// Appends a leaf and reports, from the smallest up, each subtree it completes: its height and its root.
    mutating func append(_ leafHash: Hash, completed: (_ height: Int, _ root: Hash) -> Void) {
        var hash = leafHash
        var height = 0
        while size >> UInt64(height) & 1 == 1 {
            hash = MerkleTree.nodeHash(peaks.removeLast(), hash)
            height += 1
            completed(height, hash)
        }
        peaks.append(hash)
        size += 1
    }
}
