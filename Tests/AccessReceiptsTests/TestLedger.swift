import AccessReceipts
import CityIdentity
import Foundation
import StrictJSON
import Synchronization
import TransparencyLog

/// A ledger as far as receipts need one: leaves in a log, anchors as transactions, keys under a signed note.
final class TestLedger: Sendable {
    struct State {
        var leaves: [[UInt8]] = [Array("header".utf8)]
        /// Anchors that were taken.
        var anchors: [(request: AnchorRequest, index: Int)] = []
        var failure: (any Error)?
    }

    let state = Mutex(State())
    let signer: NoteSigner
    let gatewayKey = TestLedger.key(seed: 1)
    let consumerKey = TestLedger.key(.es256)
    let records: [KeyRecord]

    init() throws {
        signer = try NoteSigner(name: Samples.network, seed: Array(repeating: 200, count: 32))
        func record(_ id: String, _ key: PrivateKey, _ purpose: KeyPurpose) throws -> KeyRecord {
            try KeyRecord(
                KeyDeclaration(
                    id: KeyIdentifier(id), publicKey: key.publicKey, purposes: [purpose],
                    notBefore: Samples.start.adding(seconds: -1000), notAfter: Samples.start.adding(seconds: 100_000)),
                addedAt: Samples.start.adding(seconds: -1000))
        }
        records = [
            try record("MA.156.1301.90#receipts-1", gatewayKey, .receipts),
            try record("MA.156.1301.90#exchange-1", gatewayKey, .exchange),
            try record("MA.840.5363000#exchange-1", consumerKey, .exchange),
        ]
    }

    /// An Ed25519 key of a seed, as a note signer takes it, in the identity module's form.
    static func key(seed: UInt8) -> PrivateKey {
        let prefix: [UInt8] = [
            0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ]
        let text = Data(prefix + [UInt8](repeating: seed, count: 32)).base64EncodedString()
        guard let key = try? PrivateKey(pem: "-----BEGIN PRIVATE KEY-----\n\(text)\n-----END PRIVATE KEY-----\n") else {
            fatalError("the key is well-formed")
        }
        return key
    }

    static func key(_ algorithm: SignatureAlgorithm) -> PrivateKey {
        guard let key = try? PrivateKey(generating: algorithm) else { fatalError("a key can be generated") }
        return key
    }

    /// Makes every later request fail, or none.
    func fail(with error: (any Error)?) { state.withLock { $0.failure = error } }

    var anchors: [AnchorRequest] { state.withLock { $0.anchors.map(\.request) } }

    var anchoring: AnchorLedger {
        AnchorLedger(
            latest: { origin in
                try self.state.withLock { state in
                    if let failure = state.failure { throw failure }
                    return state.anchors.last { $0.request.origin == origin }.map {
                        LedgerAnchor(size: $0.request.size, root: $0.request.root, place: nil)
                    }
                }
            }, submit: { try self.submit($0) })
    }

    /// Takes an anchor under the rules of the ledger: larger than the last, and proven to begin with it.
    private func submit(_ request: AnchorRequest) throws -> AnchorPlace {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            let leaf = try transaction(request, sequence: UInt64(state.leaves.count))
            let last = state.anchors.last?.request
            let isConsistent = MerkleTree.verifyConsistency(
                from: last?.size ?? 0, oldRoot: last?.root ?? MerkleTree.emptyRoot, to: request.size,
                root: request.root, proof: request.proof)
            guard isConsistent, request.size > last?.size ?? 0 else { throw CancellationError() }
            state.leaves.append(leaf)
            state.anchors.append((request, state.leaves.count - 1))
            return AnchorPlace(index: UInt64(state.leaves.count - 1), height: UInt64(state.anchors.count))
        }
    }

    /// Records an anchor by the gateway as one that does nothing; returns where it stands.
    func refuse(_ request: AnchorRequest) throws -> Int {
        try state.withLock { state in
            state.leaves.append(try transaction(request, sequence: UInt64(state.leaves.count)))
            return state.leaves.count - 1
        }
    }

    private func transaction(_ request: AnchorRequest, sequence: UInt64) throws -> [UInt8] {
        let id = try KeyIdentifier("MA.156.1301.90#receipts-1")
        let payload: JSONValue = [
            "network": .string(Samples.network), "signer": .string(id.description), "sequence": JSONValue(sequence),
            "time": .string(Samples.start.rfc3339), "type": "receipts.anchor",
            "body": [
                "origin": .string(request.origin), "size": JSONValue(request.size),
                "root": .string(request.root.base64),
                "proof": .array(request.proof.map { .string($0.base64) }),
            ],
        ]
        return try CompactJWS.sign(payload: payload.bytes, key: gatewayKey, keyID: id, type: "hansa-transaction+jws")
    }
}
