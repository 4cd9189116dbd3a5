package import CityIdentity
package import TransparencyLog

/// What a proof shows to stand in the ledger's state under one final checkpoint.
package struct ProvenState: Sendable {
    /// What the state has of a log: the anchor that the ledger took last.
    ///
    /// A transaction that the ledger recorded and refused leaves no trace here.
    package struct Anchor: Sendable, Hashable {
        package let origin: String
        package let size: UInt64
        package let root: Hash
        /// Key and sequence number of the transaction, which tell it from every other.
        package let signer: KeyIdentifier
        package let sequence: UInt64
        /// The time of the block.
        package let time: Timestamp

        package init(
            origin: String, size: UInt64, root: Hash, signer: KeyIdentifier, sequence: UInt64, time: Timestamp
        ) {
            self.origin = origin
            self.size = size
            self.root = root
            self.signer = signer
            self.sequence = sequence
            self.time = time
        }
    }

    package let keys: [KeyRecord]
    package let anchors: [Anchor]

    package init(keys: [KeyRecord], anchors: [Anchor]) {
        self.keys = keys
        self.anchors = anchors
    }
}
