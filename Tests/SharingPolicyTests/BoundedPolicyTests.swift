import CityIdentity
import Testing

@testable import SharingPolicy

/// Policies as far as they are in force: what a rule says and the time that the ledger gives it.
@Suite struct BoundedPolicyTests {
    private static let from = Fixture.moment("2026-12-01T00:00:00Z")
    private static let until = Fixture.moment("2027-01-01T00:00:00Z")

    private static func policy() throws -> Policy {
        try Policy(
            parsing: Fixture.permission(
                "",
                policy:
                    #""conflict":"prohibit","prohibition":[{"target":"did:ma:156.1301/divisions","assignee":"did:ma:840.5363000.02","action":"read"}],"#
            ), format: .jsonld)
    }

    @Test(arguments: [
        ("2026-11-30T23:59:59.999Z", false), ("2026-12-01T00:00:00Z", true), ("2026-12-31T23:59:59.999Z", true),
        ("2027-01-01T00:00:00Z", false),
    ])
    func `a policy says nothing outside of its time`(time: String, holds: Bool) throws {
        let set = PolicySet([try Self.policy().bounded(from: Self.from, until: Self.until)])
        #expect(set.evaluate(Fixture.request(time: time), EvaluationState()).isPermit == holds)
        let prohibited = set.evaluate(Fixture.request(consumer: "MA.840.5363000.02", time: time), EvaluationState())
        #expect(prohibited.reason == (holds ? .prohibition : .noPermission))
    }

    @Test func `who may is told until when`() throws {
        let set = PolicySet([try Self.policy().bounded(from: nil, until: Self.until)])
        let found = set.permissions(
            of: Fixture.seattle, to: "read", Fixture.dataset("MA.156.1301/divisions"), from: Fixture.noon)
        #expect(found.changes.map(\.conditions) == [["before 2027-01-01T00:00:00Z"]])
        let whole = try Self.policy()
        #expect(whole.bounded(from: nil, until: nil).permissions == whole.permissions)
    }
}
