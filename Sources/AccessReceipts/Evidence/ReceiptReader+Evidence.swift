package import CityIdentity
package import TransparencyLog

/// The ledger as the maker of evidence sees it; the assembly makes it of the ledger at hand.
package struct EvidenceLedger: Sendable {
    /// An anchor on the ledger: the size it states, its leaf, and the leaf's proof up to a final checkpoint.
    package struct ProvenAnchor: Sendable {
        package let size: UInt64
        package let leaf: [UInt8]
        package let proof: TransparencyProof

        package init(size: UInt64, leaf: [UInt8], proof: TransparencyProof) {
            self.size = size
            self.leaf = leaf
            self.proof = proof
        }
    }

    /// The first anchor of a log, by its origin, that covers so many receipts; `nil` where there is none yet.
    package let anchor: @Sendable (_ origin: String, _ covering: UInt64) async throws -> ProvenAnchor?
    /// All keys of these codes with their proofs, as UTF-8 text that ``EvidenceTrust/keys`` reads.
    package let keys: @Sendable (_ codes: [IdentificationCode]) async throws -> [UInt8]

    package init(
        anchor: @escaping @Sendable (_ origin: String, _ covering: UInt64) async throws -> ProvenAnchor?,
        keys: @escaping @Sendable (_ codes: [IdentificationCode]) async throws -> [UInt8]
    ) {
        self.anchor = anchor
        self.keys = keys
    }
}

extension ReceiptReader {
    /// Makes the evidence for an exchange, by the id of any receipt of it.
    ///
    /// Of a streamed exchange the evidence has both receipts, as soon as it is closed. Throws ``ReceiptError``:
    /// `unknownReceipt`, `erased`, `notAnchored` until the next anchor is on the ledger, `unproven`.
    package func evidence(for id: ReceiptID, ledger: EvidenceLedger) async throws(ReceiptError) -> Evidence {
        let parts = try await parts(ofExchange: id)
        let last = parts.map(\.position).max() ?? 0
        let anchor: EvidenceLedger.ProvenAnchor?
        do { anchor = try await ledger.anchor(origin, last + 1) } catch {
            throw ReceiptError(.unproven, "the ledger does not prove its anchor", cause: error)
        }
        guard let anchor, let stored = try await storedAnchor(size: anchor.size) else {
            throw ReceiptError(.notAnchored, "no anchor on the ledger covers the receipt `\(id)` yet")
        }
        var items: [Evidence.Item] = []
        var codes: Set<IdentificationCode> = []
        for part in parts {
            let receipt = try part.receipt()
            codes.insert(receipt.gateway)
            if let signature = receipt.request.signature { codes.insert(signature.key.code) }
            if let signature = receipt.response?.signature { codes.insert(signature.key.code) }
            items.append(try await item(part, stored))
        }
        do {
            return Evidence(
                items: items, anchor: anchor.leaf, anchorProof: anchor.proof,
                keys: try await ledger.keys(codes.sorted()))
        } catch {
            throw ReceiptError(.unproven, "the ledger does not prove its keys", cause: error)
        }
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

    private func item(_ stored: StoredReceipt, _ anchor: StoredAnchor) async throws(ReceiptError) -> Evidence.Item {
        guard let content = stored.content else { throw ReceiptError(.erased, "the receipt `\(stored.id)` was erased") }
        let hashes = try await inclusionProof(of: stored.position, size: anchor.size)
        do {
            let proof = try TransparencyProof(
                index: stored.position, hashes: hashes, checkpoint: SignedNote(parsing: anchor.checkpoint))
            return Evidence.Item(receipt: content.bytes, salt: content.salt, proof: proof)
        } catch {
            throw ReceiptError(.damaged, "a stored checkpoint is damaged", cause: error)
        }
    }
}
