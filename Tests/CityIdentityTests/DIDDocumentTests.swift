import CityIdentity
import StrictJSON
import Testing

@Suite struct DIDDocumentTests {
    private let exchange: KeyRecord
    private let tls: KeyRecord

    init() throws {
        exchange = try Samples.record(PrivateKey(generating: .eddsa), purposes: [.exchange, .policy])
        tls = try Samples.record(PrivateKey(generating: .es256), id: "MA.156.1301#tls-1", purposes: [.tls])
    }

    private func document(
        _ keys: [KeyRecord], isActive: Bool = true, code: String = "MA.156.1301", below superior: String? = nil
    ) throws -> JSONValue {
        let document = DIDDocument(
            code: try Samples.code(code), below: try superior.map { try Samples.code($0) }, keys: keys,
            services: [.init(name: "gateway", type: "HansaGateway", endpoint: "https://gateway.example/")],
            isActive: isActive, time: Samples.now)
        return try JSONValue(parsing: document.json.bytes)
    }

    @Test func `the document has the form of DID Core`() throws {
        let json = try document([tls, exchange])
        #expect(json["@context"] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"])
        #expect(json["id"] == "did:ma:156.1301")
        #expect(json["controller"] == nil)
        let methods = try #require(json["verificationMethod"]?.array)
        #expect(methods.map { $0["id"] } == ["did:ma:156.1301#exchange-1", "did:ma:156.1301#tls-1"])
        for (method, key) in zip(methods, [exchange, tls]) {
            #expect(method["type"] == "JsonWebKey")
            #expect(method["controller"] == "did:ma:156.1301")
            #expect(method["publicKeyJwk"] == key.publicKey.jwk)
            #expect(method["revoked"] == nil)
        }
        #expect(json["authentication"] == ["did:ma:156.1301#exchange-1", "did:ma:156.1301#tls-1"])
        #expect(json["assertionMethod"] == ["did:ma:156.1301#exchange-1"])
        #expect(json["capabilityInvocation"] == ["did:ma:156.1301#exchange-1"])
        #expect(json["capabilityDelegation"] == nil)
        #expect(
            json["service"] == [
                [
                    "id": "did:ma:156.1301#gateway", "type": "HansaGateway",
                    "serviceEndpoint": "https://gateway.example/",
                ]
            ])
    }

    @Test func `a key out of use is listed and authorised for nothing`() throws {
        let json = try document([exchange.revoked(at: Samples.now, reason: "lost"), tls])
        #expect(json["verificationMethod"]?.array?.first?["revoked"] == JSONValue(Samples.now.rfc3339))
        #expect(json["authentication"] == ["did:ma:156.1301#tls-1"])
        #expect(json["assertionMethod"] == nil)
    }

    @Test func `an identity out of use authorises nothing`() throws {
        let json = try document([exchange, tls], isActive: false)
        #expect(json["verificationMethod"]?.array?.count == 2)
        #expect(json["authentication"] == nil && json["capabilityInvocation"] == nil)
    }

    @Test func `a department is controlled by who stands above it, not by what its code lies below`() throws {
        let json = try document([], code: "MA.156.1301.01", below: "MA.156.1301")
        #expect(json["controller"] == ["did:ma:156.1301.01", "did:ma:156.1301"])
        #expect(try document([], code: "MA.156.1301.01")["controller"] == nil)
        #expect(json["verificationMethod"] == nil)
    }
}
