import Testing

@testable import SharingPolicy

/// Policies that are graphs of nodes, as processors of JSON-LD flatten them.
@Suite struct GraphDocumentTests {
    private static func graph(_ nodes: String, _ more: String = "") -> [UInt8] {
        Array(#"{"@context":"http://www.w3.org/ns/odrl.jsonld","@graph":[\#(nodes)]\#(more)}"#.utf8)
    }

    private static let rule =
        #"{"@id":"urn:example:p","assignee":"did:ma:840.5363000","target":"did:ma:156.1301/divisions","action":"read""#
    private static let policy = #"{"@id":"urn:example:policy","@type":"Set","permission":{"@id":"urn:example:p"}}"#
    private static let research =
        #"{"@id":"_:c","leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#

    @Test(
        arguments: [
            #"{"@id":"urn:example:policy","@type":"Set","permission":\#(rule)}}"#,
            "\(policy),\(rule)}", "\(rule)},\(policy)",
            #"\#(policy),\#(rule),"constraint":{"@id":"_:c"}},\#(research)"#,
            #"\#(policy),\#(rule),"constraint":{"@id":"_:l"}},{"@id":"_:l","or":{"@list":[{"@id":"_:c"},{"@id":"_:d"}]}},\#(research),{"@id":"_:d","leftOperand":"purpose","operator":"eq","rightOperand":"else"}"#,
            #"{"@id":"urn:example:policy","@type":"Set","permission":"_:r"},{"@id":"_:r","target":"did:ma:156.1301/divisions","action":{"@id":"_:a"}},{"@id":"_:a","rdf:value":{"@id":"odrl:read"},"refinement":{"@id":"_:c"}},\#(research)"#,
            #"{"@id":"urn:example:policy","@type":"Set","permission":"_:r"},{"@id":"_:r","target":"did:ma:156.1301/divisions","action":"read","assignee":{"@id":"did:ma:840.5363000"}},{"@id":"did:ma:840.5363000","@type":"Party","partOf":"urn:example:cities"}"#,
            #"{"@id":"urn:example:policy","@type":"Set","permission":"_:r"},{"@id":"_:r","target":"did:ma:156.1301/divisions","action":"read","duty":{"@id":"_:d"}},{"@id":"_:d","action":{"@id":"_:a"}},{"@id":"_:a","rdf:value":{"@id":"hansa:redact"},"refinement":{"@id":"_:f"}},{"@id":"_:f","leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["/wind"]}"#,
        ] as [String])
    func `a policy is read from the nodes it names`(nodes: String) throws {
        let policies = PolicySet([try Policy(parsing: Self.graph(nodes), format: .jsonld)])
        #expect(policies.evaluate(Fixture.request(), EvaluationState()).isPermit)
        #expect(!policies.evaluate(Fixture.request(action: "modify"), EvaluationState()).isPermit)
    }

    @Test func `a duty of nodes is performed`() throws {
        let nodes =
            #"\#(Self.policy),\#(Self.rule),"duty":{"@id":"_:d"}},{"@id":"_:d","action":{"@id":"_:a"}},{"@id":"_:a","rdf:value":{"@id":"hansa:redact"},"refinement":{"@id":"_:f"}},{"@id":"_:f","leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["/wind"]}"#
        let decision = try Fixture.decide([Self.graph(nodes)], Fixture.request())
        #expect(decision.duties == [.redact([try JSONPointer("/wind")])])
    }

    /// What a node that no rule names says of membership counts.
    @Test func `a prohibition covers what a node makes part of its collection`() throws {
        let policy =
            #"{"@id":"urn:example:policy","@type":"Set","conflict":"prohibit","permission":\#(Self.rule)},"prohibition":{"target":"urn:example:all","action":"read"}}"#
        let node = #"{"@id":"did:ma:156.1301/divisions","@type":"Asset","partOf":{"@id":"urn:example:all"}}"#
        #expect(try Fixture.decide([Self.graph(policy)], Fixture.request()).isPermit)
        #expect(try !Fixture.decide([Self.graph("\(policy),\(node)")], Fixture.request()).isPermit)
    }

    @Test(
        arguments: [
            ("", "/@graph"), ("\(policy),\(policy),\(rule)}", "/@graph"), ("5", "/@graph/0"),
            (#"\#(policy),\#(rule)},{"@type":"Constraint"}"#, "/@graph/2"),
            (#"\#(policy),\#(rule)},\#(rule)}"#, "/@graph/2"),
            (
                #"\#(policy),\#(rule)},{"@id":"urn:example:q","target":"did:ma:156.1301/divisions","action":"use"}"#,
                "/@graph/2"
            ),
            (
                #"\#(policy),\#(rule),"constraint":{"@id":"_:c"}},{"@id":"_:c","and":[{"@id":"_:c"},{"@id":"_:c"}]}"#,
                "/@graph/2"
            ),
            (#"\#(policy),\#(rule),"constraint":{"@id":"_:c"}}"#, "/@graph/1/constraint"),
            (#"{"@id":"urn:example:policy","@context":{"read":"odrl:delete"},"permission":\#(rule)}}"#, "/@graph"),
        ] as [(String, String)])
    func `a graph that is no policy is refused, and permits nothing`(nodes: String, path: String) throws {
        let policy = try Policy(reading: Self.graph(nodes), format: .jsonld)
        #expect(policy.problems.contains { $0.path == path && $0.severity == .error }, "\(policy.problems.prefix(5))")
        // Where one stands on a ledger nevertheless, it closes its datasets, or at least what it is about opens nothing.
        if path == "/@graph" || path == "/@graph/0" { #expect(policy.defect != nil) }
        #expect(!PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()).isPermit)
    }

    @Test func `a graph with a name is refused, and permits nothing`() throws {
        let nodes = #"{"@id":"urn:example:policy","@type":"Set","permission":\#(Self.rule)}}"#
        let policy = try Policy(reading: Self.graph(nodes, #","@id":"urn:example:graph""#), format: .jsonld)
        #expect(policy.problems.map(\.path) == ["/@id"])
        #expect(!PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()).isPermit)
    }
}
