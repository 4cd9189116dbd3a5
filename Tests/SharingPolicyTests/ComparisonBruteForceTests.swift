import CityIdentity
import Testing

@testable import SharingPolicy

/// What a comparison says of two policies against requests made without it, with histories that real requests could have:
/// over all that constraints can ask.
@Suite struct ComparisonBruteForceTests {
    /// Uses, and bytes that passed, with how long ago that was.
    struct History {
        var entries: [(age: Int64, uses: UInt64, bytes: UInt64)] = []

        func state(at time: Timestamp) -> EvaluationState {
            let entries = entries
            return EvaluationState { query in
                let span = query.since.map { time.milliseconds(since: $0) } ?? .max
                return entries.reduce(0) { sum, entry in
                    entry.age > span ? sum : sum + (query.measure == .uses ? entry.uses : entry.bytes)
                }
            }
        }

        init() {}

        /// One that amounts to what a comparison found: what a longer span has more lies before the shorter one.
        init(_ uses: EarlierUses) throws {
            for measure in [CountQuery.Measure.uses, .bytes] {
                let spans = uses.spans.filter { $0.measure == measure }.sorted {
                    ($0.window?.milliseconds ?? .max) < ($1.window?.milliseconds ?? .max)
                }
                var last: UInt64 = 0
                for span in spans {
                    try #require(span.count >= last, "a longer span has less: \(spans)")
                    let age = (span.window?.milliseconds ?? 4_000_000_000) - 1
                    let more = span.count - last
                    entries.append((age, measure == .uses ? more : 0, measure == .bytes ? more : 0))
                    last = span.count
                }
            }
            let hasBytes = entries.contains { $0.bytes > 0 }
            let countsAll = uses.spans.contains { $0.measure == .uses && $0.window == nil }
            try #require(!hasBytes || !countsAll || entries.contains { $0.uses > 0 }, "bytes without a use")
        }
    }

    private static func policy(_ generator: inout PropertyTests.Generator) throws -> PolicySet {
        let prohibition = generator.chance(50) ? #","prohibition":[\#(generator.anyRule(.prohibition))]"# : ""
        let bytes = Fixture.json(
            #""conflict":"\#(generator.pick(["perm", "prohibit"]))","permission":[\#(generator.anyRule(.permission)),\#(generator.anyRule(.permission))]\#(prohibition)"#
        )
        return PolicySet([try Policy(parsing: bytes, format: .jsonld)])
    }

    @Test(arguments: 0..<80 as Range<UInt64>)
    func `no request with a real history contradicts what was decided`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 5 << 40)
        let first = try Self.policy(&generator)
        // Half of the pairs are near one another, where answers are least easy.
        let second = generator.chance(50) ? try Self.policy(&generator) : try Self.varied(first, &generator)
        let found = first.compared(with: second, near: Fixture.noon, budget: 40_000)
        // What of the numbers tried below no rule's own counts reach is the subject of `CountReachTests`.
        let (left, right) = (first.withReachedCounts, second.withReachedCounts)
        #expect((found.limit == nil) == (found.relation != .undecided))
        for (difference, isFirst) in [(found.moreInFirst, true), (found.moreInSecond, false)] {
            guard let difference else { continue }
            let situation = difference.situation
            let state = try History(situation.uses).state(at: situation.time)
            let first = Allowance(left.evaluate(situation.request, state))
            let second = Allowance(right.evaluate(situation.request, state))
            #expect(first == Allowance(difference.first) && second == Allowance(difference.second), "seed \(seed)")
            #expect(isFirst ? !second.isAtLeast(first) : !first.isAtLeast(second), "seed \(seed)")
        }
        guard found.relation != .undecided else { return }
        for _ in 0..<600 {
            let (request, history) = generator.anyRequest()
            let state = history.state(at: request.time)
            let first = Allowance(left.evaluate(request, state))
            let second = Allowance(right.evaluate(request, state))
            #expect(second.isAtLeast(first) || found.moreInFirst != nil, "seed \(seed): \(request)")
            #expect(first.isAtLeast(second) || found.moreInSecond != nil, "seed \(seed): \(request)")
        }
    }

    @Test func `most random pairs are decided`() throws {
        var undecided = 0
        for seed in 0..<40 as Range<UInt64> {
            var generator = PropertyTests.Generator(state: seed &+ 6 << 40)
            let (left, right) = (try Self.policy(&generator), try Self.policy(&generator))
            if left.compared(with: right, near: Fixture.noon, budget: 40_000).relation == .undecided { undecided += 1 }
        }
        #expect(undecided < 14, "\(undecided) of 40")
    }

    /// The same policy with one number or name in it changed.
    private static func varied(_ policies: PolicySet, _ generator: inout PropertyTests.Generator) throws -> PolicySet {
        var text = String(decoding: policies.policies[0].bytes, as: UTF8.self)
        let (from, to) = generator.pick([
            (":3,", ":2,"), ("1000000", "1000001"), ("\"air\"", "\"rain\""), ("lteq", "lt"), ("isAnyOf", "isAllOf"),
            ("xone", "or"), ("andSequence", "or"), ("08:00:00", "08:00:01"), ("research", "planning"), ("gteq", "gt"),
        ])
        if let range = text.firstRange(of: from) { text.replaceSubrange(range, with: to) }
        return PolicySet([try Policy(parsing: Array(text.utf8), format: .jsonld)])
    }
}

extension PropertyTests.Generator {
    fileprivate mutating func anyRule(_ kind: Rule.Kind) -> String {
        let conditions = (0..<Int.random(in: 1...3, using: &self)).map { _ in anyCondition(kind) }
        let assignee = pick(["840", "840.5363000", "840.5363000.01", "156.1302"])
        return
            #"{"target":"did:ma:156.1301/divisions","assignee":"did:ma:\#(assignee)","action":"\#(pick(["read", "use"]))","constraint":[\#(conditions.joined(separator: ","))]}"#
    }

    private mutating func anyCondition(_ kind: Rule.Kind, depth: Int = 0) -> String {
        if depth < 2, chance(35) {
            let parts = (0..<Int.random(in: 2...3, using: &self)).map { _ in anyCondition(kind, depth: depth + 1) }
            return "{\"\(pick(["and", "or", "xone", "andSequence"]))\":[\(parts.joined(separator: ","))]}"
        }
        func made(_ operand: String, _ comparison: String, _ value: String, _ unit: String? = nil) -> String {
            let unit = unit.map { ",\"unit\":\"\($0)\"" } ?? ""
            return #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":\#(value)\#(unit)}"#
        }
        let sets = ["isAnyOf", "isNoneOf", "isAllOf"]
        let names = pick([#"["air"]"#, #"["air","rain"]"#, #"["rain","noise"]"#])
        let choices = [
            made("purpose", pick(["eq", "neq"] + sets), "\"research\""),
            made("purpose", pick(sets), #"["research","planning"]"#),
            made(
                "dateTime", pick(["lt", "gteq", "lteq", "gt"]), pick(["\"2026-11-22\"", "\"2026-11-24T12:00:00Z\""])),
            made("hansa:dayOfWeek", pick(["eq", "isNoneOf"]), pick(["\"Sunday\"", "\"Tuesday\""])),
            made("hansa:timeOfDay", pick(["lt", "gteq"]), pick(["\"08:00:00+08:00\"", "\"12:00:00Z\""])),
            made("hansa:payloadSize", pick(["lteq", "gt"]), pick(["10", "10.5"])),
            made("hansa:consumerShares", pick(sets), names), made("hansa:consumerShares", pick(sets), names),
            made("count", pick(["lteq", "lt", "gt", "eq"]), pick(["3", "1", "2.5"]), pick(["perHour", "perDay"])),
            made("count", pick(["lteq", "gteq"]), pick(["3", "4"])),
            made(
                "hansa:volume", pick(["lteq", "lt", "gt"]), pick(["1000000", "0", "2"]), pick(["BPerHour", "BPerDay"])),
            made("hansa:volume", pick(["lteq", "gteq"]), pick(["1", "1.5"]), "MB"),
        ]
        return pick(kind == .permission ? choices : Array(choices.dropLast(4)))
    }

    fileprivate mutating func anyRequest() -> (AccessRequest, ComparisonBruteForceTests.History) {
        let times = [
            "2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z", "2026-11-22T11:59:59Z", "2026-11-22T12:00:00Z",
            "2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00Z", "2026-11-23T23:59:59Z", "2026-11-24T00:00:00Z",
            "2026-11-24T12:00:00Z", "2026-11-24T12:00:00.001Z", "2026-11-24T16:30:00Z", "2026-11-29T00:00:01Z",
        ]
        var request = Fixture.request(
            consumer: pick([
                "MA.840.5363000", "MA.840.5363000.01", "MA.840.5363000.77", "MA.840.0667000", "MA.156.1302",
            ]), action: pick(["read", "use", "play"]), purpose: pick(["research", "planning", "other", nil]),
            time: pick(times), size: pick([nil, 0, 10, 11]))
        request.setConsumerShares(["air", "rain", "noise", "smoke"].filter { _ in chance(50) })
        var history = ComparisonBruteForceTests.History()
        for _ in 0..<Int.random(in: 0...4, using: &self) {
            history.entries.append(
                (
                    pick([0, 30_000, 3_000_000, 7_200_000, 80_000_000, 300_000_000, 3_000_000_000]), 1,
                    pick([0, 0, 1, 2, 3, 999_999, 1_000_000, 1_500_000])
                ))
        }
        return (request, history)
    }
}
