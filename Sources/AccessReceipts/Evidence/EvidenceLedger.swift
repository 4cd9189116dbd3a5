package import CityIdentity
package import TransparencyLog

/// The ledger as the maker of evidence sees it; the assembly makes it of the ledger at hand.
package struct EvidenceLedger: Sendable {
    /// The anchor that the ledger's state has of a log, and all that proves it.
    package struct ProvenAnchor: Sendable {
        /// How many receipts it covers.
        package let size: UInt64
        /// The anchoring transaction, which is a leaf of the ledger.
        package let leaf: [UInt8]
        /// The leaf's proof up to a final checkpoint.
        package let proof: TransparencyProof
        /// The anchor's entry in the ledger's state and all keys of the codes asked for, with their proofs, as UTF-8 text
        /// that ``EvidenceTrust/state`` reads.
        package let state: [UInt8]

        package init(size: UInt64, leaf: [UInt8], proof: TransparencyProof, state: [UInt8]) {
            self.size = size
            self.leaf = leaf
            self.proof = proof
            self.state = state
        }
    }

    /// The anchor that the ledger took last of a log, by its origin, with the keys of these codes; `nil` where it took none.
    package let anchor: @Sendable (_ origin: String, _ codes: [IdentificationCode]) async throws -> ProvenAnchor?

    package init(
        anchor: @escaping @Sendable (_ origin: String, _ codes: [IdentificationCode]) async throws -> ProvenAnchor?
    ) {
        self.anchor = anchor
    }
}
