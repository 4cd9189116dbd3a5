import Foundation
import Relay

/// A network, a provider's system and a gateway before it, with datasets and policies in force.
struct World: Sendable {
    let network: TestNetwork
    let origin: TestOrigin
    let gateway: TestGateway

    static func path(_ dataset: String, _ rest: String = "") -> String {
        "/exchange/\(TestNetwork.provider)/\(dataset)/\(rest)"
    }

    /// Runs a body with a world of its own, and takes it down afterwards.
    static func with(
        configure: (inout GatewayConfiguration) -> Void = { _ in }, _ body: (World) async throws -> Void
    ) async throws {
        let network = try await TestNetwork()
        let origin = try await TestOrigin()
        do {
            for name in ["open", "redacted", "counted", "closed"] {
                try await network.publish(name, origin: origin.url)
            }
            for policy in Self.policies { try await network.enforce(policy) }
            let gateway = try await TestGateway(network, configure: configure)
            let world = World(network: network, origin: origin, gateway: gateway)
            do {
                try await body(world)
            } catch {
                await gateway.stop()
                throw error
            }
            await gateway.stop()
        } catch {
            await origin.close()
            await network.close()
            throw error
        }
        await origin.close()
        await network.close()
    }

    /// Runs a body with a client of the world's.
    func withClient(
        key: String = "\(TestNetwork.consumer)#tls", http2: Bool = false, _ body: (TestClient) async throws -> Void
    ) async throws {
        let client = try TestClient(self.network, self.gateway, key: key, http2: http2)
        do {
            try await body(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// A connection of the consumer's for HTTP/1.1 as a test writes it.
    func rawClient(reads: Bool = true) async throws -> RawClient {
        try await RawClient(
            port: self.gateway.port, tls: TestClient.tls(self.network, key: "\(TestNetwork.consumer)#tls"),
            reads: reads)
    }

    /// A client of the consumer's that shows trailers.
    func plainClient(key: String = "\(TestNetwork.consumer)#tls", http2: Bool) async throws -> PlainClient {
        try await PlainClient(port: self.gateway.port, tls: TestClient.tls(self.network, key: key), http2: http2)
    }

    /// `open` may be read and used for research; `redacted` has fields taken out; `counted` may be read twice an hour;
    /// `closed` has no policy.
    private static let policies = [
        """
        {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:open",
         "permission": [{"target": "did:ma:156.1301/open", "action": ["read", "use"], "constraint": [
           {"leftOperand": "purpose", "operator": "eq", "rightOperand": "environmental-research"}]}]}
        """,
        """
        {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:redacted",
         "permission": [{"target": "did:ma:156.1301/redacted", "action": "read", "duty": [
           {"action": [{"rdf:value": {"@id": "urn:hansa:policy:redact"}, "refinement": [
             {"leftOperand": "urn:hansa:policy:field", "operator": "isAnyOf",
              "rightOperand": ["/phone", "/*/phone"]}]}]}]}]}
        """,
        """
        {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:counted",
         "permission": [{"target": "did:ma:156.1301/counted", "action": "read", "constraint": [
           {"leftOperand": "count", "operator": "lteq", "rightOperand": {"@value": "2", "@type": "xsd:integer"},
            "unit": "perHour"}]}]}
        """,
    ]
}
