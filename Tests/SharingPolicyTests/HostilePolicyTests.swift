import Testing

@testable import SharingPolicy

/// Documents that say more, less or something else than they seem to; each is refused at a place, and permits nothing more.
@Suite struct HostilePolicyTests {
    private static func errors(_ bytes: [UInt8]) throws -> [String] {
        try Policy(reading: bytes, format: .jsonld).problems.filter { $0.severity == .error }.map(\.path)
    }

    /// Constraints under which nobody may do anything, and where in each the problem is.
    @Test(
        arguments: [
            (
                #"{"leftOperand":"purpose","operator":"eq","rightOperand":{"@value":"research","@language":5}}"#,
                "/rightOperand"
            ),
            (
                #"{"leftOperand":"purpose","operator":"eq","rightOperand":{"@value":"research","@type":"xsd:string","@language":"en"}}"#,
                "/rightOperand"
            ),
            (#"{"leftOperand":"purpose","operator":"eq","rightOperand":"research","dataType":5}"#, "/dataType"),
            (#"{"leftOperand":"purpose","operator":"eq","rightOperand":"research","dataType":{"x":1}}"#, "/dataType"),
            (
                #"{"leftOperand":"purpose","operator":"eq","rightOperand":{"@value":"research","@type":"xsd:string"},"dataType":"urn:a:b"}"#,
                "/rightOperand"
            ),
            (
                #"{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2027-01-01","@type":"xsd:date"},"dataType":"xsd:dateTime"}"#,
                "/rightOperand"
            ),
            (#"{"@type":"Prohibition","leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#, "/@type"),
            (
                #"{"@type":"LogicalConstraint","leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#,
                "/@type"
            ),
            (#"{"@type":5,"leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#, "/@type"),
            (#"{"@type":"ex:Mine","leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#, "/@type"),
            (#"{"@type":"Duty","or":[\#(holds),\#(holds)]}"#, "/@type"),
            (#"{"or":[\#(holds),\#(holds)],"status":1}"#, ""),
            (#"{"or":[\#(holds),\#(holds)],"rightOperandReference":"urn:a:b"}"#, ""),
            (#"{"or":[\#(holds),\#(holds)],"unit":"urn:a:b"}"#, ""),
            (#"{"leftOperand":"рurpose","operator":"eq","rightOperand":"research"}"#, "/leftOperand"),
            (#"{"leftOperand":"purpose","operator":"EQ","rightOperand":"research"}"#, "/operator"),
            (#"{"leftOperand":"purpose","operator":"isPartOf","rightOperand":["research","b"]}"#, "/rightOperand"),
            (#"{"leftOperand":"purpose","operator":"hasPart","rightOperand":["research","b"]}"#, "/rightOperand"),
            (#"{"leftOperand":"purpose","operator":"isA","rightOperand":["research","b"]}"#, "/rightOperand"),
            (#"{"leftOperand":"purpose","operator":"isNoneOf","rightOperand":[]}"#, "/rightOperand"),
            (#"{"leftOperand":"hansa:payloadSize","operator":"lteq","rightOperand":5,"unit":"\#u{212A}iB"}"#, "/unit"),
        ] as [(String, String)])
    func `a constraint that means something else is refused, and permits nothing`(text: String, path: String) throws {
        let bytes = Fixture.constraint(text)
        #expect(try Self.errors(bytes) == ["/permission/0/constraint/0" + path])
        #expect(try !Fixture.decide([bytes], Fixture.request(size: 1)).isPermit)
    }

    private static let holds = #"{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#

    @Test(arguments: [#""urn:example:c""#, #"{"@id":"urn:example:c"}"#, #"{"and":[{"uid":"urn:example:c"}]}"#])
    func `a constraint that is only named is missed by its name, and permits nothing`(text: String) throws {
        let bytes = Fixture.constraint(text)
        let errors = try Policy(reading: bytes, format: .jsonld).problems.filter { $0.severity == .error }
        #expect(errors.map(\.message) == ["the constraint `urn:example:c` is not in the document"])
        #expect(try !Fixture.decide([bytes], Fixture.request()).isPermit)
    }

    @Test func `constraints of one name under one operand are refused`() throws {
        let one = #"{"uid":"urn:example:c","leftOperand":"purpose","operator":"eq","rightOperand":"research"}"#
        #expect(
            try Self.errors(Fixture.constraint(#"{"xone":[\#(one),\#(one)]}"#)) == ["/permission/0/constraint/0/xone"])
    }

    /// Members of a permission, the place of the problem each has, and whether the permission is narrower and stands.
    @Test(
        arguments: [
            (#""target":"did:ma:156.1301/divisions","assignee":[],"action":"read""#, "/assignee", false),
            (#""target":"did:ma:156.1301/divisions","assignee":null,"action":"read""#, "/assignee", false),
            (#""target":"did:ma:156.1301/divisions","assignee":"odrl:All","action":"read""#, "/assignee", false),
            (
                #""target":"did:ma:156.1301/divisions","assignee":{"uid":"did:ma:840.5363000","assigneeOf":"urn:a:b"},"action":"read""#,
                "/assignee/assigneeOf", false
            ),
            (#""target":[],"action":"read""#, "/target", false),
            (#""target":"did:ma:156.1301/divisions","action":[]"#, "/action", false),
            (
                #""target":{"uid":"did:ma:156.1301/divisions","hasPolicy":"urn:example:policy"},"action":"read""#,
                "/target/hasPolicy", false
            ),
            (#""target":{"uid":"did:ma:156.1301/divisions","partOf":5},"action":"read""#, "/target/partOf", true),
            (#""target":{"uid":"did:ma:156.1301/divisions","@type":"Party"},"action":"read""#, "/target/@type", false),
            (#""target":"did:ma:156.1301/divisions","relation":"urn:a:b","action":"read""#, "/relation", false),
            (#""target":"did:ma:156.1301/divisions","function":{"@id":"urn:a:b"},"action":"read""#, "/function", false),
            (#""target":"did:ma:156.1301/divisions","output":5,"action":"read""#, "/output", true),
            (#""target":"did:ma:156.1301/divisions","informedParty":[5],"action":"read""#, "/informedParty/0", true),
            (
                #""target":"did:ma:156.1301/divisions","action":{"@id":"odrl:read","refinement":\#(holds)}"#, "/action",
                true
            ),
            (
                #""target":{"uid":"did:ma:156.1301/divisions","refinement":\#(holds)},"action":"read""#, "/target/uid",
                true
            ),
            (
                #""target":"did:ma:156.1301/divisions","action":{"@type":"Duty","rdf:value":{"@id":"odrl:read"}}"#,
                "/action/@type", false
            ),
            (
                #""target":"did:ma:156.1301/divisions","action":{"rdf:value":{"@id":"odrl:read"},"value":"odrl:use"}"#,
                "/action", false
            ),
            (
                #""target":"did:ma:156.1301/divisions","action":{"@id":"odrl:read","includedIn":{"@id":"odrl:transfer"}}"#,
                "/action/includedIn", false
            ),
            (#""target":"did:ma:156.1301/divisions","action":"reаd""#, "/action", false),
            (#""uid":"urn:example:policy","target":"did:ma:156.1301/divisions","action":"read""#, "/uid", false),
            (#""uid":["urn:example:p"],"target":"did:ma:156.1301/divisions","action":"read""#, "/uid", false),
            (#""odrl:type":"Permission","target":"did:ma:156.1301/divisions","action":"read""#, "/odrl:type", false),
            (#""odrl:@type":"Permission","target":"did:ma:156.1301/divisions","action":"read""#, "/odrl:@type", false),
            (#""uid":"urn:example:\#u{202E}p","target":"did:ma:156.1301/divisions","action":"read""#, "/uid", true),
            (#""uid":"urn:example:\#u{200B}p","target":"did:ma:156.1301/divisions","action":"read""#, "/uid", true),
            (#""uid":"urn:example:{p}","target":"did:ma:156.1301/divisions","action":"read""#, "/uid", true),
        ] as [(String, String, Bool)])
    func `a permission that means something else is refused`(members: String, path: String, stands: Bool) throws {
        let bytes = Fixture.json(#""permission":[{\#(members)}]"#)
        #expect(try Self.errors(bytes) == ["/permission/0" + path])
        #expect(try Fixture.decide([bytes], Fixture.request()).isPermit == stands)
    }

    @Test func `a refinement holds for the collection it is taken from, whatever else names it`() throws {
        let refined =
            #"{"@type":"AssetCollection","uid":"urn:example:part","source":"did:ma:156.1301/divisions","refinement":\#(Self.holds)}"#
        let prohibition = Fixture.json(#""prohibition":[{"target":\#(refined),"action":"read"}]"#)
        #expect(try Self.errors(prohibition) == ["/prohibition/0/target/uid"])
        #expect(try !Fixture.decide([Fixture.permission(""), prohibition], Fixture.request()).isPermit)
    }

    @Test func `a collection may be part of another that is written out`() throws {
        let target =
            #"{"uid":"did:ma:156.1301/divisions","partOf":{"@type":"AssetCollection","uid":"urn:example:a","partOf":["urn:example:b"]}}"#
        let bytes = Fixture.json(
            #""conflict":"prohibit","permission":[{"target":\#(target),"action":"use"}],"prohibition":[{"target":"urn:example:b","action":"modify"}]"#
        )
        #expect(try Self.errors(bytes).isEmpty)
        #expect(try Fixture.decide([bytes], Fixture.request()).isPermit)
        #expect(try !Fixture.decide([bytes], Fixture.request(action: "modify")).isPermit)
    }

    @Test func `a cycle of many collections is told in few words`() throws {
        let targets = (0..<50).map { #"{"uid":"urn:example:\#($0)","partOf":"urn:example:\#(($0 + 1) % 50)"}"# }
        let bytes = Fixture.json(#""permission":[{"target":[\#(targets.joined(separator: ","))],"action":"read"}]"#)
        let errors = try Policy(reading: bytes, format: .jsonld).problems.filter { $0.severity == .error }
        #expect(
            errors.map(\.message) == [
                "collections contain themselves: `urn:example:0`, `urn:example:1`, `urn:example:10` and 47 more"
            ])
    }

    /// Duties of two permissions, and whether they may stand together.
    @Test(
        arguments: [
            (#"{"uid":"urn:example:d","action":"inform"}"#, #"{"uid":"urn:example:d","action":"inform"}"#, true),
            (#"{"uid":"urn:example:d","action":"inform"}"#, #"{"@id":"urn:example:d"}"#, true),
            (#"{"uid":"urn:example:d","action":"inform"}"#, #"{"uid":"urn:example:d","action":"compensate"}"#, false),
            (#"{"uid":"urn:example:q","action":"inform"}"#, #"{"action":"inform"}"#, false),
            (
                #"{"uid":"urn:example:d","action":"inform","consequence":{"@id":"urn:example:e"}}"#,
                #"{"uid":"urn:example:e","action":"compensate","consequence":{"action":"delete"}}"#, false
            ),
            (
                #"{"uid":"urn:example:d","action":"inform","consequence":{"@id":"urn:example:e"}}"#,
                #"{"uid":"urn:example:e","action":"compensate"}"#, true
            ),
            (
                #"{"uid":"urn:example:d","action":"inform","consequence":{"@id":"urn:example:d"}}"#,
                #"{"action":"inform"}"#, false
            ),
        ] as [(String, String, Bool)])
    func `one name is one duty, and a consequence has none of its own`(first: String, second: String, isRight: Bool)
        throws
    {
        let rule = #""target":"did:ma:156.1301/divisions","action":"read""#
        let bytes = Fixture.json(
            #""permission":[{\#(rule),"duty":\#(first)},{"uid":"urn:example:q",\#(rule),"duty":\#(second)}]"#)
        #expect(try Self.errors(bytes).isEmpty == isRight)
    }

    @Test func `an obligation of an Agreement has its parties too`() throws {
        let permission =
            #"{"target":"did:ma:156.1301/x","action":"read","assigner":"did:ma:156.1301","assignee":"did:ma:840.5363000"}"#
        let text =
            #"{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Agreement","uid":"urn:example:policy","permission":\#(permission),"obligation":{"action":"inform"}}"#
        #expect(try Self.errors(Array(text.utf8)) == ["/obligation", "/obligation"])
    }
}
