import Testing

@testable import TransparencyLog

/// Trees of every small size and of random larger ones, against the recursive definition.
@Suite struct TreePropertyTests {
    private static func leaves(_ count: Int) -> [Hash] {
        (0..<count).map { MerkleTree.leafHash(SampleTree.entry(UInt64($0))) }
    }

    private static let randomSizes: [Int] = {
        var random = SampleRandom(seed: 1)
        return (0..<12).map { _ in Int.random(in: 34...1500, using: &random) } + [255, 256, 257, 511, 512, 513]
    }()

    @Test(arguments: Array(0...33) + randomSizes)
    func `roots and proofs are those of the definition`(size: Int) throws {
        let leafHashes = Self.leaves(size)
        let slow = RecursiveTree(leafHashes: leafHashes)
        let reader = LeafHashReader(leafHashes)
        let root = slow.root(0..<size)
        #expect(MerkleTree.root(of: leafHashes) == root)
        #expect(try MerkleTree.root(size: UInt64(size), reader: reader) == root)
        let step = max(1, size / 33)
        for index in stride(from: 0, to: size, by: step) {
            let proof = try MerkleTree.inclusionProof(of: UInt64(index), size: UInt64(size), reader: reader)
            #expect(proof == slow.inclusionProof(index, 0..<size))
            #expect(
                MerkleTree.verifyInclusion(
                    of: leafHashes[index], at: UInt64(index), size: UInt64(size), root: root, proof: proof))
        }
        for oldSize in stride(from: 1, through: size, by: step) {
            let proof = try MerkleTree.consistencyProof(from: UInt64(oldSize), to: UInt64(size), reader: reader)
            #expect(proof == slow.consistencyProof(oldSize, 0..<size))
            #expect(
                MerkleTree.verifyConsistency(
                    from: UInt64(oldSize), oldRoot: slow.root(0..<oldSize), to: UInt64(size), root: root, proof: proof))
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `a changed proof is refused`(seed: UInt64) throws {
        var random = SampleRandom(seed: seed)
        let size = Int.random(in: 2...600, using: &random)
        let index = Int.random(in: 0..<size, using: &random)
        let oldSize = Int.random(in: 1..<size, using: &random)
        let leafHashes = Self.leaves(size)
        let reader = LeafHashReader(leafHashes)
        let (root, oldRoot) = (MerkleTree.root(of: leafHashes), MerkleTree.root(of: leafHashes.prefix(oldSize)))
        let inclusion = try MerkleTree.inclusionProof(of: UInt64(index), size: UInt64(size), reader: reader)
        let consistency = try MerkleTree.consistencyProof(from: UInt64(oldSize), to: UInt64(size), reader: reader)
        for proof in Self.changes(of: inclusion, using: &random) {
            #expect(
                !MerkleTree.verifyInclusion(
                    of: leafHashes[index], at: UInt64(index), size: UInt64(size), root: root, proof: proof))
        }
        for proof in Self.changes(of: consistency, using: &random) {
            #expect(
                !MerkleTree.verifyConsistency(
                    from: UInt64(oldSize), oldRoot: oldRoot, to: UInt64(size), root: root, proof: proof))
        }
        for other in 0..<size where other != index {
            #expect(
                !MerkleTree.verifyInclusion(
                    of: leafHashes[index], at: UInt64(other), size: UInt64(size), root: root, proof: inclusion))
        }
    }

    private static func changes(of proof: [Hash], using random: inout SampleRandom) -> [[Hash]] {
        var changes = [proof + [MerkleTree.emptyRoot], [MerkleTree.emptyRoot] + proof]
        for position in proof.indices {
            var bytes = proof[position].bytes
            bytes[Int.random(in: 0..<32, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            var changed = proof
            changed[position] = Hash(bytes) ?? MerkleTree.emptyRoot
            changes.append(changed)
            var shorter = proof
            shorter.remove(at: position)
            changes.append(shorter)
        }
        if proof.count > 1 { changes.append(proof.reversed()) }
        return changes
    }

    @Test(arguments: [0, 1, 2, .max / 2, .max - 1, .max] as [UInt64])
    func `no size or index traps`(number: UInt64) throws {
        let hash = MerkleTree.emptyRoot
        for other in [0, 1, 2, 1 << 63, .max - 1, .max] as [UInt64] {
            for length in [0, 1, 63, 64, 65, 200] {
                let proof = Array(repeating: hash, count: length)
                #expect(
                    !MerkleTree.verifyInclusion(of: hash, at: number, size: other, root: hash, proof: proof)
                        || number == 0 && other == 1 && length == 0)
                let trivial = length == 0 && (number == other || number == 0 && other >= number)
                #expect(
                    MerkleTree.verifyConsistency(
                        from: number, oldRoot: hash, to: other, root: hash, proof: proof) == trivial)
            }
            #expect((try? ProofPlan.inclusion(of: number, size: other)) != nil || number >= other)
            #expect((try? ProofPlan.consistency(from: number, to: other)) != nil || number > other)
        }
        #expect(ProofPlan.root(size: number).nodes.count == number.nonzeroBitCount)
    }

    @Test func `the frontier resumes anywhere`() throws {
        let leafHashes = Self.leaves(300)
        var frontier = TreeFrontier()
        for (size, leafHash) in leafHashes.enumerated() {
            var resumed = try TreeFrontier(size: frontier.size, peaks: frontier.peaks)
            #expect(resumed.root == MerkleTree.root(of: leafHashes.prefix(size)))
            resumed.append(leafHash)
            frontier.append(leafHash)
            #expect(resumed == frontier)
        }
        #expect(throws: TransparencyLogError.self) { try TreeFrontier(size: 3, peaks: [frontier.root]) }
        #expect(throws: TransparencyLogError.self) {
            try TreeFrontier(size: .max, peaks: Array(repeating: frontier.root, count: 64))
        }
    }
}
