import CityIdentity
import StrictJSON
import Testing

@testable import SharingPolicy

/// What must hold of every policy and request, over many made by a seeded generator.
@Suite struct PropertyTests {
    /// A splitmix64, so that a failure can be repeated by its seed.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &self)]
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

        mutating func constraint(depth: Int = 0) -> String {
            if depth < 2, chance(30) {
                let parts = (0..<Int.random(in: 1...3, using: &self)).map { _ in constraint(depth: depth + 1) }
                return "{\"\(pick(["and", "or", "xone", "andSequence"]))\":[\(parts.joined(separator: ","))]}"
            }
            let set = ["isAnyOf", "isNoneOf", "isAllOf"]
            return pick([
                #"{"leftOperand":"purpose","operator":"\#(pick(["eq", "neq", "isA"] + set))","rightOperand":"\#(pick(["research", "other"]))"}"#,
                #"{"leftOperand":"dateTime","operator":"\#(pick(["lt", "gteq", "eq", "neq"]))","rightOperand":"\#(pick(["2026-01-01T00:00:00Z", "2026-11-22", "2027-01-01T00:00:00Z"]))"}"#,
                #"{"leftOperand":"count","operator":"\#(pick(["lteq", "gt"]))","rightOperand":\#(pick(["1", "2", "5"]))}"#,
                #"{"leftOperand":"event","operator":"eq","rightOperand":"urn:example:flood"}"#,
                #"{"leftOperand":"nonsense","operator":"eq","rightOperand":1}"#,
                #"{"leftOperand":"recipient","operator":"isPartOf","rightOperand":"did:ma:\#(pick(["840", "156"]))"}"#,
            ])
        }

        mutating func rule(_ kind: Rule.Kind) -> String {
            var members: [String] = []
            if chance(90) {
                members.append(#""target":"did:ma:156.1301/\#(pick(["divisions", "divisions", "other"]))""#)
            }
            if chance(90) { members.append(#""action":"\#(pick(["read", "use", "modify", "transfer", "nonsense"]))""#) }
            if chance(60) {
                members.append(#""assignee":"did:ma:\#(pick(["840.5363000", "840.0667000", "840.5363000.01"]))""#)
            }
            if chance(60) { members.append(#""constraint":[\#(constraint())]"#) }
            if kind == .permission, chance(30) {
                members.append(
                    #""duty":[{"action":{"rdf:value":{"@id":"hansa:redact"},"refinement":{"leftOperand":"hansa:field","operator":"isAnyOf","rightOperand":["\#(pick(["/a", "/b"]))"]}}}]"#
                )
            }
            return "{\(members.joined(separator: ","))}"
        }

        mutating func rules(_ kind: Rule.Kind, upTo limit: Int) -> [String] {
            (0..<Int.random(in: 0...limit, using: &self)).map { _ in rule(kind) }
        }

        mutating func request() -> AccessRequest {
            Fixture.request(
                consumer: pick(["MA.840.5363000", "MA.840.5363000.01", "MA.840.0667000"]),
                action: pick(["read", "write", "use", "sell", "urn:example:x"]),
                purpose: pick(["research", "other", nil]),
                time: pick(["2025-06-01T00:00:00Z", "2026-11-22T12:00:00Z", "2027-06-01T00:00:00Z"]))
        }
    }

    private static func policy(_ permissions: [String], _ prohibitions: [String], conflict: String) -> [UInt8] {
        Fixture.json(
            #""conflict":"\#(conflict)","permission":[\#(permissions.joined(separator: ","))],"prohibition":[\#(prohibitions.joined(separator: ","))]"#
        )
    }

    private static let state = EvaluationState { query in query.party.text.hasSuffix("01") ? nil : 1 }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `adding a prohibition never permits more, and the order of rules never matters`(seed: UInt64) throws {
        var generator = Generator(state: seed)
        let permissions = generator.rules(.permission, upTo: 4)
        let prohibitions = generator.rules(.prohibition, upTo: 2)
        let conflict = generator.pick(["perm", "prohibit", "invalid"])
        let other = Self.policy(
            generator.rules(.permission, upTo: 2), generator.rules(.prohibition, upTo: 1), conflict: "perm")
        let added = generator.rule(.prohibition)
        for _ in 0..<4 {
            let request = generator.request()
            func decide(_ permissions: [String], _ prohibitions: [String]) throws -> Decision {
                try Fixture.decide(
                    [other, Self.policy(permissions, prohibitions, conflict: conflict)], request, state: Self.state)
            }
            let before = try decide(permissions, prohibitions)
            let after = try decide(permissions, prohibitions + [added])
            #expect(before.isPermit || !after.isPermit, "seed \(seed): \(after.explanation)")
            let shuffled = try decide(permissions.shuffled(using: &generator), prohibitions.shuffled(using: &generator))
            #expect(shuffled.outcome == before.outcome && shuffled.duties == before.duties, "seed \(seed)")
            #expect(shuffled.reason == before.reason, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `the decision agrees with the report on its rules`(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 1 << 40)
        let bytes = Self.policy(
            generator.rules(.permission, upTo: 4), generator.rules(.prohibition, upTo: 2), conflict: "prohibit")
        let policies = PolicySet([try Policy(reading: bytes, format: .jsonld)])
        let request = generator.request()
        let decision = policies.evaluate(request, Self.state)
        let rules = policies.report(request, Self.state).policies.flatMap(\.rules)
        let isPermitted = rules.contains { $0.kind == .permission && $0.isActive }
        let isProhibited = rules.contains { $0.kind == .prohibition && $0.isActive }
        #expect(decision.isPermit == (isPermitted && !isProhibited), "seed \(seed): \(decision.explanation)")
        #expect(
            rules.allSatisfy { $0.isActive == $0.reasons.isEmpty || $0.defect != nil || $0.kind == .prohibition },
            "seed \(seed)")
    }

    /// What the analysis says of a policy is what evaluating it shows, over every request the generator knows.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func `where the analysis sees no conflict no request meets one`(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 2 << 40)
        let bytes = Self.policy(
            generator.rules(.permission, upTo: 2), generator.rules(.prohibition, upTo: 2), conflict: "invalid")
        let policies = PolicySet([try Policy(reading: bytes, format: .jsonld)])
        let conflict = policies.conflict(Self.state)
        let found = (0..<200).contains { _ in policies.evaluate(generator.request(), Self.state).reason == .conflict }
        #expect(!found || conflict != .none, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
    }
}
