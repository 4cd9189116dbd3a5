import CityIdentity
import TransparencyLog

extension ReceiptReader {
    /// Makes the evidence for an exchange, by the id of any receipt of it.
    ///
    /// Of a streamed exchange the evidence has both receipts, as soon as it is closed. Throws ``ReceiptError``:
    /// `unknownReceipt`, `erased`, `notAnchored` until the next anchor is on the ledger, `unproven`.
    package func evidence(for id: ReceiptID, ledger: EvidenceLedger) async throws(ReceiptError) -> Evidence {
        let parts = try await parts(ofExchange: id)
        let receipts = try parts.map { stored throws(ReceiptError) in try stored.receipt() }
        let codes = Set(receipts.flatMap(\.proofCodes)).sorted()
        let anchor: EvidenceLedger.ProvenAnchor?
        do { anchor = try await ledger.anchor(origin, codes) } catch {
            throw ReceiptError(.unproven, "the ledger does not prove its anchor", cause: error)
        }
        guard let anchor, parts.allSatisfy({ $0.position < anchor.size }) else {
            throw ReceiptError(.notAnchored, "no anchor on the ledger covers the receipt `\(id)` yet")
        }
        guard let checkpoint = try await anchoredCheckpoint(size: anchor.size) else {
            throw ReceiptError(.notAnchored, "the checkpoint of \(anchor.size) receipts is not signed here yet")
        }
        var items: [Evidence.Item] = []
        for part in parts { items.append(try await item(part, size: anchor.size, checkpoint)) }
        return Evidence(items: items, anchor: anchor.leaf, anchorProof: anchor.proof, state: anchor.state)
    }

    /// The stored receipts of an exchange: a single one, or the opening one and its closing one.
    private func parts(ofExchange id: ReceiptID) async throws(ReceiptError) -> [StoredReceipt] {
        guard let stored = try await receipt(id) else {
            throw ReceiptError(.unknownReceipt, "there is no receipt `\(id)`")
        }
        let receipt = try stored.receipt()
        switch receipt.kind {
        case .single: return [stored]
        case .opening: return [stored] + (try await closing(of: receipt).map { [$0] } ?? [])
        case .closing(let closing):
            guard let opening = try await self.receipt(closing.opening) else {
                throw ReceiptError(.damaged, "the receipt `\(id)` closes one that is not stored")
            }
            _ = try opening.receipt()
            return [opening, stored]
        }
    }

    private func item(
        _ stored: StoredReceipt, size: UInt64, _ checkpoint: SignedNote
    ) async throws(ReceiptError) -> Evidence.Item {
        guard let content = stored.content else { throw ReceiptError(.erased, "the receipt `\(stored.id)` was erased") }
        let hashes = try await inclusionProof(of: stored.position, size: size)
        do {
            let proof = try TransparencyProof(index: stored.position, hashes: hashes, checkpoint: checkpoint)
            return Evidence.Item(receipt: content.bytes, salt: content.salt, proof: proof)
        } catch {
            throw ReceiptError(.damaged, "a stored checkpoint is damaged", cause: error)
        }
    }
}

extension Receipt {
    /// Whose keys signed it, or what it speaks of.
    fileprivate var proofCodes: [IdentificationCode] {
        [gateway] + [request.signature, response?.signature].compactMap { $0?.key.code }
    }
}
