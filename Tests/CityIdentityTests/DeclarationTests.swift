import CityIdentity
import StrictJSON
import Testing

@Suite struct DeclarationTests {
    @Test(arguments: ["exchange-1", "a", "0", "tls-2026-11", String(repeating: "k", count: 32)])
    func `key identifiers are read and written`(name: String) throws {
        let id = try KeyIdentifier("MA.156.1301.01#\(name)")
        #expect(id.description == "MA.156.1301.01#\(name)")
        #expect(id.did == "did:ma:156.1301.01#\(name)")
        #expect(try KeyIdentifier(did: id.did) == id)
        #expect(try KeyIdentifier(code: id.code, name: name) == id)
    }

    @Test(arguments: [
        "", "#", "MA.156.1301", "MA.156.1301#", "#exchange-1", "MA.156#exchange-1", "MA.156.1301#Exchange",
        "MA.156.1301#a b",
        "MA.156.1301#-a", "MA.156.1301#a-", "MA.156.1301#a#b", "MA.156.1301#a.b", "MA.156.1301#é", "did:ma:156.1301#a",
        "MA.156.1301#" + String(repeating: "k", count: 33),
    ])
    func `malformed key identifiers are refused`(text: String) {
        #expect(throws: IdentityError.self) { try KeyIdentifier(text) }
    }

    @Test func `declarations and records come back from JSON`() throws {
        let record = try Samples.record(PrivateKey(generating: .sm2), purposes: [.receipts, .exchange, .tls])
        #expect(try KeyDeclaration(json: record.declaration.json) == record.declaration)
        #expect(try KeyRecord(json: JSONValue(parsing: record.json.bytes)) == record)
        let revoked = record.revoked(at: Samples.now, reason: "lost")
        #expect(try KeyRecord(json: revoked.json) == revoked)
        #expect(revoked.revoked(at: Samples.later, reason: "again") == revoked)
    }

    @Test(
        arguments: [
            ("id", nil, "lacks `id`"), ("publicKey", nil, "lacks `publicKey`"), ("purposes", nil, "lacks `purposes`"),
            ("notBefore", nil, "lacks `notBefore`"), ("notAfter", nil, "lacks `notAfter`"),
            ("id", 7, "must be a string"),
            ("purposes", [], "no purpose"), ("purposes", "tls", "must be an array"),
            ("purposes", ["tls", "tls"], "stands twice"),
            ("purposes", ["TLS"], "`TLS` is no purpose"), ("purposes", [1], "`number` is no purpose"),
            ("notAfter", "2020-01-01T00:00:00Z", "would never be valid"), ("notAfter", "soon", "not an RFC 3339 time"),
            ("publicKey", "x", "must be a JSON object"), ("colour", "red", "has no member `colour`"),
            // KELVIN SIGN, which Unicode takes for a K.
            ("public\u{212A}ey", "x", "has no member"),
        ] as [(String, JSONValue?, String)])
    func `faulty declarations are refused with the reason`(member: String, value: JSONValue?, reason: String) throws {
        var members = try #require(try Samples.record(PrivateKey(generating: .eddsa)).declaration.json.object)
        members[member] = value
        let error = #expect(throws: IdentityError.self) { try KeyDeclaration(json: .object(members)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func `a key is good for its purposes within its validity until revoked`() throws {
        let record = try Samples.record(PrivateKey(generating: .es256), purposes: [.exchange, .tls])
        let declaration = record.declaration
        #expect(record.isActive(at: Samples.now, for: .exchange))
        #expect(record.isActive(at: declaration.notBefore, for: .tls))
        #expect(!record.isActive(at: declaration.notBefore.adding(milliseconds: -1), for: .tls))
        #expect(record.isActive(at: declaration.notAfter.adding(milliseconds: -1), for: .tls))
        #expect(!record.isActive(at: declaration.notAfter, for: .tls))
        #expect(record.reasonAgainst(.policy, at: Samples.now) == "it is not declared for `policy`")
        let revoked = record.revoked(at: Samples.now, reason: "lost")
        #expect(!revoked.isActive(at: Samples.now, for: .exchange))
        #expect(revoked.isActive(at: Samples.now.adding(milliseconds: -1), for: .exchange))
        #expect(revoked.reasonAgainstUse(at: Samples.later)?.contains("revoked at \(Samples.now): lost") == true)
    }
}
