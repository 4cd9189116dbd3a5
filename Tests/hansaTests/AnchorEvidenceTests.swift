import AccessReceipts
import CityIdentity
import Foundation
import Ledger
import Logging
import Testing
import TransparencyLog

@testable import hansa

/// Evidence on a real ledger: the anchor that it took, and one of the gateway's that it recorded and refused.
@Suite struct AnchorEvidenceTests {
    private static let network = "ledger.test/evidence"
    private static let gateway = "MA.156.1301.90"

    @Test func onlyAnAnchorThatTheLedgerTookIsEvidence() async throws {
        try await Self.withLedger { ledger, directory, keys in
            let origin = "\(Self.network)/receipts/\(Self.gateway)"
            let key = try #require(keys["receipts"])
            let store = try ReceiptStore(
                directory: directory, origin: origin,
                signer: NoteSigner(name: origin, seed: try #require(key.ed25519Seed)))
            defer { store.close() }
            let receipt = try Self.denial()
            try await store.append(receipt)
            let anchoring = AnchorLedger.local(
                ledger, keyID: try KeyIdentifier("\(Self.gateway)#receipts"), key: key)
            try await ReceiptAnchorer(store: store, ledger: anchoring, logger: Logger(label: "test")).anchor()
            let held = try #require(ledger.view.anchor(origin))

            let archive = try LedgerArchive(directory: directory)
            let local = EvidenceLedger.local(archive)
            let validator = try #require(keys["validator"]?.ed25519Seed)
            let trust = EvidenceTrust.ledger([try NoteSigner(name: Self.network, seed: validator).verifierKey])
            let sound = try await store.reader.evidence(for: receipt.id, ledger: local)
            let report = EvidenceVerifier(trust: trust).verify(sound.bytes)
            #expect(report.isAccepted, "\(report.checks.filter { !$0.isPassed })")
            #expect(report.anchored == held.time)

            // The very same anchor again: signed by the gateway, on the ledger, and without effect.
            let body = ReceiptsAnchor(origin: origin, size: held.size, root: held.root, proof: [])
            let again = Transaction(
                network: Self.network, signer: held.signer, sequence: ledger.view.nextSequence(held.signer),
                time: .now(), body: .receiptsAnchor(body))
            let submission = try await ledger.submit(again.signed(by: key))
            guard case .noop = submission.outcome else {
                Issue.record("the ledger took the same anchor twice")
                return
            }
            let lying = EvidenceLedger { origin, codes in
                guard let proven = try await local.anchor(origin, codes) else { return nil }
                return .init(
                    size: proven.size, leaf: try await archive.entry(at: submission.index).data,
                    proof: try await archive.proof(of: submission.index), state: proven.state)
            }
            let evidence = try await store.reader.evidence(for: receipt.id, ledger: lying)
            let failed = EvidenceVerifier(trust: trust).verify(evidence.bytes).checks.filter { !$0.isPassed }
            #expect(failed.count == 1)
            #expect(failed.first?.statement.hasPrefix("the ledger took the anchor") == true)
        }
    }

    private static func denial() throws -> Receipt {
        let code = try IdentificationCode(gateway)
        return Receipt(
            id: ReceiptID(at: .now()), network: network, gateway: code, time: .now(), consumer: code, method: "GET",
            target: "https://gateway.example/exchange", decision: .init(.deny, reason: "not-found"), ledgerHeight: 0)
    }

    /// Runs a body with a ledger whose one identity operates it, and the keys of that identity by purpose.
    private static func withLedger(
        _ body: (Ledger, String, [String: PrivateKey]) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hansa-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let code = try IdentificationCode(gateway)
        var keys: [String: PrivateKey] = [:]
        var declarations: [KeyDeclaration] = []
        for purpose in [KeyPurpose.registry, .receipts, .validator] {
            let key = try PrivateKey(generating: .eddsa)
            keys[purpose.rawValue] = key
            declarations.append(
                try KeyDeclaration(
                    id: KeyIdentifier(code: code, name: purpose.rawValue), publicKey: key.publicKey,
                    purposes: [purpose], notBefore: Timestamp.now().adding(seconds: -60),
                    notAfter: Timestamp.now().adding(seconds: 3600)))
        }
        let genesis = NetworkGenesis(
            identities: [
                IdentityApplication(
                    code: code, profile: IdentityProfile(title: LocalizedText(["en": "Gateway"])), keys: declarations)
            ], registrars: [code], threshold: 1, validators: [try KeyIdentifier("\(gateway)#validator")])
        let transaction = Transaction(
            network: network, signer: try KeyIdentifier("\(gateway)#registry"), sequence: 0, time: .now(),
            body: .networkGenesis(genesis))
        let ledger = try await Ledger.create(
            directory: directory, genesis: try transaction.signed(by: try #require(keys["registry"])),
            settings: .init(
                signer: try NoteSigner(name: network, seed: try #require(keys["validator"]?.ed25519Seed))))
        let running = Task { try? await ledger.run() }
        for _ in 0..<1000 where !ledger.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        do { try await body(ledger, directory, keys) } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        await running.value
        try ledger.close()
    }
}
