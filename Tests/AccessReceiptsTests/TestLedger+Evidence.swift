import AccessReceipts
import CityIdentity
import StrictJSON
import Synchronization
import TransparencyLog

extension TestLedger {
    var evidence: EvidenceLedger { evidence() }

    /// What the ledger proves; in the place of the anchor's leaf another one, as a gateway that lies would have it.
    func evidence(leaf other: Int? = nil) -> EvidenceLedger {
        EvidenceLedger { origin, codes in
            let (leaves, anchor) = self.state.withLock { state in
                (state.leaves, state.anchors.last { $0.request.origin == origin })
            }
            guard let anchor else { return nil }
            let reader = LeafHashReader(leaves.map { MerkleTree.leafHash($0) })
            let size = UInt64(leaves.count)
            let note = try Checkpoint(
                origin: Samples.network, size: size, root: MerkleTree.root(size: size, reader: reader),
                extensionLines: ["state AAAA"]
            ).signed(by: self.signer)
            let index = other ?? anchor.index
            let proof = try TransparencyProof(
                index: UInt64(index),
                hashes: MerkleTree.inclusionProof(of: UInt64(index), size: size, reader: reader), checkpoint: note)
            return .init(
                size: anchor.request.size, leaf: leaves[index], proof: proof,
                state: try self.stateNote(codes, anchor.request, sequence: UInt64(anchor.index)))
        }
    }

    /// Keys and the anchor under a signed note: a line each.
    private func stateNote(
        _ codes: [IdentificationCode], _ anchor: AnchorRequest, sequence: UInt64
    ) throws -> [UInt8] {
        let record: JSONValue = [
            "origin": .string(anchor.origin), "size": JSONValue(anchor.size), "root": .string(anchor.root.base64),
            "sequence": JSONValue(sequence),
        ]
        let values = records.filter { codes.contains($0.id.code) }.map(\.json) + [record]
        let text: [UInt8] = values.flatMap { value -> [UInt8] in value.bytes + [0x0A] }
        return try SignedNote(text: text, signatures: [signer.sign(text)]).bytes
    }

    /// Whoever believes this ledger, and nobody else.
    func trust(_ revoked: KeyIdentifier? = nil, at time: Timestamp = Samples.start) -> EvidenceTrust {
        let key = signer.verifierKey
        return EvidenceTrust(ledger: CheckpointPolicy(origin: Samples.network, logKeys: [key])) { proof in
            let note = try SignedNote(parsing: proof)
            guard try note.verified(by: [key]).signatures.count == note.signatures.count, note.bytes == proof else {
                throw CancellationError()
            }
            var keys: [KeyRecord] = []
            var anchors: [ProvenState.Anchor] = []
            for line in note.text.split(separator: 0x0A) {
                let value = try JSONValue(parsing: Array(line))
                if let anchor = try Self.anchor(value) {
                    anchors.append(anchor)
                    continue
                }
                let record = try KeyRecord(json: value)
                keys.append(record.id == revoked ? record.revoked(at: time, reason: "lost") : record)
            }
            return ProvenState(keys: keys, anchors: anchors)
        }
    }

    private static func anchor(_ value: JSONValue) throws -> ProvenState.Anchor? {
        guard let origin = value["origin"]?.string, let root = value["root"]?.string.flatMap({ Hash(base64: $0) }),
            let size = value["size"]?.int, let sequence = value["sequence"]?.int
        else { return nil }
        return .init(
            origin: origin, size: UInt64(size), root: root, signer: try KeyIdentifier("MA.156.1301.90#receipts-1"),
            sequence: UInt64(sequence), time: Samples.start)
    }
}
