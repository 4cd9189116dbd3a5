import Testing

@testable import TransparencyLog

/// Proofs in their text form, and the witness beside its storage.
@Suite struct ProofAndWitnessTests {
    private static let tree = SampleTree(size: 40)

    private static func signer() throws -> NoteSigner {
        try NoteSigner(name: "log.example/a", seed: Array(repeating: 1, count: 32))
    }

    private static func note(_ size: Int) throws -> SignedNote {
        let root = MerkleTree.root(of: tree.leafHashes.prefix(size))
        return try Checkpoint(origin: "log.example/a", size: UInt64(size), root: root).signed(by: signer())
    }

    private static func request(_ oldSize: Int, _ size: Int) throws -> [UInt8] {
        let reader = tree.reader(size: UInt64(size))
        let proof = try MerkleTree.consistencyProof(from: UInt64(oldSize), to: UInt64(size), reader: reader)
        return try AddCheckpointRequest(oldSize: UInt64(oldSize), proof: proof, note: note(size)).bytes
    }

    private static func witness(_ records: [Witness.Record] = []) throws -> Witness {
        let cosigner = try Cosigner(name: "witness.example/w", seed: Array(repeating: 2, count: 32))
        let log = Witness.Log(origin: "log.example/a", keys: [try signer().verifierKey])
        return Witness(cosigner: cosigner, logs: [log], records: records)
    }

    @Test(arguments: [nil, [0], Array(repeating: 255, count: 1000)] as [[UInt8]?])
    func `a proof goes through its text`(extra: [UInt8]?) throws {
        let hashes = try MerkleTree.inclusionProof(of: 5, size: 40, reader: Self.tree.reader(size: 40))
        let proof = try TransparencyProof(index: 5, hashes: hashes, checkpoint: Self.note(40), extra: extra)
        let parsed = try TransparencyProof(parsing: proof.bytes)
        #expect(parsed == proof)
        let policy = CheckpointPolicy(origin: "log.example/a", logKeys: [try Self.signer().verifierKey])
        let leafHash = Self.tree.leafHashes[5]
        #expect(try parsed.verify(leafHash: leafHash, policy: policy).checkpoint.size == 40)
        #expect(throws: TransparencyLogError.self) {
            try parsed.verify(leafHash: Self.tree.leafHashes[6], policy: policy)
        }
    }

    @Test func `a proof has at most 64 hashes and no empty extra`() throws {
        let note = try Self.note(1)
        let hash = MerkleTree.emptyRoot
        let longest = try TransparencyProof(index: 0, hashes: Array(repeating: hash, count: 64), checkpoint: note)
        #expect(try TransparencyProof(parsing: longest.bytes) == longest)
        #expect(throws: TransparencyLogError.self) {
            try TransparencyProof(index: 0, hashes: Array(repeating: hash, count: 65), checkpoint: note)
        }
        #expect(throws: TransparencyLogError.self) {
            try TransparencyProof(index: 0, hashes: [], checkpoint: note, extra: [])
        }
        let text = String(decoding: longest.bytes, as: UTF8.self)
        let longer = text.replacing("index 0\n", with: "index 0\n\(hash)\n")
        #expect(throws: TransparencyLogError.self) { try TransparencyProof(parsing: [UInt8](longer.utf8)) }
        let empty = text.replacing("index 0\n", with: "extra \nindex 0\n")
        #expect(throws: TransparencyLogError.self) { try TransparencyProof(parsing: [UInt8](empty.utf8)) }
    }

    @Test func `no mutated proof verifies as something else`() throws {
        let hashes = try MerkleTree.inclusionProof(of: 5, size: 40, reader: Self.tree.reader(size: 40))
        let bytes = try TransparencyProof(index: 5, hashes: hashes, checkpoint: Self.note(40)).bytes
        let policy = CheckpointPolicy(origin: "log.example/a", logKeys: [try Self.signer().verifierKey])
        var random = SampleRandom(seed: 3)
        for _ in 0..<3000 {
            let mutated = random.mutate(bytes)
            guard let proof = try? TransparencyProof(parsing: mutated) else { continue }
            #expect(proof.bytes == mutated)
            guard let verified = try? proof.verify(leafHash: Self.tree.leafHashes[5], policy: policy) else { continue }
            #expect(mutated == bytes)
            #expect(verified.checkpoint.size == 40)
        }
    }

    @Test func `a cosignature leaves only after the record is stored`() throws {
        struct Full: Error {}
        var witness = try Self.witness()
        let hash = Hash(hashing: "log.example/a".utf8).hex
        #expect(throws: Full.self) {
            try witness.addCheckpoint(Self.request(0, 10), at: 5) { _ in throw Full() }
        }
        #expect(witness.checkpoint(originHash: hash).status == 404)
        var stored: [Witness.Record] = []
        let first = try witness.addCheckpoint(Self.request(0, 10), at: 5) { stored.append($0) }
        #expect(first.status == 200)
        #expect(witness.checkpoint(originHash: hash).body == stored[0].note.bytes)

        var restarted = try Self.witness([Witness.Record(SignedNote(parsing: stored[0].note.bytes))])
        #expect(try restarted.addCheckpoint(Self.request(0, 20), at: 6).status == 409)
        #expect(try restarted.addCheckpoint(Self.request(10, 20), at: 6).status == 200)
        #expect(try restarted.addCheckpoint(Self.request(10, 20), at: 7).body == [UInt8]("20\n".utf8))
        #expect(try restarted.addCheckpoint(Self.request(20, 20), at: 0).status == 500)
    }

    @Test func `of two stored records the larger stands`() throws {
        let records = try [7, 12, 9].map { try Witness.Record(Self.note($0)) }
        var witness = try Self.witness(records)
        #expect(try witness.addCheckpoint(Self.request(12, 13), at: 6).status == 200)
    }

    @Test func `no mutated request is cosigned`() throws {
        let witness = try Self.witness([Witness.Record(Self.note(10))])
        let bytes = try Self.request(10, 30)
        var random = SampleRandom(seed: 4)
        for _ in 0..<3000 {
            let mutated = random.mutate(bytes)
            guard mutated != bytes, case .cosigned = witness.evaluate(mutated, at: 1) else { continue }
            Issue.record("cosigned: \(String(decoding: mutated, as: UTF8.self))")
        }
    }
}
