import AccessReceipts
import CityIdentity
import Foundation
import TransparencyLog

/// Receipts and stores that the tests share.
enum Samples {
    static let network = "ledger.hansa.example/test"
    static let gateway = code("MA.156.1301.90")
    static let consumer = code("MA.840.5363000")
    static let provider = code("MA.156.1301")
    static let origin = "\(network)/receipts/\(gateway)"
    static let start = Timestamp(milliseconds: 1_795_334_400_000)

    static func code(_ text: String) -> IdentificationCode {
        guard let code = try? IdentificationCode(text) else { fatalError("`\(text)` is no code") }
        return code
    }

    static func signer(_ seed: UInt8 = 1) -> NoteSigner {
        guard let signer = try? NoteSigner(name: origin, seed: [UInt8](repeating: seed, count: 32)) else {
            fatalError("a seed of 32 bytes makes a signer")
        }
        return signer
    }

    /// A permitted exchange `minute` minutes after the start.
    static func receipt(
        _ minute: Int = 0, kind: Receipt.Kind = .single, consumer: IdentificationCode = consumer,
        provider: IdentificationCode = provider, dataset: String? = "MA.156.1301/air-quality",
        outcome: Receipt.Decision.Outcome = .permit
    ) -> Receipt {
        let time = start.adding(seconds: Int64(minute) * 60)
        return Receipt(
            id: ReceiptID(at: time), kind: kind, network: network, gateway: gateway, time: time, consumer: consumer,
            provider: provider, dataset: dataset, action: "read", purpose: "environmental-research", method: "GET",
            target: "https://gateway.example/exchange/MA.156.1301/air-quality/stations/12",
            decision: Receipt.Decision(
                outcome, reason: outcome == .deny ? "no-policy" : nil, policy: Array(repeating: 7, count: 32),
                rule: "urn:rule:1"),
            ledgerHeight: 12, response: outcome == .deny ? Receipt.Response(status: 403) : nil)
    }

    /// A signature over nothing real, for tests of the format alone.
    static func signature(_ base: String = "\"@method\": GET\n\"@signature-params\": ();tag=\"x\\y\"")
        -> Receipt.Signature
    {
        guard let key = try? KeyIdentifier("MA.840.5363000#exchange-1"),
            let signature = Receipt.Signature(key: key, base: Array(base.utf8), value: Array(0..<64))
        else { fatalError("the sample is well-formed") }
        return signature
    }

    /// A receipt that uses every member of the format.
    static func full() -> Receipt {
        var receipt = receipt(
            kind: .closing(
                .init(opening: ReceiptID(at: start), openingLeaf: Array(repeating: 9, count: 32), end: .aborted)))
        receipt.peer = code("MA.840.5363000.07")
        receipt.purpose = "исследование \"воздуха\"\n\u{1}石家庄"
        receipt.decision.reason = "a rule permits it"
        receipt.decision.obligations = ["delete after a year", ""]
        receipt.request = .init(
            size: 17, digest: Receipt.Digest(Array(repeating: 3, count: 64), algorithm: .sha512), signature: signature()
        )
        receipt.response = .init(
            status: 200, size: .max, digest: Receipt.Digest(Array(repeating: 4, count: 32)),
            signature: signature("\"@status\": 200"), completed: start.adding(milliseconds: 1234))
        return receipt
    }

    /// Appends so many receipts at once and waits for the last.
    static func fill(_ store: ReceiptStore, _ count: Int) async throws {
        for minute in 0..<count - 1 { store.append(receipt(minute)) { _ in } }
        try await store.append(receipt(count - 1))
    }

    /// Runs a body with a directory that is gone afterwards.
    static func withDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let url = FileManager.default.temporaryDirectory.appending(path: "hansa-receipts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(url.path)
    }

    /// Runs a body with an open store, closed afterwards.
    static func withStore<Value>(
        _ directory: String, limits: ReceiptStore.Limits = .init(), anchoring: AnchorSettings = .init(),
        clock: @escaping @Sendable () -> Timestamp = { start }, _ body: (ReceiptStore) async throws -> Value
    ) async throws -> Value {
        let store = try ReceiptStore(
            directory: directory, origin: origin, signer: signer(), anchoring: anchoring, limits: limits, clock: clock)
        defer { store.close() }
        return try await body(store)
    }
}
