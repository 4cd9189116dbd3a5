/// Gives the hashes of complete subtrees, from memory, a database or tiles.
public protocol HashReader {
    /// The hashes of `nodes`, in their order.
    func hashes(of nodes: [TreeNode]) throws -> [Hash]
}

/// Gives the hashes of complete subtrees from somewhere that has to be awaited, such as another node's tiles.
public protocol AsyncHashReader: Sendable {
    /// The hashes of `nodes`, in their order.
    func hashes(of nodes: [TreeNode]) async throws -> [Hash]
}

/// Reads subtree hashes from all leaf hashes of a tree, hashing anew each time: for small trees.
public struct LeafHashReader: HashReader, Sendable {
    private let leafHashes: [Hash]

    /// Makes a reader of the tree with these leaf hashes, in order.
    public init(_ leafHashes: [Hash]) {
        self.leafHashes = leafHashes
    }

    /// The hashes of `nodes`; throws `notInTree` for a node that is not a complete subtree.
    public func hashes(of nodes: [TreeNode]) throws(TransparencyLogError) -> [Hash] {
        var hashes: [Hash] = []
        for node in nodes {
            guard node.isComplete(inTreeOf: UInt64(leafHashes.count)) else {
                throw TransparencyLogError(.notInTree, "no subtree \(node.index) at level \(node.level)")
            }
            let start = Int(node.index << UInt64(node.level))
            hashes.append(MerkleTree.root(of: leafHashes[start..<start + 1 << node.level]))
        }
        return hashes
    }
}
