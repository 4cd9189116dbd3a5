import Testing
import TransparencyLog

@testable import Ledger

@Suite struct StateTreeTests {
    /// The root by its definition, without any structure kept.
    static func root(_ entries: [(place: Hash, value: Hash)], depth: Int = 0) -> Hash {
        switch entries.count {
        case 0: return Hash(hashing: [])
        case 1: return Hash(hashing: [0] + entries[0].place.bytes + entries[0].value.bytes)
        default:
            func isRight(_ place: Hash) -> Bool { place.bytes[depth / 8] >> (7 - UInt8(depth % 8)) & 1 == 1 }
            let left = root(entries.filter { !isRight($0.place) }, depth: depth + 1)
            let right = root(entries.filter { isRight($0.place) }, depth: depth + 1)
            return Hash(hashing: [1] + left.bytes + right.bytes)
        }
    }

    static func root(_ entries: [String: [UInt8]]) -> Hash {
        root(entries.map { (Hash(hashing: Array($0.key.utf8)), Hash(hashing: $0.value)) })
    }

    @Test(
        "whatever the order and grouping of changes, the root is the one by definition",
        arguments: 1...12 as ClosedRange<UInt64>)
    func root(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        var entries: [String: [UInt8]] = [:]
        var tree = StateTree()
        for _ in 0..<40 {
            var batch: [String: [UInt8]?] = [:]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let key = "key/\(Int.random(in: 0..<48, using: &random))"
                let isRemoval = Int.random(in: 0..<3, using: &random) == 0
                batch[key] = .some(isRemoval ? nil : [UInt8.random(in: 0...3, using: &random)])
            }
            for (key, value) in batch { entries[key] = value }
            let before = tree
            let rootBefore = tree.root
            tree = tree.applying(batch.map { StateTree.Change(key: $0.key, value: $0.value) })
            #expect(tree.root == Self.root(entries))
            #expect(before.root == rootBefore)
        }
        let anew = StateTree().applying(entries.map { StateTree.Change(key: $0.key, value: $0.value) })
        #expect(anew.root == tree.root)
    }

    @Test("what stands and what does not are proven, and nothing else", arguments: [0, 1, 2, 3, 50, 400])
    func proofs(_ count: Int) throws {
        let entries = (0..<count).map { ("key/\($0)", [UInt8($0 % 251), 7]) }
        let tree = StateTree().applying(entries.map { StateTree.Change(key: $0.0, value: $0.1) })
        for (key, value) in entries.prefix(60) {
            let proof = tree.proof(of: key)
            #expect(proof.proves(value, under: key, in: tree.root))
            #expect(!proof.proves(value + [0], under: key, in: tree.root))
            #expect(!proof.proves(nil, under: key, in: tree.root))
            #expect(!proof.proves(value, under: key + "0", in: tree.root))
            #expect(!proof.proves(value, under: key, in: Hash(hashing: [9])))
        }
        for number in 0..<60 {
            let proof = tree.proof(of: "none/\(number)")
            #expect(proof.proves(nil, under: "none/\(number)", in: tree.root))
            #expect(!proof.proves([1], under: "none/\(number)", in: tree.root))
            let shorter = StateProof(siblings: Array(proof.siblings.dropLast()), other: proof.other)
            #expect(proof.siblings.isEmpty || !shorter.proves(nil, under: "none/\(number)", in: tree.root))
        }
        // A proof of one entry's absence is none of another's.
        if count > 1 { #expect(!tree.proof(of: "none/1").proves(nil, under: "key/0", in: tree.root)) }
    }
}

/// A small generator, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
