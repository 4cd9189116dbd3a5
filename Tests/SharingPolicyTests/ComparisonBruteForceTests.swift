import CityIdentity
import Testing

@testable import SharingPolicy

/// What a comparison says of two policies against requests made without it, with histories that real requests could have:
/// over all that constraints can ask.
@Suite struct ComparisonBruteForceTests {
    /// What each permission has let through, as a gateway counts it.
    struct History {
        var entries: [(counter: Counter, consumer: IdentificationCode, time: Timestamp, bytes: UInt64)] = []

        var state: EvaluationState {
            let entries = entries
            return EvaluationState { query in
                entries.reduce(0) { sum, entry in
                    guard entry.counter == Counter(query), query.code?.covers(entry.consumer) == true,
                        query.since.map({ entry.time > $0 }) ?? true
                    else { return sum }
                    return sum + (query.measure == .uses ? 1 : entry.bytes)
                }
            }
        }

        mutating func add(_ decision: Decision, _ request: AccessRequest, bytes: UInt64) {
            guard let consumer = request.consumer else { return }
            for rule in decision.counting {
                entries.append((Counter(policy: rule.policy, rule: rule.rule), consumer, request.time, bytes))
            }
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
            let (request, state) = (difference.situation.request, difference.situation.state(EvaluationState()))
            let first = Allowance(left.evaluate(request, state))
            let second = Allowance(right.evaluate(request, state))
            #expect(first == Allowance(difference.first) && second == Allowance(difference.second), "seed \(seed)")
            #expect(isFirst ? !second.isAtLeast(first) : !first.isAtLeast(second), "seed \(seed)")
        }
        guard found.relation != .undecided else { return }
        for _ in 0..<60 {
            var (mine, other) = (History(), History())
            var time = generator.pick(try Self.beginnings.map { try Timestamp(rfc3339: $0) })
            let consumers = generator.pick([["MA.840.5363000", "MA.840.5363000.01"], ["MA.156.1302"]])
            for _ in 0..<12 {
                let request = generator.anyRequest(of: consumers, at: time)
                let (first, second) = (left.evaluate(request, mine.state), right.evaluate(request, other.state))
                let (less, more) = (Allowance(first), Allowance(second))
                #expect(more.isAtLeast(less) || found.moreInFirst != nil, "seed \(seed): \(request)")
                #expect(less.isAtLeast(more) || found.moreInSecond != nil, "seed \(seed): \(request)")
                // What both let through both have let through.
                if first.isPermit, second.isPermit {
                    let bytes: UInt64 = generator.pick([0, 0, 1, 2, 3, 999_999, 1_000_000, 1_500_000])
                    mine.add(first, request, bytes: bytes)
                    other.add(second, request, bytes: bytes)
                }
                let next = time.adding(milliseconds: generator.pick([0, 0, 1000, 30_000, 3_000_000, 7_200_000]))
                // Across a date that conditions name counts are taken to go on.
                if try Self.region(next) == Self.region(time) { time = next }
            }
        }
    }

    private static let beginnings = [
        "2026-11-21T20:59:59.999Z", "2026-11-22T00:00:00Z", "2026-11-22T11:59:59Z", "2026-11-22T12:00:00Z",
        "2026-11-22T22:59:59.999Z", "2026-11-23T00:00:00Z", "2026-11-23T20:59:59Z", "2026-11-24T00:00:00Z",
        "2026-11-24T12:00:00Z", "2026-11-24T12:00:00.001Z", "2026-11-24T16:30:00Z", "2026-11-29T00:00:01Z",
    ]

    /// Which of the stretches between dates that conditions name a moment is in.
    private static func region(_ time: Timestamp) throws -> Int {
        try [
            "2026-11-22T00:00:00Z", "2026-11-22T00:00:00.001Z", "2026-11-23T00:00:00Z", "2026-11-24T12:00:00Z",
            "2026-11-24T12:00:00.001Z",
        ].count { try Timestamp(rfc3339: $0) <= time }
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

    fileprivate mutating func anyRequest(of consumers: [String], at time: Timestamp) -> AccessRequest {
        var request = Fixture.request(
            consumer: pick(consumers), action: pick(["read", "use", "play"]),
            purpose: pick(["research", "planning", "other", nil]), time: time.rfc3339, size: pick([nil, 0, 10, 11]))
        request.setConsumerShares(["air", "rain", "noise", "smoke"].filter { _ in chance(50) })
        return request
    }
}
