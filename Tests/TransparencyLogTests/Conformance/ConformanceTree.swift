import StrictJSON
import Testing

@testable import TransparencyLog

/// Roots and proofs of RFC 6962 trees.
@Suite struct ConformanceTree {
    private static let vectors = Vectors.shared

    /// One tree as large as the largest that the cases speak of and that fits a test; it serves all smaller ones.
    private static let tree: SampleTree = {
        let sizes = ["roots", "inclusion", "consistency"].flatMap { section in
            vectors.cases(section).compactMap { $0.json["size"]?.int ?? $0.json["new"]?.int }
        }
        return SampleTree(size: UInt64(sizes.filter { $0 <= 1 << 20 }.max() ?? 0))
    }()

    private static func holds(_ size: UInt64) -> Bool { size <= UInt64(tree.leafHashes.count) }

    @Test(Vectors.have("leaves"), arguments: vectors.objects("leaves"))
    func `leaf hashes`(section: Case) throws {
        for example in try section.cases("examples") {
            let entry = try example.base64("dataBase64")
            #expect(try entry == SampleTree.entry(example.number("index")))
            #expect(try MerkleTree.leafHash(entry) == example.hash("leafHash"))
        }
    }

    @Test(Vectors.have("roots"), arguments: vectors.cases("roots"))
    func roots(entry: Case) throws {
        let size = try entry.number("size")
        let root = try entry.hash("root")
        #expect(try root.hex == entry.text("rootHex"))
        #expect(Self.holds(size))
        #expect(MerkleTree.root(of: Self.tree.leafHashes.prefix(Int(size))) == root)
        #expect(try MerkleTree.root(size: size, reader: Self.tree.reader(size: size)) == root)
        #expect(try TileAppender(size: size, reading: Self.tree.resource).root == root)
    }

    @Test(Vectors.have("inclusion"), arguments: vectors.cases("inclusion"))
    func `inclusion proofs`(entry: Case) throws {
        let (index, size) = try (entry.number("index"), entry.number("size"))
        let proof = try entry.hashes("proof")
        #expect(try verifiesInclusion(entry))
        #expect(try MerkleTree.leafHash(SampleTree.entry(index)) == entry.hash("leafHash"))
        guard Self.holds(size) else { return }
        let made = try MerkleTree.inclusionProof(of: index, size: size, reader: Self.tree.reader(size: size))
        #expect(made == proof)
    }

    @Test(Vectors.have("rejectInclusion"), arguments: vectors.cases("rejectInclusion"))
    func `inclusion proofs to be refused`(entry: Case) throws {
        #expect(try !verifiesInclusion(entry))
    }

    @Test(Vectors.have("consistency"), arguments: vectors.cases("consistency"))
    func `consistency proofs`(entry: Case) throws {
        let (old, new) = try (entry.number("old"), entry.number("new"))
        #expect(try verifiesConsistency(entry))
        guard Self.holds(new) else { return }
        let made = try MerkleTree.consistencyProof(from: old, to: new, reader: Self.tree.reader(size: new))
        #expect(try made == entry.hashes("proof"))
    }

    @Test(Vectors.have("rejectConsistency"), arguments: vectors.cases("rejectConsistency"))
    func `consistency proofs to be refused`(entry: Case) throws {
        #expect(try !verifiesConsistency(entry))
    }

    // What is not 32 bytes long or no 64-bit number cannot be handed to a verifier at all, which refuses it as well.

    private func verifiesInclusion(_ entry: Case) throws -> Bool {
        let (texts, leaf, root) = try (entry.texts("proof"), entry.text("leafHash"), entry.text("root"))
        guard let proof = hashes(texts), let leafHash = Hash(base64: leaf), let root = Hash(base64: root) else {
            return false
        }
        guard let index = try entry.fitting("index"), let size = try entry.fitting("size") else { return false }
        return MerkleTree.verifyInclusion(of: leafHash, at: index, size: size, root: root, proof: proof)
    }

    private func verifiesConsistency(_ entry: Case) throws -> Bool {
        let (texts, old, new) = try (entry.texts("proof"), entry.text("oldRoot"), entry.text("newRoot"))
        guard let proof = hashes(texts), let oldRoot = Hash(base64: old), let root = Hash(base64: new) else {
            return false
        }
        guard let oldSize = try entry.fitting("old"), let size = try entry.fitting("new") else { return false }
        return MerkleTree.verifyConsistency(from: oldSize, oldRoot: oldRoot, to: size, root: root, proof: proof)
    }

    private func hashes(_ texts: [String]) -> [Hash]? {
        let hashes = texts.compactMap { Hash(base64: $0) }
        return hashes.count == texts.count ? hashes : nil
    }
}
