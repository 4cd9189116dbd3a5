import StrictJSON
import Testing

@testable import TransparencyLog

/// Checkpoints, cosignatures and proofs that carry them.
@Suite struct ConformanceCheckpoints {
    private static let vectors = Vectors.shared

    @Test(Vectors.have("checkpoints"), arguments: vectors.cases("checkpoints"))
    func checkpoints(entry: Case) throws {
        let key = try NoteVerifierKey(parsing: entry.text("logVkey"))
        let policy = try CheckpointPolicy(origin: entry.text("origin"), logKeys: [key])
        let verified = try policy.verify(entry.note())
        let expected = try Checkpoint(
            origin: entry.text("origin"), size: entry.number("size"), root: entry.hash("root"),
            extensionLines: entry.texts("extensionLines"))
        #expect(verified.checkpoint == expected)
        #expect(expected.text == verified.note.text)
        #expect(verified.logSignatures.map(\.key) == [key])
    }

    @Test(Vectors.have("rejectCheckpoints"), arguments: vectors.cases("rejectCheckpoints"))
    func `checkpoints to be refused`(entry: Case) throws {
        let (bytes, policy) = try (entry.note(), entry.checkpointPolicy())
        let error = try #require(#expect(throws: TransparencyLogError.self) { try policy.verify(bytes) })
        #expect(try entry.wants(error), "\(error)")
    }

    @Test(Vectors.have("cosignatures"), arguments: vectors.cases("cosignatures"))
    func cosignatures(entry: Case) throws {
        let expected = try entry.cases("cosignatures")
        let witnesses = try expected.map { try NoteVerifierKey(parsing: $0.text("witnessVkey")) }
        var policy = try entry.checkpointPolicy()
        policy.witnesses = Array(Set(witnesses))
        policy.quorum = policy.witnesses.count
        let verified = try policy.verify(entry.note())
        for (expected, witness) in zip(expected, witnesses) {
            let timestamp = try expected.number("timestamp")
            let cosignature = try #require(
                verified.cosignatures.first { $0.key == witness && $0.line.cosignatureTimestamp == timestamp })
            #expect(try cosignature.line.line == expected.bytes("signatureLine") + [.newline])
            let message = Cosignature.message(over: verified.note.text, at: timestamp)
            #expect(try message == expected.bytes("signedMessage"))
            let key = Self.vectors.keys.first { $0.json["vkey"]?.string == witness.description }
            guard let key else { continue }
            let made = try Cosigner(parsing: key.text("skey")).cosign(verified.checkpoint, at: timestamp)
            #expect(made == cosignature.line)
        }
    }

    @Test(Vectors.have("rejectCosignatures"), arguments: vectors.cases("rejectCosignatures"))
    func `cosignatures to be refused`(entry: Case) throws {
        let (bytes, policy) = try (entry.note(), entry.checkpointPolicy())
        let error = try #require(#expect(throws: TransparencyLogError.self) { try policy.verify(bytes) })
        #expect(try entry.wants(error), "\(error)")
    }

    @Test(Vectors.have("proofs"), arguments: vectors.cases("proofs"))
    func proofs(entry: Case) throws {
        let bytes = try entry.textOrBase64("proof")
        let proof = try TransparencyProof(parsing: bytes)
        #expect(proof.bytes == bytes)
        #expect(try proof.index == entry.number("index"))
        #expect(try proof.extra == (entry.has("extraBase64") ? entry.base64("extraBase64") : nil))
        let leafHash = try MerkleTree.leafHash(entry.base64("leafBase64"))
        let verified = try proof.verify(leafHash: leafHash, policy: entry.checkpointPolicy())
        #expect(try verified.checkpoint.size == entry.number("size"))
    }

    @Test(Vectors.have("rejectProofs"), arguments: vectors.cases("rejectProofs"))
    func `proofs to be refused`(entry: Case) throws {
        let (bytes, policy) = try (entry.textOrBase64("proof"), entry.checkpointPolicy())
        let leafHash = try MerkleTree.leafHash(entry.base64("leafBase64"))
        let error = try #require(
            #expect(throws: TransparencyLogError.self) {
                try TransparencyProof(parsing: bytes).verify(leafHash: leafHash, policy: policy)
            })
        #expect(try entry.wants(error), "\(error)")
    }
}

extension Case {
    /// The log, witnesses and rules of the case; a log's origin is the name of its key unless the case says another.
    func checkpointPolicy() throws -> CheckpointPolicy {
        let log = try NoteVerifierKey(parsing: text("logVkey"))
        let rules = json["policy"].map { Case(json: $0) } ?? self
        var policy = CheckpointPolicy(origin: has("origin") ? try text("origin") : log.name, logKeys: [log])
        if has("witnessVkeys") { policy.witnesses = try keys("witnessVkeys") }
        if rules.has("quorum") { policy.quorum = try Int(rules.number("quorum")) }
        if rules.has("now") {
            policy.freshness = try .init(
                now: rules.number("now"),
                maximumAge: rules.has("maxAge") ? rules.number("maxAge") : .max,
                maximumFuture: rules.has("maxFuture") ? rules.number("maxFuture") : .max)
        }
        return policy
    }
}
