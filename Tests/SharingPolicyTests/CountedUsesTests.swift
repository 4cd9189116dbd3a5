import CityIdentity
import Testing

@testable import SharingPolicy

/// What several permissions have counted, against requests made one after the other of which each permission counts what it
/// permits.
@Suite struct CountedUsesTests {
    private static func atMost(_ limit: Int, _ unit: String?) -> String {
        let unit = unit.map { ",\"unit\":\"\($0)\"" } ?? ""
        return #"{"leftOperand":"count","operator":"lteq","rightOperand":\#(limit)\#(unit)}"#
    }

    private static func purposes(_ names: [String]) -> String {
        #"{"leftOperand":"purpose","operator":"isAnyOf","rightOperand":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}"#
    }

    private static func days(_ names: [String]) -> String {
        #"{"leftOperand":"hansa:dayOfWeek","operator":"isAnyOf","rightOperand":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}"#
    }

    private static func hours(_ from: Int, _ until: Int) -> String {
        func bound(_ comparison: String, _ hour: Int) -> String {
            #"{"leftOperand":"hansa:timeOfDay","operator":"\#(comparison)","rightOperand":"\#(hour < 10 ? "0" : "")\#(hour):00:00Z"}"#
        }
        return #"{"and":[\#(bound("gteq", from)),\#(bound("lt", until))]}"#
    }

    private static func policies(_ permissions: [[String]], name: String = "one") throws -> PolicySet {
        let rules = permissions.enumerated().map { number, constraints in
            #"{"uid":"urn:example:\#(name):\#(number)","target":"did:ma:156.1301/divisions","action":"read","constraint":[\#(constraints.joined(separator: ","))]}"#
        }
        return PolicySet([
            try Policy(parsing: Fixture.json("\"permission\":[\(rules.joined(separator: ","))]"), format: .jsonld)
        ])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let first: [[String]]
        let second: [[String]]
        let relation: PolicyComparison.Relation
    }

    static let cases: [Case] = {
        let (research, planning) = (purposes(["research"]), purposes(["planning"]))
        let workdays = days(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])
        let weekend = days(["Saturday", "Sunday"])
        let statistics = purposes(["statistics"])
        let begin = #"{"leftOperand":"dateTime","operator":"lt","rightOperand":"2027-01-01"}"#
        func count(_ limit: Int, _ unit: String? = "perDay") -> String { atMost(limit, unit) }
        return [
            Case(
                testDescription: "the same twice", first: [[count(3)], [count(3)]], second: [[count(3)]],
                relation: .equal),
            Case(
                testDescription: "less besides more", first: [[count(3)], [count(5)]], second: [[count(5)]],
                relation: .equal),
            Case(
                testDescription: "one count each and one for both",
                first: [[count(3), research], [count(3), planning]],
                second: [[count(3), purposes(["research", "planning"])]], relation: .wider),
            Case(
                testDescription: "one count for both and as many each",
                first: [[count(6), purposes(["research", "planning"])]],
                second: [[count(3), research], [count(3), planning]], relation: .wider),
            Case(
                testDescription: "one count for both that is between",
                first: [[count(4), purposes(["research", "planning"])]],
                second: [[count(3), research], [count(3), planning]], relation: .incomparable),
            Case(
                testDescription: "one of two that hang together has more", first: [[count(3), research], [count(5)]],
                second: [[count(3), research], [count(4)]], relation: .wider),
            Case(
                testDescription: "two that hang together, as they are", first: [[count(3), research], [count(4)]],
                second: [[count(4)], [count(3), research]], relation: .equal),
            Case(
                testDescription: "uses without a count use up a count", first: [[count(3), planning], [research]],
                second: [[count(3)], [research]], relation: .incomparable),
            Case(
                testDescription: "days apart, by the week",
                first: [[count(3, "perWeek"), workdays], [count(3, "perWeek"), weekend]],
                second: [[count(3, "perWeek")]], relation: .wider),
            Case(
                testDescription: "days apart, by the hour, at midnight",
                first: [[count(3, "perHour"), workdays], [count(3, "perHour"), weekend]],
                second: [[count(3, "perHour")]], relation: .wider),
            Case(
                testDescription: "hours apart, further than a count looks back",
                first: [[count(3, "perHour"), hours(8, 10)], [count(3, "perHour"), hours(14, 16)]],
                second: [[count(3, "perHour"), #"{"or":[\#(hours(8, 10)),\#(hours(14, 16))]}"#]], relation: .equal),
            Case(
                testDescription: "hours apart, less far than a count looks back",
                first: [[count(3, "perDay"), hours(8, 10)], [count(3, "perDay"), hours(14, 16)]],
                second: [[count(3, "perDay"), #"{"or":[\#(hours(8, 10)),\#(hours(14, 16))]}"#]], relation: .wider),
            Case(
                testDescription: "for ever", first: [[count(3, nil), research], [count(3, nil), planning]],
                second: [[count(6, nil), purposes(["research", "planning"])]], relation: .narrower),
            Case(
                testDescription: "days without a count use up the next day's",
                first: [[weekend], [count(2)]], second: [[weekend], [count(2), workdays]], relation: .narrower),
            Case(
                testDescription: "a date after which less is counted",
                first: [[statistics], [count(2), #"{"or":[\#(planning),\#(begin)]}"#]],
                second: [[statistics], [count(2), #"{"or":[\#(planning),\#(statistics),\#(begin)]}"#]],
                relation: .wider),
            Case(
                testDescription: "two counts of which one refuses what another permission lets through",
                first: [[count(2, "perWeek")], [count(2, nil), count(1)]], second: [[count(2, "perWeek")]],
                relation: .undecided),
            Case(
                testDescription: "two counts beside others, as they are",
                first: [[count(2, "perWeek")], [count(2, nil), count(1)]],
                second: [[count(2, nil), count(1)], [count(2, "perWeek")]], relation: .equal),
            Case(
                testDescription: "two windows",
                first: [[count(3), count(2, "perHour"), research], [count(3), count(2, "perHour"), planning]],
                second: [[count(6), count(2, "perHour"), purposes(["research", "planning"])]],
                relation: .incomparable),
        ]
    }()

    @Test(arguments: cases)
    func `permissions that count different uses are compared by what they can have counted`(testCase: Case) throws {
        let (first, second) = (try Self.policies(testCase.first), try Self.policies(testCase.second, name: "two"))
        let found = first.compared(with: second, near: Fixture.noon)
        #expect(found.relation == testCase.relation, "\(found.limit?.words ?? "")")
        #expect(first.compared(with: first, near: Fixture.noon).relation == .equal)
        #expect(second.compared(with: second, near: Fixture.noon).relation == .equal)
        let opposite: [PolicyComparison.Relation: PolicyComparison.Relation] = [.wider: .narrower, .narrower: .wider]
        #expect(second.compared(with: first, near: Fixture.noon).relation == opposite[found.relation] ?? found.relation)
        let gains = second.changes(from: first, near: Fixture.noon)
        #expect(gains.isWhole == (testCase.relation != .undecided))
        #expect(gains.changes.contains { $0.kind == .gains } == (found.moreInSecond != nil))
        #expect(gains.changes.contains { $0.kind == .loses } == (found.moreInFirst != nil))
    }

    @Test func `a change names the count that it is of, and no other`() throws {
        func policies(_ open: Int, _ research: Int) throws -> PolicySet {
            try Self.policies([
                [Self.atMost(open, "perHour")], [Self.atMost(research, "perHour"), Self.purposes(["research"])],
            ])
        }
        func words(_ old: PolicySet, _ new: PolicySet) -> [[String]] {
            new.changes(from: old, near: Fixture.noon).changes.map(\.conditions)
        }
        let now = try policies(600, 1000)
        #expect(
            words(now, try policies(600, 1200)) == [
                ["times 1001 to 1200 within an hour under `urn:example:one:1`", "purpose `research`"]
            ])
        #expect(
            words(now, try policies(500, 1000)) == [
                [
                    "times 501 to 600 within an hour under `urn:example:one:0`",
                    "any purpose but `research` or no purpose",
                ]
            ])
        #expect(
            Set(words(PolicySet(), now)) == [
                ["the first 600 times within an hour under `urn:example:one:0`"],
                ["the first 1000 times within an hour under `urn:example:one:1`", "purpose `research`"],
            ])
    }

    /// Quotas of one permission, and what is said of them.
    @Test(
        arguments: [
            ([(2, "perHour"), (3, "perDay")], "the first 2 times within an hour and the first 3 times within a day"),
            ([(3, "perHour"), (3, "perDay")], "the first 3 times within a day"),
            (
                [(1, "perHour"), (5, "perDay"), (7, nil)],
                "the first time within an hour and the first 5 times within a day and the first 7 times ever"
            ),
        ] as [([(Int, String?)], String)])
    func `quotas over several windows are told one by one`(quotas: [(count: Int, unit: String?)], words: String) throws
    {
        let policies = try Self.policies([quotas.map { Self.atMost($0.count, $0.unit) }])
        let found = policies.changes(from: PolicySet(), near: Fixture.noon)
        #expect(found.changes.map(\.conditions) == [[words]])
    }

    @Test func `what is raised of several quotas is told`() throws {
        func policies(_ day: Int) throws -> PolicySet {
            try Self.policies([[Self.atMost(2, "perHour"), Self.atMost(day, "perDay")]])
        }
        let found = try policies(30).changes(from: try policies(3), near: Fixture.noon)
        #expect(found.changes.map(\.kind) == [.gains])
        #expect(
            found.changes.map(\.conditions) == [
                ["the first 2 times within an hour and times 4 to 30 within a day"]
            ])
    }

    @Test(arguments: [0, 3_600_000] as [Int64])
    func `a quota in the place of another is compared with it, from now on and from later on`(delay: Int64) throws {
        let start = Fixture.noon.adding(milliseconds: delay)
        let old = try Self.policies([[Self.atMost(2, "perHour")]]).policies[0]
        let new = try Self.policies([[Self.atMost(5, "perHour")]], name: "two").policies[0]
        let after = PolicySet([
            old.bounded(from: nil, until: start), new.bounded(from: delay == 0 ? nil : start, until: nil),
        ])
        let found = after.changes(from: PolicySet([old]), moments: Fixture.noon ... .latest, near: Fixture.noon)
        #expect(found.changes.map(\.kind) == [.gains])
        #expect(found.changes.first?.conditions.last == "times 3 to 5 within an hour")
    }

    /// Permissions at random with counts and purposes, and requests that tell them apart.
    @Test(arguments: 0..<160 as Range<UInt64>)
    func `what is found for counts is what requests find`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 71 << 40)
        func side(_ name: String) throws -> PolicySet {
            try Self.policies(
                (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    let purposes = generator.pick([nil, ["research"], ["planning"], ["research", "planning"]])
                    let count = Self.atMost(generator.pick([1, 2, 3, 4]), generator.pick(["perHour", "perDay", nil]))
                    return [count] + (purposes.map { [Self.purposes($0)] } ?? [])
                }, name: name)
        }
        let (first, second) = (try side("one"), try side("two"))
        let found = first.compared(with: second, near: Fixture.noon)
        var (isMore, isLess) = (false, false)
        for round in 0..<6000 {
            // What is not found is looked for with patience; that nothing else is found, in some of them.
            guard round < 100 || (found.moreInFirst != nil) != isMore || (found.moreInSecond != nil) != isLess else {
                break
            }
            var (mine, other) = (ComparisonBruteForceTests.History(), ComparisonBruteForceTests.History())
            var time = Fixture.noon
            let purposes: [String?] = generator.pick([["research"], ["planning"], ["research", "planning", nil]])
            let pace: [Int64] = generator.pick([
                [0, 1000], [0, 1000, 3_000_000], [0, 0, 3_700_000], [0, 90_000_000], [3_700_000, 40_000_000],
                [90_000_000],
            ])
            for _ in 0..<14 {
                let request = AccessRequest(
                    consumer: Fixture.seattle, dataset: Fixture.dataset("MA.156.1301/divisions"), action: "read",
                    purpose: generator.pick(purposes), time: time)
                let (left, right) = (first.evaluate(request, mine.state), second.evaluate(request, other.state))
                if left.isPermit, right.isPermit {
                    mine.add(left, request, bytes: 0)
                    other.add(right, request, bytes: 0)
                } else {
                    isMore = isMore || left.isPermit
                    isLess = isLess || right.isPermit
                }
                time = time.adding(milliseconds: generator.pick(pace))
            }
        }
        let document =
            "\(String(decoding: first.policies[0].bytes, as: UTF8.self)) \(String(decoding: second.policies[0].bytes, as: UTF8.self))"
        #expect(
            (found.moreInFirst != nil) == isMore,
            "seed \(seed): \(found.moreInFirst?.situation.words ?? "none") \(document)")
        #expect(
            (found.moreInSecond != nil) == isLess,
            "seed \(seed): \(found.moreInSecond?.situation.words ?? "none") \(document)")
    }
}
