import StrictJSON
import Testing

@testable import SharingPolicy

/// How the duties that the gateway performs are written, combined and compared.
@Suite struct DutyReadingTests {
    private static func document(_ action: String) -> [UInt8] {
        Fixture.json(
            #""permission":[{"target":"did:ma:156.1301/divisions","action":"read","duty":[{"action":\#(action)}]}]"#)
    }

    private static func action(_ name: String, _ refinements: String) -> String {
        #"{"rdf:value":{"@id":"hansa:\#(name)"},"refinement":[\#(refinements)]}"#
    }

    private static func refinement(_ left: String, _ comparator: String, _ right: String) -> String {
        #"{"leftOperand":"hansa:\#(left)","operator":"\#(comparator)","rightOperand":\#(right)}"#
    }

    private static let field = refinement("field", "isAnyOf", #"["/a","/b"]"#)
    private static let alike = refinement("alike", "isAllOf", #"["/a","/*/b"]"#)

    /// An action and what it is in words.
    @Test(arguments: [
        (action("redact", field), "redact `/a`, `/b`"),
        (action("keepFields", refinement("field", "eq", #""/a""#)), "pass on no fields but `/a`"),
        (
            action("coarsen", field + "," + refinement("decimals", "lteq", "2")),
            "coarsen `/a`, `/b` to multiples of 0.01"
        ),
        (
            action("coarsen", refinement("step", "eq", #""0.25""#) + "," + field),
            "coarsen `/a`, `/b` to multiples of 0.25"
        ),
        (
            action("coarsen", field + "," + refinement("step", "eq", #"{"@value":"50","@type":"xsd:integer"}"#)),
            "coarsen `/a`, `/b` to multiples of 50"
        ),
        (action("coarsen", field + "," + refinement("precision", "eq", #""hour""#)), "coarsen `/a`, `/b` to the hour"),
        (action("coarsen", refinement("positionDecimals", "lteq", "1")), "coarsen positions to 1 decimal"),
        (
            action("suppressBelow", field + "," + refinement("cases", "gteq", "5")),
            "withhold rows whose `/a`, `/b` is below 5"
        ),
        (
            action(
                "suppressBelow",
                refinement("alike", "isAllOf", #"["/*/a","/b"]"#) + "," + refinement("rows", "gteq", "5")),
            "withhold rows unless at least 5 are alike in `/*/a`, `/b`"
        ),
        (
            action("limitRows", refinement("rows", "lteq", #"{"@value":3,"@type":"xsd:integer"}"#)),
            "pass on at most 3 rows"
        ),
    ])
    func `a duty is read with its refinements`(action: String, expected: String) throws {
        let policy = try Policy(parsing: Self.document(action), format: .jsonld)
        let decision = try Fixture.decide([Self.document(action)], Fixture.request())
        #expect(policy.problems.isEmpty)
        #expect(decision.duties.map(\.description) == [expected])
        #expect(
            decision.explanation.hasSuffix("duty, performed by the gateway: \(expected)"), "\(decision.explanation)")
        #expect(decision.json["duties"]?.array?.count == 1)
        #expect(decision.explanation.contains(expected))
    }

    @Test(arguments: [
        #""hansa:coarsen""#, action("redact", field + "," + field), action("redact", refinement("rows", "lteq", "1")),
        action("redact", field + "," + refinement("rows", "lteq", "1")), action("keepFields", ""),
        action("coarsen", field), action("coarsen", refinement("decimals", "lteq", "2")),
        action("coarsen", field + "," + refinement("decimals", "eq", "2")),
        action("coarsen", field + "," + refinement("decimals", "lteq", "13")),
        action("coarsen", field + "," + refinement("decimals", "lteq", "-1")),
        action("coarsen", field + "," + refinement("step", "eq", "0")),
        action("coarsen", field + "," + refinement("step", "gteq", "5")),
        action("coarsen", field + "," + refinement("precision", "eq", #""week""#)),
        action("coarsen", field + "," + refinement("positionDecimals", "lteq", "1")),
        action("coarsen", field + "," + refinement("step", "eq", "5") + "," + refinement("decimals", "lteq", "1")),
        action("suppressBelow", field + "," + refinement("cases", "lteq", "5")),
        action("suppressBelow", field + "," + refinement("cases", "gteq", "0")),
        action("suppressBelow", refinement("cases", "gteq", "5")),
        action("suppressBelow", field + "," + refinement("rows", "gteq", "5")), action("suppressBelow", alike),
        action("suppressBelow", alike + "," + refinement("rows", "gteq", "1")),
        action("suppressBelow", alike + "," + refinement("rows", "lteq", "5")),
        action("suppressBelow", alike + "," + refinement("cases", "gteq", "5")),
        action("suppressBelow", alike + "," + field + "," + refinement("rows", "gteq", "5")),
        action(
            "suppressBelow", refinement("alike", "isAnyOf", #"["/a"]"#) + "," + refinement("rows", "gteq", "5")),
        action(
            "suppressBelow", refinement("alike", "isAllOf", #"["/*/a/*"]"#) + "," + refinement("rows", "gteq", "5")),
        action("redact", alike), action("limitRows", alike + "," + refinement("rows", "lteq", "5")),
        action("limitRows", refinement("rows", "lteq", "1.5")),
        action("limitRows", refinement("rows", "lteq", "[1,2]")),
        action("limitRows", refinement("cases", "gteq", "5")),
        action("redact", #"{"leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["/a"],"unit":"x"}"#),
        #"{"rdf:value":{"@id":"hansa:redact"},"refinement":\#(field),"except":"/b"}"#,
        #"{"rdf:value":{"@id":"hansa:redact"},"value":"hansa:limitRows","refinement":\#(field)}"#,
    ])
    func `what is not understood of a duty is refused, and permits nothing`(action: String) throws {
        let error = #expect(throws: PolicyError.self) {
            try Policy(parsing: Self.document(action), format: .jsonld)
        }
        #expect(error?.code == .refused)
        #expect(error?.problems.allSatisfy { $0.path.hasPrefix("/permission/0/duty/0") } == true)
        #expect(!(try Fixture.decide([Self.document(action)], Fixture.request())).isPermit)
    }

    /// Members of a document, whether it may be proposed, and whether it permits.
    @Test(arguments: [
        (#"{"action":["hansa:notify","hansa:credit"]}"#, true, true),
        (#"{"action":["hansa:notify","inform"]}"#, false, false),
        (#"{"action":["hansa:notify","hansa:redact"]}"#, false, false),
        (#"{"action":["inform","attribute"]}"#, true, false),
    ])
    func `several actions of one duty are performed alike`(duty: String, isProposable: Bool, isPermit: Bool) throws {
        let bytes = Fixture.permission("\"duty\":[\(duty)]")
        #expect(try Policy(reading: bytes, format: .jsonld).isProposable == isProposable)
        #expect(try Fixture.decide([bytes], Fixture.request()).isPermit == isPermit)
    }

    @Test(arguments: ["permission", "prohibition", "obligation"])
    func `what the gateway does is no rule of its own`(kind: String) throws {
        let bytes = Fixture.json(#""\#(kind)":[{"target":"did:ma:156.1301/x","action":"hansa:redact"}]"#)
        let policy = try Policy(reading: bytes, format: .jsonld)
        #expect(policy.problems.map(\.path) == ["/\(kind)/0/action"])
    }

    @Test(arguments: [true, false])
    func `a next policy is owed, and must be named`(isNamed: Bool) throws {
        let target = isNamed ? #","target":"urn:example:next""# : ""
        let bytes = Fixture.permission(#""duty":[{"action":"nextPolicy"\#(target)}]"#)
        let decision = try Fixture.decide([bytes], Fixture.request())
        #expect(decision.isPermit == isNamed)
        #expect(((try? Policy(parsing: bytes, format: .jsonld)) != nil) == isNamed)
        guard isNamed else { return }
        #expect(decision.obligations.map(\.action.short) == ["nextPolicy"])
        #expect(decision.obligations.first?.summary.contains("urn:example:next") == true)
    }

    // MARK: Of several permissions

    private static func samples() throws -> [ResponseDuties] {
        let (a, b) = (try JSONPointer("/a"), try JSONPointer("/b"))
        let steps = try ["1", "2", "3", "4", "0.5"].map { Coarsening.numbers(try #require(Step(parsing: $0))) }
        let coarsenings = steps + [.times(.day), .times(.hour)]
        let single: [[GatewayDuty]] =
            [
                [], [.redact([a])], [.redact([a, b])], [.keepFields([a])], [.keepFields([a, b])], [.limitRows(1)],
                [.limitRows(9)], [.suppressBelow([a], 5)], [.suppressBelow([a], 6)], [.suppressBelow([b], 5)],
                [.suppressUnlike([a], 2)], [.suppressUnlike([a, b], 2)], [.suppressUnlike([b], 3)],
                [.coarsenPositions(decimals: 1)], [.coarsenPositions(decimals: 2)],
            ] + coarsenings.map { [.coarsen([a], $0)] }
        return single.map { ResponseDuties($0) }
    }

    @Test func `both together are as strict as each, and comparing is an order`() throws {
        let samples = try Self.samples()
        for left in samples {
            #expect(left.isAtMostAsStrict(as: left))
            #expect(ResponseDuties(left.duties) == left)
            for right in samples {
                let union = left.union(right)
                #expect(union == right.union(left))
                #expect(left.isAtMostAsStrict(as: union), "\(left.duties) \(right.duties)")
                if left.isAtMostAsStrict(as: right), right.isAtMostAsStrict(as: left) { #expect(left == right) }
                for third in samples where left.isAtMostAsStrict(as: right) && right.isAtMostAsStrict(as: third) {
                    #expect(left.isAtMostAsStrict(as: third))
                }
            }
        }
    }

    @Test func `steps become their common multiple, and a number and a time nothing`() throws {
        let a = try JSONPointer("/a")
        let (two, three) = (try #require(Step(parsing: "2")), try #require(Step(parsing: "3")))
        let numbers = ResponseDuties([.coarsen([a], .numbers(two)), .coarsen([a], .numbers(three))])
        #expect(numbers.duties.map(\.description) == ["coarsen `/a` to multiples of 6"])
        let mixed = ResponseDuties([.coarsen([a], .numbers(two)), .coarsen([a], .times(.day))])
        #expect(mixed.duties.map(\.description) == ["redact `/a`"])
    }

    @Test func `of more lists than are told apart less goes out`() throws {
        let pointers = try (0..<40).map { try JSONPointer("/f\($0)") }
        let kept = ResponseDuties(pointers.map { .keepFields([$0, pointers[0]]) })
        #expect(kept.keptFields.count <= ResponseDuties.maximumLists)
        let output = try ResponseEditor(kept).edit(Array(#"{"f0":1,"f1":2}"#.utf8), mediaType: "application/json")
        #expect(String(decoding: output, as: UTF8.self) == #"{"f0":1}"#)
        #expect(ResponseDuties(pointers.map { .suppressBelow([$0], 5) }).rowLimit == 0)
    }
}
