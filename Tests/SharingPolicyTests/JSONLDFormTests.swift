import Testing

@testable import SharingPolicy

/// One policy in the spellings that ODRL's JSON-LD context allows, and documents to which a context gives another meaning.
@Suite struct JSONLDFormTests {
    /// A document of a context and members; `uid` and type are given.
    private static func document(_ context: String, _ members: String) -> [UInt8] {
        Array(#"{"@context":\#(context),"uid":"urn:example:policy","@type":"Set",\#(members)}"#.utf8)
    }

    private static let odrl = #""http://www.w3.org/ns/odrl.jsonld""#
    private static let rule =
        #"{"uid":"urn:example:p","assignee":"did:ma:840.5363000","target":"did:ma:156.1301/divisions","action":"read"}"#
    private static let plain = #""permission":[\#(rule)]"#

    @Test(
        arguments: [
            (odrl, plain),
            (#"["http://www.w3.org/ns/odrl.jsonld"]"#, plain),
            (#""https://www.w3.org/ns/odrl.jsonld""#, plain),
            (#"["http://www.w3.org/ns/odrl.jsonld","urn:hansa:policy",{"ex":"http://example.org/"}]"#, plain),
            (#"["http://www.w3.org/ns/odrl.jsonld",{"odrl":"http://www.w3.org/ns/odrl/2/"}]"#, plain),
            (
                #"["http://www.w3.org/ns/odrl.jsonld",{"dc":"http://purl.org/dc/elements/1.1/"}]"#,
                plain + #","dc:title":"x""#
            ),
            (odrl, #""permission":{"@set":[\#(rule)]}"#),
            (odrl, #""permission":\#(rule)"#),
            (odrl, #""permission":[\#(rule)],"prohibition":[],"obligation":[]"#),
            (odrl, #""http://www.w3.org/ns/odrl/2/permission":[\#(rule)]"#),
            (
                #"["http://www.w3.org/ns/odrl.jsonld",{"o":"http://www.w3.org/ns/odrl/2/"}]"#,
                #""o:permission":{"@type":"o:Permission","o:target":{"@id":"did:ma:156.1301/divisions"},"o:assignee":{"uid":"did:ma:840.5363000"},"o:action":{"@id":"o:read"}}"#
            ),
            (odrl, plain + #","conflict":["prohibit"]"#),
            (odrl, plain + #","inheritFrom":[],"profile":[]"#),
            (odrl, plain + #","conflict":{"@id":"odrl:prohibit"}"#),
            (odrl, plain + #","profile":{"@id":"urn:hansa:policy"}"#),
            (odrl, plain + #","http://purl.org/dc/terms/title":"x","dct:description":{"en":"x","zh-Hans":"数据"}"#),
            (odrl, plain + #","dct:title":[{"@value":"x","@language":"en"},{"@value":"数据","@language":"zh"}]"#),
            (
                odrl,
                plain
                    + #","dct:creator":{"@type":"foaf:Agent","foaf:name":"x"},"dct:coverage":{"@id":"https://a.example/"}"#
            ),
            (odrl, plain + #","attributedParty":"did:ma:156.1301""#),
        ] as [(String, String)])
    func `every spelling of a policy is understood and means the same`(context: String, members: String) throws {
        let policy = try Policy(parsing: Self.document(context, members), format: .jsonld)
        #expect(PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()).isPermit)
        #expect(!PolicySet([policy]).evaluate(Fixture.request(action: "modify"), EvaluationState()).isPermit)
        #expect(!PolicySet([policy]).evaluate(Fixture.request(consumer: "MA.840.0667000"), EvaluationState()).isPermit)
    }

    @Test(
        arguments: [
            (#""Weather""#, "Weather"), (#"{"en":"Weather","zh":"天气"}"#, "Weather / 天气"),
            (#"{"@value":"天气","@language":"zh"}"#, "天气"), (#"[{"@value":"a","@language":"en"},"b"]"#, "a / b"),
            ("3", nil),
        ] as [(String, String?)])
    func `a title in several languages is shown in them`(title: String, shown: String?) throws {
        let document = Fixture.permission("", policy: #""title":\#(title),"#)
        #expect(try Policy(reading: document, format: .jsonld).title == shown)
    }

    @Test(arguments: ["title", "dct:title", "http://purl.org/dc/terms/title", "dcterms:description"])
    func `a title has any of its names`(name: String) throws {
        let document = Fixture.permission("", policy: #""\#(name)":"Weather","#)
        #expect(try Policy(reading: document, format: .jsonld).title == "Weather")
    }

    @Test(
        arguments: [
            #""@type":["Set","Policy"]"#, #""@type":"odrl:Policy""#, #""@type":"http://www.w3.org/ns/odrl/2/Policy""#,
            #""type":"http://www.w3.org/ns/odrl/2/Set""#,
        ] as [String])
    func `a type is read by each of its names`(type: String) throws {
        let text = #"{"@context":\#(Self.odrl),"@id":"urn:example:policy",\#(type),\#(Self.plain)}"#
        #expect(try Policy(parsing: Array(text.utf8), format: .jsonld).kind == .set)
    }

    /// Constraints that all say that the purpose is research.
    @Test(
        arguments: [
            #"{"leftOperand":["purpose"],"operator":["eq"],"rightOperand":["research"]}"#,
            #"{"leftOperand":{"@id":"odrl:purpose"},"operator":{"uid":"odrl:eq"},"rightOperand":{"@id":"research"}}"#,
            #"{"odrl:leftOperand":{"@id":"http://www.w3.org/ns/odrl/2/purpose"},"odrl:operator":"odrl:eq","odrl:rightOperand":"research"}"#,
            #"{"leftOperand":"purpose","operator":"eq","rightOperand":{"@value":"research","type":"xsd:string"}}"#,
            #"{"@type":"odrl:Constraint","leftOperand":"purpose","operator":"eq","rightOperand":"research","dataType":"xsd:string"}"#,
            #"{"@type":"LogicalConstraint","and":{"@list":[{"leftOperand":"purpose","operator":"eq","rightOperand":"research"},{"leftOperand":"purpose","operator":"neq","rightOperand":"else"}]}}"#,
        ] as [String])
    func `every spelling of a constraint is understood and means the same`(text: String) throws {
        let policy = try Policy(parsing: Fixture.constraint(text), format: .jsonld)
        let policies = PolicySet([policy])
        #expect(policies.evaluate(Fixture.request(), EvaluationState()).isPermit)
        #expect(!policies.evaluate(Fixture.request(purpose: "else"), EvaluationState()).isPermit)
    }

    /// Actions that all are to read.
    @Test(
        arguments: [
            #""odrl:read""#, #""http://www.w3.org/ns/odrl/2/read""#, #"{"@id":"odrl:read"}"#, #"{"uid":"odrl:read"}"#,
            #"{"rdf:value":{"@id":"odrl:read"}}"#, #"[{"rdf:value":[{"@id":"odrl:read"}]}]"#,
            #"{"@type":"Action","http://www.w3.org/1999/02/22-rdf-syntax-ns#value":{"@id":"odrl:read"}}"#,
        ] as [String])
    func `every spelling of an action is understood and means the same`(action: String) throws {
        let text = #""permission":[{"target":"did:ma:156.1301/divisions","action":\#(action)}]"#
        let policies = PolicySet([try Policy(parsing: Fixture.json(text), format: .jsonld)])
        #expect(policies.evaluate(Fixture.request(), EvaluationState()).isPermit)
        #expect(!policies.evaluate(Fixture.request(action: "modify"), EvaluationState()).isPermit)
    }

    /// Contexts under which the members do not say what they seem to.
    @Test(
        arguments: [
            ("[]", plain, "/@context"), ("{}", plain, "/@context"), ("null", plain, "/@context"),
            (#""urn:hansa:policy""#, plain, "/@context"),
            (#"{"ex":"http://example.org/"}"#, plain, "/@context"),
            (#"["http://www.w3.org/ns/odrl.jsonld",null]"#, plain, "/@context/1"),
            (#"["http://www.w3.org/ns/odrl.jsonld","http://example.org/more.jsonld"]"#, plain, "/@context/1"),
            (#"[\#(odrl),{"permission":"http://www.w3.org/ns/odrl/2/prohibition"}]"#, plain, "/@context/1/permission"),
            (#"[\#(odrl),{"permission":"http://example.org/ns#"}]"#, plain, "/@context/1/permission"),
            (#"[\#(odrl),{"read":"http://www.w3.org/ns/odrl/2/delete/"}]"#, plain, "/@context/1/read"),
            (#"[\#(odrl),{"title":"http://www.w3.org/ns/odrl/2/prohibition"}]"#, plain, "/@context/1/title"),
            (#"[\#(odrl),{"odrl":"http://example.org/"}]"#, plain, "/@context/1/odrl"),
            (#"[\#(odrl),{"did":"http://example.org/"}]"#, plain, "/@context/1/did"),
            (#"[\#(odrl),{"urn":"http://example.org/"}]"#, plain, "/@context/1/urn"),
            (#"[\#(odrl),{"@vocab":"http://example.org/"}]"#, plain, "/@context/1/@vocab"),
            (#"[\#(odrl),{"@base":"http://example.org/"}]"#, plain, "/@context/1/@base"),
            (#"[\#(odrl),{"ex":"http://example.org/p"}]"#, plain, "/@context/1/ex"),
            (#"[\#(odrl),{"ex":{"@id":"odrl:prohibition"}}]"#, plain, "/@context/1/ex"),
            (#"[\#(odrl),{"a":"b:x/","b":"http://example.org/"}]"#, plain, "/@context/1/b"),
            (#"[\#(odrl),{"b":"http://example.org/","a":"b:x/"}]"#, plain, "/@context/1/a"),
        ] as [(String, String, String)])
    func `a context that may give terms another meaning is refused, and permits nothing`(
        context: String, members: String, path: String
    ) throws {
        let bytes = Self.document(context, members)
        let policy = try Policy(reading: bytes, format: .jsonld)
        #expect(Set(policy.problems.filter { $0.severity == .error }.map(\.path)) == [path], "\(policy.problems)")
        #expect(!PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()).isPermit)
    }

    /// Descriptions that say of the policy, to whoever reads JSON-LD, what it does not seem to say.
    @Test(
        arguments: [
            #""dct:description":{"@id":"urn:example:policy","odrl:prohibition":{"target":"did:ma:156.1301/divisions","action":"use"}}"#,
            #""title":{"permission":{"target":"did:ma:156.1301/divisions","action":"use"}}"#,
            #""dct:relation":[{"@id":"urn:example:policy","conflict":"perm"}]"#,
            #""dct:relation":{"@id":"urn:example:policy","@type":"Offer"}"#,
            #""dct:relation":{"@id":"urn:example:policy","dct:isReplacedBy":"urn:example:other"}"#,
            #""dct:relation":{"@graph":[]}"#, #""dct:relation":{"@reverse":{"odrl:permission":"urn:example:other"}}"#,
        ] as [String])
    func `a description that holds more than one is refused, and permits nothing`(text: String) throws {
        let policy = try Policy(reading: Self.document(Self.odrl, Self.plain + "," + text), format: .jsonld)
        #expect(policy.problems.map(\.message).contains { $0.hasSuffix("holds more than a description") })
        #expect(!PolicySet([policy]).evaluate(Fixture.request(), EvaluationState()).isPermit)
    }
}
