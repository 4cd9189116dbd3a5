import Testing

@testable import SharingPolicy

@Suite struct PolicyReaderTests {
    @Test func `a policy of known terms is accepted, and its hash is that of its bytes`() throws {
        let bytes = Fixture.permission(
            #""constraint":[{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}]"#)
        let policy = try Policy(parsing: bytes, format: .jsonld)
        #expect(policy.bytes == bytes)
        #expect(policy.hash == PolicyHash(of: bytes))
        #expect(PolicyHash(policy.hash.description) == policy.hash)
        #expect(policy.datasets == [Fixture.dataset("MA.156.1301/divisions")])
        #expect(policy.conflict == .invalid)
    }

    @Test(arguments: [
        ("{\n  \"a\": 1,\n}", "line 3, column 1: "), ("{\"é\": x}", "line 1, column 7: "),
        ("{\"a\": 1,\n \"a\": 2}", "line 2, column "), ("", "line 1, column 1: "),
    ])
    func `what is no JSON is said with its line and column`(text: String, place: String) {
        let error = #expect(throws: PolicyError.self) { try Policy(reading: Array(text.utf8), format: .jsonld) }
        #expect(error?.code == .malformedDocument)
        #expect(error?.message.hasPrefix(place) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("the document is not JSON: ") == true)
    }

    /// Members of a policy beside context, type and uid, and the place of the problem each has.
    @Test(arguments: [
        (#""permission":[]"#, ""),
        (#""permission":[],"prohibition":[]"#, ""),
        (#""duty":[]"#, "/duty"),
        (
            #""permission":[{"action":"read","target":"did:ma:156.1301/x"}],"inheritFrom":"urn:example:parent""#,
            "/inheritFrom"
        ),
        (#""permission":[{"action":"read","target":"did:ma:156.1301/x"}],"profile":"urn:example:other""#, "/profile"),
        (#""permission":[{"action":"read","target":"did:ma:156.1301/x"}],"conflict":"maybe""#, "/conflict"),
        (#""permission":[{"action":"frobnicate","target":"did:ma:156.1301/x"}]"#, "/permission/0/action"),
        (#""permission":[{"action":"urn:example:rent","target":"did:ma:156.1301/x"}]"#, "/permission/0/action"),
        (#""permission":[{"action":"read","target":"divisions"}]"#, "/permission/0/target"),
        (#""permission":[{"action":"read"}]"#, "/permission/0/target"),
        (#""permission":[{"target":"did:ma:156.1301/x"}]"#, "/permission/0/action"),
        (
            #""permission":[{"action":"read","target":"did:ma:156.1301/x","assignee":"did:ma:15"}]"#,
            "/permission/0/assignee"
        ),
        (
            #""permission":[{"action":"read","target":"did:ma:156.1301/x","constraints":[]}]"#,
            "/permission/0/constraints"
        ),
        (
            #""prohibition":[{"action":"read","target":"did:ma:156.1301/x","duty":[{"action":"inform"}]}]"#,
            "/prohibition/0/duty"
        ),
        (
            #""permission":[{"action":"read","target":"did:ma:156.1301/x","@type":"Prohibition"}]"#,
            "/permission/0/@type"
        ),
        (
            #""permission":[{"uid":"urn:a:b","action":"read","target":"did:ma:156.1301/x"},{"uid":"urn:a:b","action":"read","target":"did:ma:156.1301/x"}]"#,
            "/permission/1/uid"
        ),
        (
            #""permission":[{"action":"read","target":{"uid":"urn:a:b","partOf":"urn:a:c"}},{"action":"read","target":{"uid":"urn:a:c","partOf":"urn:a:b"}}]"#,
            ""
        ),
        (
            #""permission":[{"action":"read","target":"did:ma:156.1301/x","duty":"urn:example:nowhere"}]"#,
            "/permission/0/duty"
        ),
        (
            #""permission":[{"action":"read","target":"did:ma:156.1301/x","duty":[{"action":"hansa:redact"}]}]"#,
            "/permission/0/duty/0/action/refinement"
        ),
    ])
    func `what is wrong with a policy is said with its place`(members: String, path: String) throws {
        let error = #expect(throws: PolicyError.self) {
            try Policy(parsing: Fixture.json(members), format: .jsonld)
        }
        #expect(error?.code == .refused)
        #expect(error?.problems.map(\.path).contains(path) == true, "\(error.map { "\($0)" } ?? "")")
        let policy = try Policy(reading: Fixture.json(members), format: .jsonld)
        #expect(!policy.isProposable)
    }

    /// Constraints, and the place in the constraint of the problem each has.
    @Test(arguments: [
        (#""purpose""#, ""),
        (#"{"leftOperand":"weather","operator":"eq","rightOperand":"x"}"#, "/leftOperand"),
        (#"{"leftOperand":"purpose","operator":"equals","rightOperand":"x"}"#, "/operator"),
        (#"{"leftOperand":"purpose","operator":"lt","rightOperand":"x"}"#, "/operator"),
        (#"{"leftOperand":"purpose","operator":"eq"}"#, ""),
        (#"{"leftOperand":"purpose","operator":"eq","rightOperand":["a","b"]}"#, "/rightOperand"),
        (#"{"leftOperand":"purpose","operator":"isAnyOf","rightOperand":[]}"#, "/rightOperand"),
        (#"{"leftOperand":"purpose","operator":"eq","rightOperand":null}"#, "/rightOperand"),
        (#"{"leftOperand":"purpose","operator":"eq","rightOperandReference":"urn:a:b"}"#, "/rightOperandReference"),
        (#"{"leftOperand":"purpose","operator":"eq","rightOperand":"x","status":"y"}"#, "/status"),
        (#"{"leftOperand":"purpose","operator":"eq","rightOperand":"x","unit":"urn:a:b"}"#, "/unit"),
        (#"{"leftOperand":"dateTime","operator":"lt","rightOperand":"tomorrow"}"#, "/rightOperand"),
        (#"{"leftOperand":"dateTime","operator":"lt","rightOperand":"2026-02-30T00:00:00Z"}"#, "/rightOperand"),
        (#"{"leftOperand":"dateTime","operator":"lt","rightOperand":"2026-01-01T00:00:00.0001Z"}"#, "/rightOperand"),
        (
            #"{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2026-01-01","@type":"urn:example:date"}}"#,
            "/rightOperand"
        ),
        (#"{"leftOperand":"count","operator":"lteq","rightOperand":"many"}"#, "/rightOperand"),
        (#"{"leftOperand":"count","operator":"lteq","rightOperand":5,"unit":"perFortnight"}"#, "/unit"),
        (#"{"leftOperand":"hansa:timeOfDay","operator":"lt","rightOperand":"25:00:00"}"#, "/rightOperand"),
        (#"{"leftOperand":"hansa:dayOfWeek","operator":"gt","rightOperand":"Monday"}"#, "/operator"),
        (#"{"leftOperand":"hansa:payloadSize","operator":"lteq","rightOperand":5,"unit":"parsec"}"#, "/unit"),
        (#"{"and":[]}"#, "/and"),
        (#"{"and":[{"leftOperand":"count","operator":"eq","rightOperand":1}],"or":[]}"#, ""),
    ])
    func `what is wrong with a constraint is said with its place, and permits nothing`(text: String, path: String)
        throws
    {
        let bytes = Fixture.constraint(text)
        let error = #expect(throws: PolicyError.self) { try Policy(parsing: bytes, format: .jsonld) }
        #expect(error?.problems.map(\.path) == ["/permission/0/constraint/0" + path])
        #expect(error?.problems.allSatisfy { !$0.message.isEmpty } == true)
        #expect(try !Fixture.decide([bytes], Fixture.request()).isPermit)
    }

    @Test func `constraints nested beyond the limit are refused, not followed`() throws {
        let deep =
            String(repeating: #"{"and":["#, count: 40) + #"{"leftOperand":"count","operator":"eq","rightOperand":1}"#
            + String(repeating: "]}", count: 40)
        let error = #expect(throws: PolicyError.self) {
            try Policy(parsing: Fixture.constraint(deep), format: .jsonld)
        }
        #expect(error != nil)
    }

    @Test func `what Hansa asks of a proposal is checked against the proposer`() throws {
        let policy = try Policy(parsing: Fixture.permission(""), format: .jsonld)
        #expect(policy.checkForProposal(by: Fixture.shijiazhuang).isEmpty)
        #expect(policy.checkForProposal(by: Fixture.seattle).map(\.path) == ["/permission/0/target"])
        let unknown = policy.checkForProposal(
            by: Fixture.shijiazhuang, knowsDataset: { _ in false }, knowsParty: { _ in false })
        #expect(unknown.count == 2 && unknown.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: [
        #"{"leftOperand":"payAmount","operator":"lt","rightOperand":5}"#,
        #"{"or":[{"leftOperand":"language","operator":"eq","rightOperand":"en"},{"leftOperand":"count","operator":"eq","rightOperand":1}]}"#,
    ])
    func `operands no exchange has a value for are refused in a proposal`(text: String) throws {
        let policy = try Policy(parsing: Fixture.constraint(text), format: .jsonld)
        #expect(policy.checkForProposal(by: Fixture.shijiazhuang).contains { $0.severity == .error })
    }

    @Test func `a policy that voids itself is refused in a proposal unless it says which rule wins`() throws {
        let rules =
            #""permission":[{"action":"read","target":"did:ma:156.1301/x"}],"prohibition":[{"action":"use","target":"did:ma:156.1301/x"}]"#
        let void = try Policy(parsing: Fixture.json(rules), format: .jsonld)
        #expect(void.checkForProposal(by: Fixture.shijiazhuang).contains { $0.severity == .error })
        let decided = try Policy(parsing: Fixture.json(rules + #","conflict":"prohibit""#), format: .jsonld)
        #expect(decided.checkForProposal(by: Fixture.shijiazhuang).isEmpty)
    }

    @Test(arguments: ["MA.156.1301/air-quality", "did:ma:156.1301/air-quality"])
    func `both forms of a dataset's identifier are one`(text: String) throws {
        let dataset = try DatasetIdentifier(text)
        #expect(dataset.description == "MA.156.1301/air-quality")
        #expect(dataset.iri.text == "did:ma:156.1301/air-quality")
    }

    @Test(arguments: [
        "", "/", "MA.156.1301", "MA.156.1301/", "MA.156.1301/A", "MA.156.1301/a/b", "MA.156/a", "did:web:x/a",
        "MA.156.1301/.a",
    ])
    func `what is no dataset's identifier is refused`(text: String) {
        let error = #expect(throws: PolicyError.self) { try DatasetIdentifier(text) }
        #expect(error?.code == .malformedDataset)
    }
}
