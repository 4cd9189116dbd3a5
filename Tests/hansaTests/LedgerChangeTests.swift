import CityIdentity
import SharingPolicy
import StrictJSON
import Testing

@testable import hansa

/// What is said of policies that are put beside those on the ledger, or in their place, against requests at many moments.
@Suite struct LedgerChangeTests {
    private struct Term {
        let policy: Policy
        let from: Int64
        let until: Int64?

        func holds(_ hours: Int64) -> Bool { from <= hours && until.map { hours < $0 } ?? true }

        func agreed() throws -> AgreedPolicy {
            var record: [(String, JSONValue)] = [
                ("provider", "MA.840.5363000"), ("status", JSONValue(from > 0 ? "scheduled" : "inForce")),
                ("from", JSONValue(LedgerChangeTests.moment(from).rfc3339)),
            ]
            if let until { record.append(("until", JSONValue(LedgerChangeTests.moment(until).rfc3339))) }
            return try #require(AgreedPolicy(policy, record: JSONValue(record)))
        }
    }

    private static let now = moment(0)

    private static func moment(_ hours: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_795_867_200_000 + hours * 3_600_000)
    }

    private static func policy(_ name: String, _ generator: inout SeededChoice, replaces: String? = nil) throws
        -> Policy
    {
        let kind = generator.pick([true, true, false]) ? "permission" : "prohibition"
        let condition = generator.pick([
            "", "", ", constraint: [{leftOperand: dateTime, operator: eq, rightOperand: 2026-11-30}]",
            ", constraint: [{leftOperand: purpose, operator: eq, rightOperand: research}]",
        ])
        let text = """
            type: Set
            uid: urn:example:\(name)
            \(kind): [{assignee: \(generator.pick(["MA.156.1301", "MA.840.0667000"])), target: MA.840.5363000/weather, action: read\(condition)}]
            \(replaces.map { "replaces: urn:example:\($0)" } ?? "")
            """
        return try Policy(parsing: Array(text.utf8), format: .yaml)
    }

    @Test(arguments: 0..<120 as Range<UInt64>)
    func `both sides decide as the ledger will, and no change is passed over`(seed: UInt64) throws {
        var generator = SeededChoice(state: seed &+ 1)
        let (starts, ends) = ([-5, 0, 24, 60] as [Int64], [nil, nil, 40, 72, 100] as [Int64?])
        let agreed = try (0..<3).map { number in
            Term(
                policy: try Self.policy("old\(number)", &generator), from: generator.pick(starts),
                until: generator.pick(ends))
        }.filter { $0.from < $0.until ?? .max }
        let replaced = generator.pick([0, 1, 3])
        let byName = generator.pick([true, false])
        let new = Term(
            policy: try Self.policy("new", &generator, replaces: byName ? "old\(replaced)" : nil),
            from: generator.pick([0, 24, 48]), until: generator.pick([nil, 60, 90]))
        func isReplaced(_ term: Term) -> Bool {
            guard term.policy.uid?.text == "urn:example:old\(replaced)" else { return false }
            return byName ? term.holds(0) : true
        }
        let hashes = Set(agreed.filter(isReplaced).map(\.policy.hash))
        let change = LedgerChange(
            of: try agreed.map { try $0.agreed() },
            by: [
                NamedPolicy(
                    new.policy, from: new.from > 0 ? Self.moment(new.from) : nil, until: new.until.map(Self.moment))
            ], replacing: byName ? [] : hashes, asOf: Self.now)
        let found = change.new.changes(from: change.old, moments: Self.now ... .latest, near: Self.now)
        #expect(found.isWhole)
        var differences: Set<PolicyChange.Kind> = []
        for hours in 0..<120 as Range<Int64> {
            let before = PolicySet(agreed.filter { $0.holds(hours) }.map(\.policy))
            let kept = agreed.filter { $0.holds(hours) && !(isReplaced($0) && hours >= new.from) }
            let after = PolicySet((kept + (new.holds(hours) ? [new] : [])).map(\.policy))
            for consumer in ["MA.156.1301", "MA.840.0667000", "MA.156.1302"] {
                for purpose in ["research", "other", nil] {
                    let request = AccessRequest(
                        consumer: try IdentificationCode(consumer),
                        dataset: try DatasetIdentifier("MA.840.5363000/weather"), action: "read", purpose: purpose,
                        time: Self.moment(hours))
                    let (was, becomes) = (
                        before.evaluate(request, EvaluationState()).isPermit,
                        after.evaluate(request, EvaluationState()).isPermit
                    )
                    #expect(change.old.evaluate(request, EvaluationState()).isPermit == was, "seed \(seed) at \(hours)")
                    #expect(
                        change.new.evaluate(request, EvaluationState()).isPermit == becomes, "seed \(seed) at \(hours)")
                    if was != becomes { differences.insert(becomes ? .gains : .loses) }
                }
            }
        }
        #expect(Set(found.changes.map(\.kind)) == differences, "seed \(seed): \(found.changes.map(\.words))")
    }

    @Test func `a policy that would never be in force permits nothing`() throws {
        let text = """
            type: Set
            uid: urn:example:day
            permission: [{assignee: MA.156.1301, target: MA.840.5363000/weather, action: read, constraint: [{leftOperand: dateTime, operator: eq, rightOperand: 2026-12-05}]}]
            """
        let policy = try Policy(parsing: Array(text.utf8), format: .yaml)
        func words(until: String?) throws -> [String] {
            PolicyExamination(
                of: policy, by: nil, in: try Period(from: nil, until: until), asOf: Self.now, knowing: nil
            ).warnings.map(\.message)
        }
        #expect(try words(until: nil).isEmpty && words(until: "2026-12-05").isEmpty)
        #expect(
            try words(until: "2026-12-01").contains {
                $0.hasPrefix("it never permits anything until 2026-12-02T00:00:00Z") && $0.hasSuffix("are later")
            })
    }
}

/// The same choices for the same seed.
private struct SeededChoice {
    var state: UInt64

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return elements[Int((state >> 33) % UInt64(elements.count))]
    }
}
