package import CityIdentity
internal import HashTreeCollections
internal import TransparencyLog

extension LedgerState {
    /// `receipts.anchor`: by a `receipts` key of the gateway whose log it is, with a proof that the log only grew.
    mutating func anchor(_ anchor: ReceiptsAnchor, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        try require(signer, .receipts)
        let origin = ReceiptsAnchor.origin(network: network?.name ?? "", gateway: signer.code)
        guard anchor.origin.utf8.elementsEqual(origin.utf8) else {
            throw RuleRefusal("`\(signer)` anchors `\(origin)` and no other log")
        }
        guard anchor.size <= Self.largestLog else { throw RuleRefusal("no log has \(anchor.size) leaves") }
        if let last = anchors[origin] {
            guard anchor.size > last.size else {
                throw RuleRefusal("size \(anchor.size) is not more than \(last.size), which is anchored already")
            }
            try check(anchor, follows: last)
        } else {
            guard anchor.size > 0 else { throw RuleRefusal("an empty log has nothing to anchor") }
            guard anchor.proof.isEmpty else { throw RuleRefusal("a first anchor has nothing to be consistent with") }
        }
        // The transaction was admitted, so that its sequence number is the one that comes next.
        set(
            AnchorRecord(
                origin: origin, size: anchor.size, root: anchor.root, signer: signer,
                sequence: nextSequence(of: signer), time: time))
    }

    /// What a tree's size can be at most (and a database's integer).
    private static let largestLog = UInt64(Int64.max)

    private func check(_ anchor: ReceiptsAnchor, follows last: AnchorRecord) throws(RuleRefusal) {
        let isConsistent = MerkleTree.verifyConsistency(
            from: last.size, oldRoot: last.root, to: anchor.size, root: anchor.root, proof: anchor.proof)
        guard isConsistent else {
            throw RuleRefusal("the proof does not show that the log of size \(last.size) was only added to")
        }
    }
}

extension ReceiptsAnchor {
    /// The origin of a gateway's receipt log on a network.
    package static func origin(network: String, gateway: IdentificationCode) -> String {
        "\(network)/receipts/\(gateway)"
    }
}
