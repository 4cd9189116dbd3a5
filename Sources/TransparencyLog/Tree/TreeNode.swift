/// A complete subtree: the leaves from `index << level` up to but not including `(index + 1) << level`.
public struct TreeNode: Sendable, Hashable {
    /// The height of the subtree; leaves are at level 0.
    public let level: Int
    /// The position among the subtrees of this level, from the left.
    public let index: UInt64

    /// Names a subtree; `level` is from 0 to 63.
    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// Whether all leaves of the subtree are in a tree of `size` leaves.
    public func isComplete(inTreeOf size: UInt64) -> Bool {
        (0..<64).contains(level) && index < size >> UInt64(level)
    }

    /// The complete subtrees that make up the leaves of `range`, from left to right.
    ///
    /// `range` must be one that the tree's recursive halving yields: their fold is then its Merkle tree hash.
    static func covering(_ range: Range<UInt64>) -> [TreeNode] {
        var nodes: [TreeNode] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let fits = 63 - (range.upperBound - start).leadingZeroBitCount
            let level = min(start == 0 ? 63 : start.trailingZeroBitCount, fits)
            nodes.append(TreeNode(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return nodes
    }
}
