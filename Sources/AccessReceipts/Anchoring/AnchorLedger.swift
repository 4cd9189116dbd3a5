package import TransparencyLog

/// What a gateway asks the ledger to hold of its log: that it has grown to a size, with the proof that it only grew.
package struct AnchorRequest: Sendable, Hashable {
    package let origin: String
    package let size: UInt64
    package let root: Hash
    /// The size that the proof goes out from; 0 for the first anchor.
    package let previousSize: UInt64
    /// The consistency proof from the previous size (RFC 6962 section 2.1.2); empty for the first anchor.
    package let proof: [Hash]
}

/// Where an anchor stands on the ledger.
package struct AnchorPlace: Sendable, Hashable {
    /// The index of its leaf.
    package let index: UInt64
    /// The height of its block.
    package let height: UInt64

    package init(index: UInt64, height: UInt64) {
        self.index = index
        self.height = height
    }
}

/// What the ledger holds of a log: the anchor it took last.
package struct LedgerAnchor: Sendable, Hashable {
    package let size: UInt64
    package let root: Hash
    /// Where it stands, if that is known.
    package let place: AnchorPlace?

    package init(size: UInt64, root: Hash, place: AnchorPlace?) {
        self.size = size
        self.root = root
        self.place = place
    }
}

/// The ledger as anchoring sees it; the assembly makes it of the ledger at hand.
package struct AnchorLedger: Sendable {
    /// The anchor that the ledger holds for a log, by its origin.
    package let latest: @Sendable (_ origin: String) async throws -> LedgerAnchor?
    /// Has the ledger take an anchor; returns once it is final, and throws where the ledger did not apply it.
    package let submit: @Sendable (AnchorRequest) async throws -> AnchorPlace

    package init(
        latest: @escaping @Sendable (_ origin: String) async throws -> LedgerAnchor?,
        submit: @escaping @Sendable (AnchorRequest) async throws -> AnchorPlace
    ) {
        self.latest = latest
        self.submit = submit
    }
}
