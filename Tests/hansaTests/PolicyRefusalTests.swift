import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON
import Testing

@testable import hansa

extension LiveTests {
    /// What the commands say before they hand something in, and which one helps where they are refused.
    @Test(.timeLimit(.minutes(4))) func thePolicyCommandsSayWhatComesOfItAndWhatHelps() async throws {
        let program = try Program()
        let (node, home, served) = try await networkWithACity(program)
        defer { served.terminate() }
        let life = PolicyLife(program: program, home: home, node: node)
        try await lateApproval(life)
        try await withdrawals(life)
        try await takenPlaces(life)
        try await heights(life)
        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")
    }

    /// An approval after the start that was asked for; and of one key twice, of which no effect is told.
    private func lateApproval(_ life: PolicyLife) async throws {
        let start = Timestamp(seconds: Timestamp.now().seconds + 4)
        let late = try await life.propose(life.policy("1301", uid: "late"), "--from", start.rfc3339)
        let twice = try await life.run(3, "approve", late, "--key", "policy-1")
        #expect(twice.contains("`MA.840.5363000#policy-1` has agreed already"), "\(twice)")
        #expect(!twice.contains("against what is in force"), "\(twice)")
        let again = try await life.run(3, "withdraw", late)
        #expect(again.contains("is only proposed"), "\(again)")
        while Timestamp.now() <= start { try await Task.sleep(for: .milliseconds(100)) }
        let approved = try await life.run(0, "approve", late)
        let before =
            "it was proposed to begin at \(start.rfc3339), which is past: it takes effect at once, with this key\n"
        #expect(approved.contains(before), "\(approved)")
        #expect(approved.contains("it is in force now: since 20"), "\(approved)")
        #expect(approved.contains(", and not from \(start.rfc3339) on, as it was proposed"), "\(approved)")
    }

    /// Who gains and who loses by a withdrawal is told; what is over already is not withdrawn, but comes back otherwise.
    private func withdrawals(_ life: PolicyLife) async throws {
        let open = try await life.propose(life.policy("1305", uid: "open"))
        _ = try await life.run(0, "approve", open)
        let both = try await life.propose(
            life.policy(
                "1304", uid: "both",
                more:
                    "conflict: prohibit\nprohibition: [{assignee: MA.156.1305, target: \(PolicyLife.dataset), action: read}]"
            ))
        _ = try await life.run(0, "approve", both)
        let first = try await life.run(0, "withdraw", both)
        #expect(
            first.contains(
                "against what is in force:\n  losses:\n    MA.156.1304 and its units may no longer read \(PolicyLife.dataset)\n"
            ),
            "\(first)")
        #expect(!first.contains("gains:"), "\(first)")
        let suspended = try await life.run(3, "rollback", both)
        #expect(suspended.contains("is suspended: it permits nothing"), "\(suspended)")
        #expect(suspended.contains("`hansa policy withdraw \(both)` with as many keys"), "\(suspended)")
        #expect(suspended.contains("then `hansa policy rollback \(both)` proposes it anew"), "\(suspended)")
        let twice = try await life.run(3, "withdraw", both, "--key", "policy-1")
        #expect(twice.contains("has asked for it already") && !twice.contains("against"), "\(twice)")
        let second = try await life.run(0, "withdraw", both, "--key", "policy-2")
        #expect(
            second.contains("  gains:\n    MA.156.1305 and its units may now read \(PolicyLife.dataset)\n"), "\(second)"
        )
        let over = try await life.run(3, "withdraw", both)
        #expect(over.contains("the policy `\(both)` permits nothing: withdrawn at 20"), "\(over)")
        #expect(over.contains("`hansa policy rollback \(both)` proposes it anew"), "\(over)")
        #expect(!over.contains("against"), "\(over)")
    }

    /// A place that is taken says by what, and what frees it.
    private func takenPlaces(_ life: PolicyLife) async throws {
        let old = try await life.propose(life.policy("1306", uid: "old"))
        _ = try await life.run(0, "approve", old)
        let new = try await life.propose(
            life.policy("1307", uid: "new", more: "replaces: urn:example:old"), "--from", "2099-01-01")
        _ = try await life.run(0, "approve", new)
        let other = try life.policy("1308", uid: "other")
        let scheduled = try await life.run(3, "propose", other, "--replaces", old)
        #expect(scheduled.contains("is taken by `\(new)` already, which is scheduled"), "\(scheduled)")
        #expect(
            scheduled.contains("when 2 keys ask for the other's end, `hansa policy withdraw \(new)`"), "\(scheduled)")
        #expect(scheduled.contains("`--replaces \(new)` takes the other's"), "\(scheduled)")
        _ = try await life.run(0, "withdraw", new)
        let withdrawn = try await life.run(3, "propose", other, "--replaces", old)
        #expect(withdrawn.contains("is taken by `\(new)` already, which is withdrawn"), "\(withdrawn)")
        #expect(
            withdrawn.contains(
                "when 1 more key asks too: `hansa policy withdraw \(new) --key NAME`; then its place is free"),
            "\(withdrawn)")
        #expect(!withdrawn.contains("against"), "\(withdrawn)")
        let freed = try await life.run(0, "withdraw", new, "--key", "policy-2")
        #expect(
            freed.contains(
                "  gains:\n    MA.156.1306 and its units may now read \(PolicyLife.dataset), from 2099-01-01T00:00:00Z on\n"
            ),
            "\(freed)")
        let place = try await life.run(0, "propose", other, "--replaces", old)
        #expect(place.contains("  losses:\n    MA.156.1306 and its units may no longer read"), "\(place)")
    }

    /// What was published later, or is no longer, at a height.
    private func heights(_ life: PolicyLife) async throws {
        let before = try await life.run(4, "can", "MA.156.1301", "read", PolicyLife.dataset, "--height", "0")
        #expect(before.contains("`\(PolicyLife.dataset)` was not published yet at height 0\n"), "\(before)")
        #expect(before.contains("the consumer was not registered yet at height 0 and could not ask"), "\(before)")
        let withdrawn = try await expect(
            life.program, 0, "dataset", "withdraw", PolicyLife.dataset, "--home", life.home, "--json")
        let height = try #require(try JSONValue(parsing: Array(withdrawn.output.utf8))["height"]?.int)
        let after = try await life.run(
            0, "can", "MA.156.1301", "read", PolicyLife.dataset, "--height", String(height))
        #expect(after.contains("`\(PolicyLife.dataset)` was no longer published at height \(height)"), "\(after)")
    }
}
