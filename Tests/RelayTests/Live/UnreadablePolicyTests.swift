import AccessReceipts
import CityIdentity
import Foundation
import Relay
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

/// A policy that another program put on the ledger and this one cannot read: its datasets are closed, and the denial says so.
@Suite(.serialized) struct UnreadablePolicyTests {
    /// The ledger with one more policy in force, as a program of a later version would have left it.
    private static func view(_ view: LedgerView, document: String) -> LedgerView {
        var state = view.state
        let hash = PolicyHash(of: Array(document.utf8))
        guard let provider = try? IdentificationCode(TestNetwork.provider),
            let target = try? DatasetIdentifier("\(TestNetwork.provider)/open"),
            let note = try? SignedNote(parsing: view.checkpoint)
        else { fatalError("the samples are well-formed") }
        state.set(
            PolicyRecord(
                hash: hash, provider: provider,
                proposal: PolicyProposal(format: .jsonld, document: Array(document.utf8)), targets: [target],
                hasProhibitions: false, decision: .agreed, from: view.time, approvals: [], changed: view.time))
        return LedgerView(state: state, head: view.head, checkpoint: note, library: PolicyLibrary())
    }

    @Test(arguments: [
        ("not JSON at all", "cannot be read"),
        (
            """
            {"@type": "Set", "uid": "urn:test:later", "profile": "urn:hansa:policy:9",
             "permission": [{"target": "did:ma:156.1301/open", "action": "read"}]}
            """, "the profile `urn:hansa:policy:9` is not known"
        ),
        (
            """
            {"@type": "Set", "uid": "urn:test:later", "embargo": [{"target": "did:ma:156.1301/open"}],
             "permission": [{"target": "did:ma:156.1301/open", "action": "read"}]}
            """, "the property `embargo` is not known"
        ),
    ])
    func closesItsDatasetAndSaysSo(document: String, reason: String) async throws {
        try await World.with { world in
            let gateway = try await TestGateway(
                world.network, name: "later", view: { Self.view($0, document: document) })
            let client = try TestClient(world.network, gateway)
            // Another policy permits this, and did so before.
            let refused = try await client.get(World.path("open", "hello"))
            #expect(refused.status == 403)
            #expect(refused.text.contains("cannot be read by this gateway") && refused.text.contains(reason))
            let receipt = try #require(try await gateway.receipt(refused.receipt))
            #expect(receipt.decision.outcome == .deny)
            #expect(receipt.decision.reason == "unreadable-policy")
            // Other datasets of the provider are as they were.
            #expect(try await client.get(World.path("redacted", "json")).status == 200)
            #expect(world.origin.observed.heads.count == 1)
            await client.close()
            await gateway.stop()
        }
    }
}
