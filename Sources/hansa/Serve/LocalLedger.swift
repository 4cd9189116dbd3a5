import AccessReceipts
import CityIdentity
import Ledger

extension AnchorLedger {
    /// The ledger of this process, with the key that anchors.
    static func local(_ ledger: Ledger, keyID: KeyIdentifier, key: PrivateKey) -> AnchorLedger {
        AnchorLedger(
            latest: { origin in
                ledger.view.anchor(origin).map { LedgerAnchor(size: $0.size, root: $0.root, place: nil) }
            },
            submit: { request in
                let view = ledger.view
                let transaction = Transaction(
                    network: view.network, genesis: view.networkRecord?.genesis, signer: keyID,
                    sequence: view.nextSequence(keyID), time: .now(),
                    body: .receiptsAnchor(
                        ReceiptsAnchor(
                            origin: request.origin, size: request.size, root: request.root, proof: request.proof)))
                let submission = try await ledger.submit(transaction.signed(by: key))
                if case .noop(let reason) = submission.outcome { throw LedgerError(.refused, reason) }
                return AnchorPlace(index: submission.index, height: submission.height)
            })
    }
}

extension EvidenceLedger {
    /// A ledger on this machine, running or not.
    static func local(_ archive: LedgerArchive) -> EvidenceLedger {
        EvidenceLedger(
            anchor: { origin, codes in
                let view = try await archive.view()
                guard let held = view.anchor(origin),
                    let anchor = try await archive.anchorProof(origin: origin, covering: held.size)
                else { return nil }
                return ProvenAnchor(
                    size: anchor.size, leaf: anchor.leaf, proof: anchor.proof,
                    state: try view.registryCheckpoint(of: codes, anchorsOf: [origin]).bytes)
            })
    }
}
