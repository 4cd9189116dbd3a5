import CityIdentity
import Testing

@testable import SharingPolicy

/// The dates, days and times of day in what is said, read as a person reads them, against requests at many moments.
@Suite struct MomentWordsTests {
    private static let hour: Int64 = 3_600_000

    private static func said(_ constraints: String, from now: Timestamp) throws -> (PolicySet, [String]) {
        let policy = try Policy(parsing: Fixture.permission("\"constraint\":[\(constraints)]"), format: .jsonld)
        let set = PolicySet([policy])
        let found = set.permissions(
            of: Fixture.seattle, to: "read", Fixture.dataset("MA.156.1301/divisions"), from: now)
        #expect(found.isWhole)
        return (set, found.changes.map { $0.conditions.joined(separator: "; ") })
    }

    @Test(
        "days and times of day in short periods, and in those that have begun",
        arguments: [
            (
                [("dateTime", "gteq", "2026-12-05T10:00:00Z"), ("dateTime", "lt", "2026-12-05T20:00:00Z")],
                ["08:00:00Z", "18:00:00Z"], "",
                "from 2026-12-05T10:00:00Z until 2026-12-05T20:00:00Z, Saturday 08:00–18:00 (UTC)"
            ),
            (
                [("dateTime", "gteq", "2026-12-07T08:00:00Z"), ("dateTime", "lt", "2026-12-09T08:00:00Z")], [],
                #"{"leftOperand":"hansa:dayOfWeek","operator":"eq","rightOperand":"Monday","unit":"UTC-08:00"}"#,
                "from 2026-12-07T08:00:00Z until 2026-12-09T08:00:00Z, Monday (UTC-08:00)"
            ),
            (
                [("dateTime", "lteq", "2026-11-29")], ["08:00:00-08:00", "18:00:00-08:00"],
                #"{"leftOperand":"hansa:dayOfWeek","operator":"neq","rightOperand":"Sunday","unit":"UTC-08:00"}"#,
                "before 2026-11-30T00:00:00Z, Saturday 08:00–18:00 (UTC-08:00)"
            ),
            (
                [("dateTime", "lteq", "2026-12-05T10:00:00Z")], [],
                #"{"leftOperand":"hansa:timeOfDay","operator":"lteq","rightOperand":"18:00:00Z"}"#,
                "until 2026-12-05T10:00:00Z inclusive, every day 00:00–18:00 inclusive (UTC)"
            ),
            (
                [("dateTime", "gteq", "2026-12-05T10:00:00Z"), ("dateTime", "lt", "2026-12-06T12:00:00Z")],
                ["08:00:00Z", "18:00:00Z"], "",
                "from 2026-12-05T10:00:00Z until 2026-12-06T12:00:00Z, Saturday to Sunday 08:00–18:00 (UTC)"
            ), ([("dateTime", "gteq", "2026-12-05T10:00:00Z")], [], "", "from 2026-12-05T10:00:00Z on"),
        ] as [([(String, String, String)], [String], String, String)])
    func bounds(dates: [(String, String, String)], times: [String], day: String, words: String) throws {
        let all =
            dates.map { Self.condition("dateTime", $0.1, $0.2) }
            + zip(["gteq", "lt"], times).map { Self.condition("hansa:timeOfDay", $0, $1) } + (day.isEmpty ? [] : [day])
        let now = Fixture.moment("2026-11-28T23:00:00Z")
        #expect(try Self.said(all.joined(separator: ","), from: now).1 == [words])
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `at every moment that is meant it is permitted, and at no other`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 31 << 40)
        var constraints = (0..<Int.random(in: 1...3, using: &generator)).map { _ in generator.clockCondition() }
        if generator.chance(70) { constraints += generator.period() }
        let begin = Fixture.moment("2026-11-28T00:00:00Z")
        let now = begin.adding(milliseconds: Int64(generator.pick([0, 1, 10, 47, 171])) * Self.hour)
        let (set, words) = try Self.said(constraints.joined(separator: ","), from: now)
        guard !words.contains(where: { $0.contains("at other times") }) else { return }
        // Every bound lies on an even hour of UTC.
        for number in 0..<Int64(12 * 18) {
            for shift in [0, -1, 1] as [Int64] {
                let time = begin.adding(milliseconds: 2 * number * Self.hour + shift)
                guard time >= now else { continue }
                let request = AccessRequest(
                    consumer: Fixture.seattle, dataset: Fixture.dataset("MA.156.1301/divisions"), action: "read",
                    purpose: nil, time: time)
                let isSaid = words.contains { $0.isEmpty || TimeWords.hold($0, at: time) }
                #expect(
                    set.evaluate(request, EvaluationState()).isPermit == isSaid,
                    "seed \(seed) at \(time.rfc3339): \(words), \(constraints)")
            }
        }
    }

    fileprivate static func condition(_ operand: String, _ comparison: String, _ value: String) -> String {
        #"{"leftOperand":"\#(operand)","operator":"\#(comparison)","rightOperand":"\#(value)"}"#
    }
}

extension PropertyTests.Generator {
    /// A period that is shorter than a week.
    fileprivate mutating func period() -> [String] {
        let (first, last) = pick([
            ("2026-12-05T10:00:00Z", "2026-12-05T20:00:00Z"), ("2026-12-05T10:00:00Z", "2026-12-06T12:00:00Z"),
            ("2026-12-07T08:00:00Z", "2026-12-09T08:00:00Z"), ("2026-12-05", "2026-12-06"),
            ("2026-11-28", "2026-11-29"), ("2026-12-04", "2026-12-09"),
        ])
        return [
            MomentWordsTests.condition("dateTime", pick(["gteq", "gt"]), first),
            MomentWordsTests.condition("dateTime", pick(["lt", "lteq"]), last),
        ]
    }

    fileprivate mutating func clockCondition(depth: Int = 0) -> String {
        if depth == 0, chance(20) {
            return #"{"\#(pick(["or", "and", "xone"]))":[\#(clockCondition(depth: 1)),\#(clockCondition(depth: 1))]}"#
        }
        let dates = [
            "2026-11-29", "2026-12-05", "2026-12-05T10:00:00Z", "2026-12-05T20:00:00Z", "2026-12-07T08:00:00Z",
            "2026-12-09T08:00:00Z", "2026-12-14T16:00:00Z",
        ]
        let clocks = ["08:00:00Z", "18:00:00Z", "08:00:00-08:00", "18:00:00-08:00", "02:00:00+08:00"]
        let days = ["Monday", "Saturday", "Sunday", "Wednesday"]
        switch pick([0, 0, 1, 1, 2]) {
        case 0: return MomentWordsTests.condition("dateTime", pick(["gteq", "gteq", "gt", "lt", "lteq"]), pick(dates))
        case 1: return MomentWordsTests.condition("hansa:timeOfDay", pick(["gteq", "lt", "lteq", "gt"]), pick(clocks))
        default:
            return
                #"{"leftOperand":"hansa:dayOfWeek","operator":"\#(pick(["eq", "neq"]))","rightOperand":"\#(pick(days))","unit":"UTC\#(pick(["-08:00", "+08:00", "+00:00"]))"}"#
        }
    }
}
