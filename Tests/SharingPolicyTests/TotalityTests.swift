import CityIdentity
import StrictJSON
import Testing

@testable import SharingPolicy

/// Whatever a document says, it is read, refused or denied; nothing fails, and what is not understood permits nothing.
@Suite struct TotalityTests {
    private static let words = [
        "read", "use", "permission", "constraint", "leftOperand", "odrl:count", "hansa:volume", "hansa:consumerShares",
        "isAllOf", "lteq", "did:ma:156.1301/divisions", "did:ma:840.5363000", "MA.840", "2026-11-22", "08:00:00+08:00",
        "P1Y2M", "-1e999", "", "\u{0}", "石家庄", "_:b0", "xsd:dateTime", "http://", "hansa:MBPerDay", "hansa:redact",
    ]

    /// A document in which some values are others.
    private static func mutated(_ value: JSONValue, _ generator: inout PropertyTests.Generator) -> JSONValue {
        if generator.chance(6) { return noise(&generator, depth: 0) }
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.filter { _ in !generator.chance(4) }.map { member in
                        (generator.chance(4) ? generator.pick(words) : member.name, mutated(member.value, &generator))
                    }))
        case .array(let elements):
            return .array(
                elements.flatMap { Array(repeating: mutated($0, &generator), count: generator.chance(5) ? 2 : 1) })
        default: return value
        }
    }

    private static func noise(_ generator: inout PropertyTests.Generator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth < 3 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(generator.chance(50))
        case 2: .number(JSONNumber(Int.random(in: -9...9, using: &generator)))
        case 3, 4: .string(generator.pick(words))
        case 5: .array((0..<Int.random(in: 0...3, using: &generator)).map { _ in noise(&generator, depth: depth + 1) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                        (generator.pick(words), noise(&generator, depth: depth + 1))
                    }))
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `documents that say anything are decided on, explained and analysed`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 10 << 40)
        let rules = { (kind: Rule.Kind, generator: inout PropertyTests.Generator) in
            generator.rules(kind, upTo: 3).joined(separator: ",")
        }
        let text = Fixture.json(
            #""conflict":"prohibit","permission":[\#(rules(.permission, &generator))],"prohibition":[\#(rules(.prohibition, &generator))],"obligation":[\#(rules(.obligation, &generator))]"#
        )
        let document = Self.mutated(try JSONValue(parsing: text), &generator)
        let policy: Policy
        do { policy = try Policy(reading: document.bytes, format: .jsonld) } catch {
            #expect(error.code == .malformedDocument)
            return
        }
        let policies = PolicySet([policy])
        for _ in 0..<5 {
            let decision = policies.evaluate(generator.request(), EvaluationState { $0.measure == .uses ? 1 : nil })
            #expect(!decision.explanation.isEmpty)
            #expect(!decision.isPermit || (policy.defect == nil && decision.policyHash == policy.hash))
        }
        _ = policy.checkForProposal(by: nil)
        _ = policies.conflicts(budget: 2_000)
        _ = policies.compared(with: PolicySet(), near: Fixture.noon, budget: 2_000)
        _ = policies.changes(from: PolicySet(), near: Fixture.noon, budget: 2_000)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `bytes of any kind are a document or a reason`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 11 << 40)
        var bytes = Fixture.permission("")
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        for format in Policy.Format.allCases {
            do {
                let decision = PolicySet([try Policy(reading: bytes, format: format)])
                    .evaluate(Fixture.request(), EvaluationState())
                #expect(!decision.summary.isEmpty)
            } catch { #expect(!error.description.isEmpty) }
        }
    }
}
