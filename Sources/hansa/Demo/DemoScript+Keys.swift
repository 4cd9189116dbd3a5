import Foundation
import NIOCore
import NIOHTTP1
import StrictJSON

extension DemoScript {
    func revokedKey() async {
        await stage.step(
            "A revoked key",
            "Seattle holds a connection open under its key tls-2 and uses it. Then it revokes the key on the ledger."
        ) {
            let seattle = try await participant(.seattle, tlsKey: "tls-2")
            let request = try seattle.signer.sign(
                ExchangeRequest(target: "/exchange/MA.156.1301/divisions/divisions/3101", purpose: "research"))
            let waited = try await ExchangeConnection.with(seattle.address, identity: seattle.identity) {
                inbound, outbound in
                var iterator = inbound.makeAsyncIterator()
                let result = try await ExchangeCall.run(
                    request, content: NoContent(), inbound: &iterator, outbound: outbound
                ) { _ in { _ in } }
                try require(result.status == 200, "the key did not work before: \(result.status)")
                stage.answer("the connection works: \(result.status)")
                try await network.hansa(
                    ["key", "revoke", "tls-2", "--reason", "shown in the demo"], home: home(.seattle))
                return try await Self.timeUntilClosed(&iterator)
            }
            try require(waited < .seconds(2), "the connection stayed open for \(waited)")
            let again = try seattle.signer.sign(
                ExchangeRequest(target: "/exchange/MA.156.1301/divisions/divisions/3101", purpose: "research"))
            stage.answer("a new connection: \(try await refusal(of: again, as: seattle))")
            let milliseconds = waited.components.seconds * 1000 + waited.components.attoseconds / 1_000_000_000_000_000
            return
                "the gateway closed the open connection \(milliseconds) ms after the ledger had it, and takes no new one"
        }
    }

    /// How long the other side keeps a silent connection open; at most ten seconds are waited.
    private static func timeUntilClosed(
        _ iterator: inout ExchangeConnection.Inbound.AsyncIterator
    ) async throws -> Duration {
        let start = ContinuousClock.now
        do {
            while try await iterator.next() != nil {}
        } catch {
            // Closed with a TLS alert or a reset: closed all the same.
        }
        return ContinuousClock.now - start
    }
}
