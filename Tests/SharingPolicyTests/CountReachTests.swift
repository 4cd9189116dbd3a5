import CityIdentity
import Testing

@testable import SharingPolicy

/// How far a rule's own counts get, against requests made one after the other of which those let through are counted.
@Suite struct CountReachTests {
    private static func policy(_ generator: inout PropertyTests.Generator) throws -> PolicySet {
        let conditions = (0..<Int.random(in: 1...3, using: &generator)).map { _ in generator.countCondition() }
        return PolicySet([
            try Policy(parsing: Fixture.constraint(conditions.joined(separator: ",")), format: .jsonld)
        ])
    }

    /// What one rule let through, with how long ago.
    private struct Passed {
        var entries: [(time: Timestamp, bytes: UInt64)] = []

        func state() -> EvaluationState {
            let entries = entries
            return EvaluationState { query in
                entries.reduce(0) { sum, entry in
                    guard query.since.map({ entry.time > $0 }) ?? true else { return sum }
                    return sum + (query.measure == .uses ? 1 : entry.bytes)
                }
            }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `what is let through in truth is not left out, and what is left out is not let through`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 47 << 40)
        let policies = try Self.policy(&generator)
        let reached = policies.withReachedCounts
        var isEverPermitted = false
        for _ in 0..<8 {
            var passed = Passed()
            var time = Fixture.noon
            for _ in 0..<20 {
                time = time.adding(milliseconds: generator.pick([1000, 1000, 1000, 3_700_000, 90_000_000]))
                let request = AccessRequest(
                    consumer: Fixture.seattle, dataset: Fixture.dataset("MA.156.1301/divisions"), action: "read",
                    purpose: generator.pick(["research", nil]), time: time)
                let state = passed.state()
                let isPermitted = policies.evaluate(request, state).isPermit
                #expect(reached.evaluate(request, state).isPermit == isPermitted, "seed \(seed)")
                guard isPermitted else { continue }
                isEverPermitted = true
                passed.entries.append((time, generator.pick([0, 1, 3, 5])))
            }
        }
        // What was never let through in so many requests is said to be so; conditions that are no counts may be anything
        // for the counts, also where they contradict one another.
        let isNever = policies.compared(with: PolicySet(), near: Fixture.noon).relation == .equal
        let document = String(decoding: policies.policies[0].bytes, as: UTF8.self)
        #expect(!isNever || !isEverPermitted, "seed \(seed): \(document)")
        #expect(isNever || isEverPermitted || document.contains("purpose"), "seed \(seed): \(document)")
    }

    @Test func `a gain that no count reaches is none`() throws {
        func policy(_ constraint: String) throws -> PolicySet {
            PolicySet([try Policy(parsing: Fixture.constraint(constraint), format: .jsonld)])
        }
        func count(_ comparison: String, _ value: Int) -> String {
            #"{"leftOperand":"count","operator":"\#(comparison)","rightOperand":\#(value),"unit":"perDay"}"#
        }
        let (third, second, two) = (
            try policy(count("eq", 3)), try policy(count("neq", 3)), try policy(count("lteq", 2))
        )
        #expect(third.changes(from: PolicySet(), near: Fixture.noon).changes.isEmpty)
        #expect(second.compared(with: two, near: Fixture.noon).relation == .equal)
        #expect(
            second.changes(from: PolicySet(), near: Fixture.noon).changes.map(\.conditions)
                == [["the first 2 times within a day"]])
    }
}

extension PropertyTests.Generator {
    fileprivate mutating func countCondition(depth: Int = 0) -> String {
        func made(_ operand: String, _ comparison: String, _ value: String, _ unit: String?) -> String {
            let unit = unit.map { ",\"unit\":\"\($0)\"" } ?? ""
            return #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)\#(unit)}"#
        }
        if depth == 0, chance(30) {
            return
                #"{"\#(pick(["or", "and", "xone"]))":[\#(countCondition(depth: 1)),\#(countCondition(depth: 1))]}"#
        }
        return pick([
            made(
                "count", pick(["lteq", "lt", "eq", "neq", "gt", "gteq"]), pick(["1", "2", "4"]),
                pick(["perHour", "perDay", nil])),
            made("hansa:volume", pick(["lteq", "lt", "gteq"]), pick(["0", "4"]), pick(["BPerHour", "BPerDay"])),
            made("purpose", "eq", "\"research\"", nil),
        ])
    }
}
