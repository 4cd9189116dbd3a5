import CityIdentity
import Testing

/// What a checkpoint proves, as a table.
private struct TestRegistry: RegistryView {
    var network = "ledger.hansa.example/demo"
    var time = Samples.now
    var statuses: [IdentificationCode: IdentityStatus] = [:]
    var keys: [KeyIdentifier: KeyRecord] = [:]
    var covered: Set<IdentificationCode> = []

    /// Codes above which nobody stands.
    var roots: Set<IdentificationCode> = []

    func lineage(of code: IdentificationCode) -> [IdentificationCode] { roots.contains(code) ? [code] : code.lineage }

    func status(of code: IdentificationCode) -> RegistryAnswer<IdentityStatus> {
        statuses[code].map { .proven($0) } ?? (covered.contains(code) ? .absent : .unproven)
    }

    func key(_ id: KeyIdentifier) -> RegistryAnswer<KeyRecord> {
        keys[id].map { .proven($0) } ?? (covered.contains(id.code) ? .absent : .unproven)
    }
}

@Suite struct CityCodeTests {
    private let key: PrivateKey
    private let code: CityCode
    private var registry = TestRegistry()

    init() throws {
        key = try PrivateKey(generating: .es256)
        code = try Self.issue(key)
        let record = try Samples.record(key)
        registry.keys[record.id] = record
        registry.statuses[record.id.code] = .active
        registry.covered = [try Samples.code("MA.156.1302"), try Samples.code("MA.156.1301")]
    }

    private static func issue(
        _ key: PrivateKey, id: String = "MA.156.1301#exchange-1", network: String = "ledger.hansa.example/demo"
    ) throws -> CityCode {
        try CityCode.issue(
            keyID: try KeyIdentifier(id), key: key, network: network, issuedAt: Samples.now,
            expiresAt: Samples.now.adding(seconds: 30 * 86_400))
    }

    private func refusal(of code: CityCode, at time: Timestamp = Samples.now) -> CityCodeVerdict.Reason? {
        code.verify(against: registry, at: time).refusal?.reason
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `a code in use is accepted from its text`(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generating: algorithm)
        let record = try Samples.record(key)
        let code = try Self.issue(key)
        let read = try CityCode(text: "\n \(code.text) \n")
        #expect(read == code)
        let registry = TestRegistry(statuses: [record.id.code: .active], keys: [record.id: record])
        let verdict = read.verify(against: registry, at: Samples.now)
        #expect(verdict.isAccepted, "\(verdict.refusal?.message ?? "")")
        #expect(verdict.findings.count == 5)
        #expect(verdict.findings.contains { $0.contains("`MA.156.1301` is active") })
    }

    @Test func `the text is short and of the compact alphabet`() {
        let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.:"
        #expect(code.text.hasPrefix("HANSA:MA.156.1301:"))
        #expect(code.text.allSatisfy(alphabet.contains))
        #expect(code.text.count < 260)
    }

    @Test func `no altered character is accepted`() throws {
        let text = Array(code.text)
        for index in text.indices {
            for replacement in ["0", "2", "A", "B", ".", ":", " "] where String(text[index]) != replacement {
                var altered = text
                altered[index] = Character(replacement)
                guard let read = try? CityCode(text: String(altered)) else { continue }
                #expect(refusal(of: read) != nil, "character \(index) as `\(replacement)`")
            }
            let shorter = String(text[..<index])
            #expect(throws: IdentityError.self) { try CityCode(text: shorter) }
        }
    }

    @Test func `a changed digit is refused, whether or not the other city exists`() throws {
        let forged = try CityCode(text: code.text.replacing("MA.156.1301:", with: "MA.156.1302:"))
        #expect(refusal(of: forged) == .unknownKey)
        var registry = registry
        let other = try Samples.record(PrivateKey(generating: .es256), id: "MA.156.1302#exchange-1")
        registry.keys[other.id] = other
        registry.statuses[other.id.code] = .active
        #expect(forged.verify(against: registry, at: Samples.now).refusal?.reason == .alteredOrForged)
        // Even with the same key under the other code, for the code itself is signed.
        let same = try Samples.record(key, id: "MA.156.1302#exchange-1")
        registry.keys[same.id] = same
        #expect(forged.verify(against: registry, at: Samples.now).refusal?.reason == .alteredOrForged)
    }

    @Test func `a revoked key is refused`() throws {
        var registry = registry
        let record = try Samples.record(key)
        registry.keys[record.id] = record.revoked(at: Samples.now, reason: "lost")
        let refusal = code.verify(against: registry, at: Samples.now).refusal
        #expect(refusal?.reason == .keyNotInUse)
        #expect(refusal?.message.contains("revoked at \(Samples.now): lost") == true)
    }

    @Test func `a foreign network is refused`() throws {
        let foreign = try Self.issue(key, network: "ledger.hansa.example/other")
        #expect(refusal(of: foreign) == .foreignNetwork)
    }

    @Test(
        arguments: [
            (-1, .notYetValid), (0, nil), (30 * 86_400 - 1, nil), (30 * 86_400, .expired), (400 * 86_400, .expired),
        ] as [(Int64, CityCodeVerdict.Reason?)])
    func `a code holds from issue to expiry`(seconds: Int64, reason: CityCodeVerdict.Reason?) {
        #expect(refusal(of: code, at: Samples.now.adding(seconds: seconds)) == reason)
    }

    @Test(arguments: IdentityStatus.allCases)
    func `only an active identity is accepted`(status: IdentityStatus) throws {
        var registry = registry
        registry.statuses[code.code] = status
        let reason = code.verify(against: registry, at: Samples.now).refusal?.reason
        #expect(reason == (status == .active ? nil : .identityNotActive))
    }

    @Test func `a department stands and falls with its city`() throws {
        var registry = registry
        let record = try Samples.record(key, id: "MA.156.1301.01#exchange-1")
        registry.keys[record.id] = record
        registry.statuses[record.id.code] = .active
        let code = try Self.issue(key, id: "MA.156.1301.01#exchange-1")
        #expect(code.verify(against: registry, at: Samples.now).isAccepted)
        registry.statuses[record.id.code.city] = .suspended
        let refusal = code.verify(against: registry, at: Samples.now).refusal
        #expect(refusal?.reason == .identityNotActive)
        #expect(refusal?.message.contains("`MA.156.1301` is suspended") == true)
        registry.statuses[record.id.code.city] = nil
        registry.covered = []
        #expect(code.verify(against: registry, at: Samples.now).refusal?.reason == .unproven)
    }

    @Test func `a code above which nobody stands does not fall with one that it lies below`() throws {
        var registry = registry
        let record = try Samples.record(key, id: "MA.156.1301.90#exchange-1")
        registry.keys[record.id] = record
        registry.statuses = [record.id.code: .active, record.id.code.city: .suspended]
        let code = try Self.issue(key, id: "MA.156.1301.90#exchange-1")
        #expect(code.verify(against: registry, at: Samples.now).refusal?.reason == .identityNotActive)
        registry.roots = [record.id.code]
        #expect(code.verify(against: registry, at: Samples.now).isAccepted)
        registry.statuses[record.id.code.city] = nil
        #expect(code.verify(against: registry, at: Samples.now).isAccepted)
    }

    @Test func `what the checkpoint does not prove is refused as unproven`() throws {
        let bare = TestRegistry()
        #expect(code.verify(against: bare, at: Samples.now).refusal?.reason == .unproven)
        let confused = TestRegistry(
            statuses: [code.code: .active],
            keys: [code.keyID: try Samples.record(key, id: "MA.156.1301#exchange-2")])
        #expect(code.verify(against: confused, at: Samples.now).refusal?.reason == .unproven)
    }

    @Test(arguments: [KeyPurpose.tls, .policy, .receipts, .validator, .officer])
    func `a key for something else does not vouch for a code`(purpose: KeyPurpose) throws {
        var registry = registry
        let record = try Samples.record(key, purposes: [purpose])
        registry.keys[record.id] = record
        #expect(code.verify(against: registry, at: Samples.now).refusal?.reason == .keyNotInUse)
    }

    @Test(arguments: [
        "", "HANSA:", "HANSA::", "HANSA:MA.156.1301:", "HANSA:MA.156:AAAA", "hansa:MA.156.1301:AAAA", "HC1:AAAA",
        "HANSA:MA.156.1301:A", "HANSA:MA.156.1301:AB", "HANSA:MA.156.1301:AAAA:AA", "HANSA:MA.156.1301:aaaa",
        "HANSA:MA.156.1301:" + String(repeating: "A", count: 2000),
    ])
    func `what is no city code is refused`(text: String) {
        #expect(throws: IdentityError.self) { try CityCode(text: text) }
    }

    @Test func `white space hides nothing that follows`() throws {
        let padding = String(repeating: " ", count: 3000)
        #expect(throws: IdentityError.self) { try CityCode(text: code.text + padding + "and more") }
    }

    @Test func `a code that would never hold is not issued`() throws {
        let id = try KeyIdentifier("MA.156.1301#exchange-1")
        expectRefusal(.malformedCityCode, naming: "never hold") {
            _ = try CityCode.issue(keyID: id, key: key, network: "n", issuedAt: Samples.now, expiresAt: Samples.now)
        }
        for network in ["", String(repeating: "n", count: 97)] {
            expectRefusal(.doesNotFit, naming: "network's name") {
                _ = try CityCode.issue(
                    keyID: id, key: key, network: network, issuedAt: Samples.now, expiresAt: Samples.later)
            }
        }
    }
}
