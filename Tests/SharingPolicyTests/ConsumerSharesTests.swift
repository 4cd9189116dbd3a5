import CityIdentity
import SharingPolicy
import Testing

@Suite struct ConsumerSharesTests {
    private static func policy(_ comparison: String, rule: String = "permission") throws -> PolicySet {
        let open = #""permission": [{"target": "did:ma:156.1301/air", "action": "read"}],"#
        let document = """
            {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"hansa": "urn:hansa:policy:"}], "@type": "Set",
             "uid": "urn:test:reciprocal", "conflict": "prohibit", \(rule == "permission" ? "" : open)
             "\(rule)": [{"target": "did:ma:156.1301/air", "action": "read", "constraint": [
             {"leftOperand": "hansa:consumerShares", "operator": "\(comparison)", "rightOperand": ["air", "rain"]}]}]}
            """
        return PolicySet([try Policy(parsing: Array(document.utf8), format: .jsonld)])
    }

    private static func permits(_ policies: PolicySet, sharing names: [String]?) throws -> Bool {
        var request = AccessRequest(
            consumer: try IdentificationCode("MA.840.5363000"), dataset: try DatasetIdentifier("MA.156.1301/air"),
            action: "read", purpose: nil, time: Timestamp(seconds: 1_800_000_000))
        if let names { request.setConsumerShares(names) }
        return policies.evaluate(request, EvaluationState()).isPermit
    }

    @Test(
        "a permission asks for some, all or none of the names; of what nobody found out it permits nothing",
        arguments: [
            ("isAnyOf", ["air"], true), ("isAnyOf", ["noise", "rain"], true), ("isAnyOf", ["noise"], false),
            ("isAnyOf", [], false), ("isAnyOf", nil, false), ("isAllOf", ["air"], false),
            ("isAllOf", ["noise", "rain", "air"], true), ("isAllOf", [], false), ("isNoneOf", [], true),
            ("isNoneOf", ["air", "noise"], false), ("isNoneOf", nil, false),
        ] as [(String, [String]?, Bool)])
    func permission(comparison: String, names: [String]?, isPermitted: Bool) throws {
        let policies = try Self.policy(comparison)
        #expect(policies.asksForShares)
        #expect(try Self.permits(policies, sharing: names) == isPermitted)
    }

    @Test(
        "a prohibition keeps out whoever shares nothing, and whoever it is not known of",
        arguments: [(["air"], true), ([], false), (nil, false)] as [([String]?, Bool)])
    func prohibition(names: [String]?, isPermitted: Bool) throws {
        #expect(try Self.permits(Self.policy("isNoneOf", rule: "prohibition"), sharing: names) == isPermitted)
    }

    /// Whom a permission and a prohibition of everything by a city are for, and whether its air is then shared with Seattle.
    @Test(
        "a dataset is shared with the members of a collection, and not with those that one keeps out",
        arguments: [
            ("did:ma:840", "did:ma:156", true), ("urn:example:cities", "did:ma:156", true),
            ("urn:example:others", "did:ma:156", false), ("did:ma:840", "urn:example:cities", false),
            ("did:ma:840", "urn:example:others", true),
        ])
    func collections(permitted: String, prohibited: String, isShared: Bool) throws {
        let document = """
            {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:shared",
             "conflict": "prohibit",
             "permission": [{"target": "did:ma:156.1301/air", "action": "use", "assignee": "\(permitted)"},
              {"target": "did:ma:156.1301/rain", "action": "read",
               "assignee": {"uid": "did:ma:840.5363000", "partOf": "urn:example:cities"}}],
             "prohibition": [{"target": "did:ma:156.1301/air", "action": "use", "assignee": "\(prohibited)"}]}
            """
        let policies = PolicySet([try Policy(parsing: Array(document.utf8), format: .jsonld)])
        for reader in ["MA.840.5363000", "MA.840.5363000.01"] {
            let reader = try IdentificationCode(reader)
            #expect(policies.shares(try DatasetIdentifier("MA.156.1301/air"), with: reader) == isShared)
        }
    }

    @Test("sets alone can be asked for", arguments: ["eq", "neq", "isA", "isPartOf", "hasPart", "lt"])
    func operators(comparison: String) throws {
        #expect(throws: PolicyError.self) { try Self.policy(comparison) }
    }
}
