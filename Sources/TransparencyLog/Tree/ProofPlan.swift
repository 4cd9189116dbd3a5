/// Which subtree hashes make up a proof or a root: computed without reading anything, so that all can be read at once.
public struct ProofPlan: Sendable, Hashable {
    /// The subtrees to read, in order.
    public let nodes: [TreeNode]
    // How many of `nodes` are folded into each hash of the proof.
    private let counts: [Int]

    private init(_ ranges: some Sequence<Range<UInt64>>) {
        let groups = ranges.map(TreeNode.covering)
        nodes = groups.flatMap(\.self)
        counts = groups.map(\.count)
    }

    /// The plan of the root of a tree of `size` leaves, which is a proof of one hash.
    public static func root(size: UInt64) -> ProofPlan {
        ProofPlan([0..<size])
    }

    /// The plan of the inclusion proof of leaf `index` (RFC 6962, section 2.1.1); `notInTree` if there is none.
    public static func inclusion(of index: UInt64, size: UInt64) throws(TransparencyLogError) -> ProofPlan {
        guard index < size else {
            throw TransparencyLogError(.notInTree, "no leaf \(index) in a tree of size \(size)")
        }
        var ranges: [Range<UInt64>] = []
        var part = 0..<size
        while part.upperBound - part.lowerBound > 1 {
            let middle = part.middle
            if index < middle {
                ranges.append(middle..<part.upperBound)
                part = part.lowerBound..<middle
            } else {
                ranges.append(part.lowerBound..<middle)
                part = middle..<part.upperBound
            }
        }
        return ProofPlan(ranges.reversed())
    }

    /// The plan of the consistency proof from `oldSize` to `size` (RFC 6962, section 2.1.2).
    ///
    /// It is empty from size 0 and to the same size; throws `notInTree` if `oldSize` is the larger one.
    public static func consistency(from oldSize: UInt64, to size: UInt64) throws(TransparencyLogError) -> ProofPlan {
        guard oldSize <= size else {
            throw TransparencyLogError(.notInTree, "a tree of size \(size) does not extend one of size \(oldSize)")
        }
        guard oldSize != 0, oldSize != size else { return ProofPlan([]) }
        var ranges: [Range<UInt64>] = []
        var part = 0..<size
        while part.upperBound != oldSize {
            let middle = part.middle
            if oldSize <= middle {
                ranges.append(middle..<part.upperBound)
                part = part.lowerBound..<middle
            } else {
                ranges.append(part.lowerBound..<middle)
                part = middle..<part.upperBound
            }
        }
        // A verifier has the old root already where it is the root of what is left.
        if part.lowerBound != 0 { ranges.append(part) }
        return ProofPlan(ranges.reversed())
    }

    /// Folds the hashes of ``nodes`` into the proof.
    public func proof(from hashes: [Hash]) throws(TransparencyLogError) -> [Hash] {
        guard hashes.count == nodes.count else {
            throw TransparencyLogError(.invalidArgument, "\(hashes.count) hashes were read of \(nodes.count)")
        }
        var start = 0
        return counts.map { count in
            defer { start += count }
            return MerkleTree.fold(hashes[start..<start + count])
        }
    }
}

extension Range<UInt64> {
    /// Where RFC 6962 halves a tree over two or more leaves: after the largest power of two short of their number.
    fileprivate var middle: UInt64 {
        lowerBound + 1 << UInt64(63 - (upperBound - lowerBound - 1).leadingZeroBitCount)
    }
}
