import CityIdentity
package import TransparencyLog

/// Whom a verifier of evidence believes: the ledger, by its keys, and nobody else.
package struct EvidenceTrust: Sendable {
    /// Whose signatures make a checkpoint of the ledger final; its origin is the network's name.
    package let ledger: CheckpointPolicy
    /// Checks a proof of entries of the ledger's state against the same trust and returns what it proves.
    ///
    /// It must take a proof in one form alone, with no part that nothing vouches for, signatures by unknown keys
    /// included: whatever it ignores could be changed unseen.
    package let state: @Sendable (_ proof: [UInt8]) throws -> ProvenState

    package init(ledger: CheckpointPolicy, state: @escaping @Sendable (_ proof: [UInt8]) throws -> ProvenState) {
        self.ledger = ledger
        self.state = state
    }
}

/// Checks evidence offline, from the ledger's checkpoint down to the signatures of consumer and gateway.
package struct EvidenceVerifier: Sendable {
    private let trust: EvidenceTrust

    package init(trust: EvidenceTrust) { self.trust = trust }

    /// Makes every check that can be made, in order; never throws, and ends early only where nothing is left to check.
    package func verify(_ bytes: [UInt8]) -> EvidenceReport {
        var report = EvidenceReport()
        guard
            let evidence = report.check(
                "the file is evidence in its one form, and every part of it can be read",
                { try Evidence(parsing: bytes) })
        else { return report }
        let state = report.check(
            "the keys and the anchor are proven to stand in the ledger's state", { try trust.state(evidence.state) })
        let keys = Dictionary((state?.keys ?? []).map { ($0.id, $0) }) { first, _ in first }
        let anchor = anchor(evidence, keys, &report)
        if let anchor { report.anchored = taken(anchor, state, &report) }
        for item in evidence.items {
            guard let receipt = receipt(item, anchor, keys, &report) else { return report }
            report.receipts.append(receipt)
            ExchangeSignatures(receipt, keys: keys).verify(&report)
        }
        verifyPair(evidence, &report)
        return report
    }

    /// Checks the ledger's word: a final checkpoint, the anchor under it, and that the gateway signed the anchor.
    private func anchor(
        _ evidence: Evidence, _ keys: [KeyIdentifier: KeyRecord], _ report: inout EvidenceReport
    ) -> AnchorTransaction? {
        let proof = evidence.anchorProof
        _ = report.check("the gateway's anchor is leaf \(proof.index) of the ledger, under a checkpoint that is final")
        {
            let leaf = MerkleTree.leafHash(evidence.anchor)
            let verified = try proof.verify(leafHash: leaf, policy: trust.ledger)
            guard verified.logSignatures.count + verified.cosignatures.count == proof.checkpoint.signatures.count else {
                throw ReceiptError(.unproven, "the ledger's checkpoint has a signature by a key that is not known")
            }
        }
        let anchor = report.check("the anchor is a transaction of this network") {
            let anchor = try AnchorTransaction(parsing: evidence.anchor)
            guard anchor.network.utf8.elementsEqual(trust.ledger.origin.utf8) else {
                throw ReceiptError(.unproven, "it is of the network `\(anchor.network)`")
            }
            return anchor
        }
        guard let anchor else { return nil }
        report.check("the anchor is signed with `\(anchor.signer)`, a receipts key at that time", reason(anchor, keys))
        return anchor
    }

    /// Checks that the ledger took the anchor, and did not record it as a transaction that does nothing.
    ///
    /// It must be the one that the ledger's state has of the log. Returns when that was.
    private func taken(_ anchor: AnchorTransaction, _ state: ProvenState?, _ report: inout EvidenceReport) -> Timestamp?
    {
        report.check("the ledger took the anchor: its state has this one of the log, with \(anchor.size) receipts") {
            let anchors = state?.anchors ?? []
            guard let held = anchors.first(where: { $0.origin.utf8.elementsEqual(anchor.origin.utf8) }) else {
                throw ReceiptError(.unproven, "the ledger does not prove an anchor of the log `\(anchor.origin)`")
            }
            guard held.signer == anchor.signer, held.sequence == anchor.sequence, held.size == anchor.size,
                held.root == anchor.root
            else {
                throw ReceiptError(
                    .unproven,
                    "it has another: number \(held.sequence) of `\(held.signer)`, with \(held.size) receipts")
            }
            return held.time
        }
    }

    private func reason(_ anchor: AnchorTransaction, _ keys: [KeyIdentifier: KeyRecord]) -> String? {
        guard let key = keys[anchor.signer] else { return "the ledger does not prove the key `\(anchor.signer)`" }
        if let reason = key.reasonAgainst(.receipts, at: anchor.time) { return reason }
        return anchor.signature.verify(with: key.publicKey) ? nil : "the signature is not of that key"
    }

    /// Checks that a receipt is in the gateway's log, and that this log is the one that was anchored.
    private func receipt(
        _ item: Evidence.Item, _ anchor: AnchorTransaction?, _ keys: [KeyIdentifier: KeyRecord],
        _ report: inout EvidenceReport
    ) -> Receipt? {
        let receipt = report.check("the receipt can be read", { try Receipt(parsing: item.receipt) })
        guard let receipt else { return nil }
        guard let anchor else { return receipt }
        let origin = "\(receipt.network)/receipts/\(receipt.gateway)"
        let belongs =
            receipt.network.utf8.elementsEqual(anchor.network.utf8) && anchor.origin.utf8.elementsEqual(origin.utf8)
            && receipt.gateway == anchor.signer.code
        report.check(
            "the receipt `\(receipt.id)` is of the gateway whose log was anchored, `\(receipt.gateway)`",
            belongs ? nil : "the anchor is of the log `\(anchor.origin)`, by `\(anchor.signer)`")
        _ = report.check("the salted receipt is entry \(item.proof.index) of the gateway's log") {
            let entry = SaltedLeaf.entry(salt: item.salt, receipt: item.receipt)
            let policy = CheckpointPolicy(origin: origin, logKeys: try logKeys(origin, anchor, keys))
            let verified = try item.proof.verify(leafHash: MerkleTree.leafHash(entry), policy: policy)
            guard item.proof.checkpoint.signatures.count == 1 else {
                throw ReceiptError(.unproven, "the log's checkpoint has other signatures than the gateway's")
            }
            guard verified.checkpoint.extensionLines.isEmpty, verified.checkpoint.size == anchor.size,
                verified.checkpoint.root == anchor.root
            else { throw ReceiptError(.unproven, "the log's checkpoint is not the one that was anchored") }
        }
        return receipt
    }

    /// The key that checkpoints of the log are signed with: the one that signed the anchor.
    private func logKeys(
        _ origin: String, _ anchor: AnchorTransaction, _ keys: [KeyIdentifier: KeyRecord]
    ) throws -> [NoteVerifierKey] {
        guard let key = keys[anchor.signer]?.publicKey, key.algorithm == .eddsa else { return [] }
        return [try NoteVerifierKey(name: origin, type: .ed25519, publicKey: key.rawRepresentation)]
    }

    /// Checks that one receipt stands alone, and of two that the second closes the first.
    private func verifyPair(_ evidence: Evidence, _ report: inout EvidenceReport) {
        guard report.receipts.count == 2 else {
            guard case .closing = report.receipts[0].kind else { return }
            report.check("the opening receipt is there", "a closing receipt stands without the one it closes")
            return
        }
        let (opening, last) = (report.receipts[0], report.receipts[1])
        let statement = "the second receipt closes the first, and both speak of the same exchange"
        guard opening.kind == .opening, case .closing(let closing) = last.kind, closing.opening == opening.id else {
            report.check(statement, "they are not the two receipts of one exchange")
            return
        }
        let entry = SaltedLeaf.entry(salt: evidence.items[0].salt, receipt: evidence.items[0].receipt)
        guard closing.openingLeaf == entry else {
            report.check(statement, "the closing receipt names another leaf of the log")
            return
        }
        report.check(statement, last.speaks(ofSameExchangeAs: opening) ? nil : "they differ in what must be the same")
    }
}
