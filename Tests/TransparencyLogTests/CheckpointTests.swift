import Testing

@testable import TransparencyLog

/// Checkpoints and whom to believe them.
@Suite struct CheckpointTests {
    private static let origin = "log.example/a"

    private static func seed(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 32) }

    private struct Fixture {
        let log: NoteSigner
        let witnesses: [Cosigner]
        let checkpoint: Checkpoint
        let policy: CheckpointPolicy

        init(extensionLines: [String] = []) throws {
            log = try NoteSigner(name: origin, seed: seed(1))
            witnesses = try (2...4).map { try Cosigner(name: "witness.example/\($0)", seed: seed($0)) }
            checkpoint = try Checkpoint(
                origin: origin, size: 7, root: MerkleTree.leafHash([7]), extensionLines: extensionLines)
            policy = CheckpointPolicy(
                origin: origin, logKeys: [log.verifierKey], witnesses: witnesses.map(\.verifierKey), quorum: 2)
        }

        func note(cosigned times: [UInt64]) throws -> SignedNote {
            let cosignatures = try zip(witnesses, times).map { try $0.cosign(checkpoint, at: $1) }
            return try checkpoint.signed(by: log).adding(cosignatures)
        }

        func refusal(_ note: SignedNote, _ policy: CheckpointPolicy) -> TransparencyLogError.Code? {
            do {
                _ = try policy.verify(note.bytes)
                return nil
            } catch {
                return error.code
            }
        }
    }

    @Test func `a quorum is accepted`() throws {
        let fixture = try Fixture(extensionLines: ["state AAAA", "x = 1"])
        let verified = try fixture.policy.verify(fixture.note(cosigned: [10, 20]).bytes)
        #expect(verified.checkpoint == fixture.checkpoint)
        #expect(verified.checkpoint.extensionLines == ["state AAAA", "x = 1"])
        #expect(verified.cosignatures.compactMap(\.line.cosignatureTimestamp) == [10, 20])
    }

    @Test func `a witness counts once`() throws {
        let fixture = try Fixture()
        let twice = try fixture.note(cosigned: [10]).adding([fixture.witnesses[0].cosign(fixture.checkpoint, at: 11)])
        #expect(fixture.refusal(twice, fixture.policy) == .quorumNotMet)
        var policy = fixture.policy
        let alias = try Cosigner(name: "witness.example/alias", seed: Self.seed(2))
        policy.witnesses.append(alias.verifierKey)
        let aliased = try fixture.note(cosigned: [10]).adding([alias.cosign(fixture.checkpoint, at: 11)])
        #expect(fixture.refusal(aliased, policy) == .quorumNotMet)
    }

    @Test func `a plain signature is not a cosignature`() throws {
        let fixture = try Fixture()
        let plain = try NoteSigner(name: "witness.example/plain", seed: Self.seed(9))
        var policy = fixture.policy
        policy.witnesses.append(plain.verifierKey)
        let note = try fixture.note(cosigned: [10]).adding([plain.sign(fixture.checkpoint.text)])
        #expect(fixture.refusal(note, policy) == .quorumNotMet)
    }

    @Test func `only fresh cosignatures count`() throws {
        let fixture = try Fixture()
        var policy = fixture.policy
        policy.freshness = .init(now: 1000, maximumAge: 100, maximumFuture: 10)
        #expect(try fixture.refusal(fixture.note(cosigned: [900, 1010]), policy) == nil)
        #expect(try fixture.refusal(fixture.note(cosigned: [900, 1010, 5]), policy) == nil)
        #expect(try fixture.refusal(fixture.note(cosigned: [900, 899]), policy) == .staleCosignature)
        #expect(try fixture.refusal(fixture.note(cosigned: [900, 1011]), policy) == .futureCosignature)
        policy.freshness = .init(now: 0, maximumAge: 0, maximumFuture: .max)
        #expect(try fixture.refusal(fixture.note(cosigned: [UInt64(Int64.max), 0]), policy) == nil)
    }

    @Test func `another origin is refused though the key is right`() throws {
        let fixture = try Fixture()
        var policy = fixture.policy
        policy.origin = "log.example/b"
        #expect(try fixture.refusal(fixture.note(cosigned: [1, 2]), policy) == .unacceptableOrigin)
        policy.logKeys = []
        #expect(try fixture.refusal(fixture.note(cosigned: [1, 2]), policy) == .noLogSignature)
    }

    @Test func `a time has 63 bits`() throws {
        let fixture = try Fixture()
        let witness = fixture.witnesses[0]
        #expect(throws: TransparencyLogError.self) { try witness.cosign(fixture.checkpoint, at: 1 << 63) }
        let line = try witness.cosign(fixture.checkpoint, at: 1)
        let late = try NoteSignature(
            name: line.name, keyID: line.keyID, signature: [0x80] + line.signature.dropFirst())
        #expect(late.cosignatureTimestamp == nil)
        let note = try fixture.note(cosigned: []).adding([late])
        #expect(fixture.refusal(note, fixture.policy) == .badCosignature)
    }

    @Test(arguments: ["", "a\nb", "a\tb"])
    func `lines are lines`(line: String) throws {
        let root = MerkleTree.emptyRoot
        #expect(throws: TransparencyLogError.self) { try Checkpoint(origin: line, size: 0, root: root) }
        #expect(throws: TransparencyLogError.self) {
            try Checkpoint(origin: "a", size: 0, root: root, extensionLines: [line])
        }
    }

    @Test(arguments: [
        "a\n18446744073709551616\n\(MerkleTree.emptyRoot)\n", "a\n\n\(MerkleTree.emptyRoot)\n", "a\n1\n", "", "\n",
        "\n1\n\(MerkleTree.emptyRoot)\n", "a\n 1\n\(MerkleTree.emptyRoot)\n", "a\n١\n\(MerkleTree.emptyRoot)\n",
        "a\n1\n\(MerkleTree.emptyRoot)", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
    ])
    func `a checkpoint has one form`(text: String) {
        #expect(throws: TransparencyLogError.self) { try Checkpoint(parsing: [UInt8](text.utf8)) }
    }

    @Test func `the largest size is a size`() throws {
        let checkpoint = try Checkpoint(origin: "a b+c", size: .max, root: MerkleTree.emptyRoot)
        #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
    }
}
