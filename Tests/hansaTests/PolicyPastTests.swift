import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON
import Testing

@testable import hansa

extension LiveTests {
    /// What a policy was, as `history` and `list` tell it once it is over.
    @Test(.timeLimit(.minutes(4))) func thePolicyCommandsTellWhatAPolicyWas() async throws {
        let program = try Program()
        let (node, home, served) = try await networkWithACity(program)
        defer { served.terminate() }
        let life = PolicyLife(program: program, home: home, node: node)
        try await aRejectedReturn(life)
        try await aSuccessorThatNeverCame(life)
        try await theFirstWithdrawalCounts(life)
        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")
    }

    private func aRejectedReturn(_ life: PolicyLife) async throws {
        let first = try await life.propose(life.policy("1301", uid: "first"))
        _ = try await life.run(0, "approve", first)
        let second = try await life.propose(life.policy("1302", uid: "second", more: "replaces: urn:example:first"))
        _ = try await life.run(0, "approve", second)
        let before = try await life.run(0, "history", first)
        let headline = try #require(before.split(separator: "\n").first)
        #expect(headline.hasSuffix(" by \(second)"), "\(before)")
        let term = try #require(before.split(separator: "\n").dropFirst().first)
        #expect(term.hasPrefix("  in force from 20") && term.contains(" until 20"), "\(before)")
        _ = try await life.run(0, "rollback", first)
        let waiting = try await life.run(0, "history", first)
        #expect(waiting.contains("\n  earlier: replaced at 20"), "\(waiting)")
        _ = try await life.run(0, "reject", first, "--reason", "not again")
        let after = try await life.run(0, "history", first)
        #expect(after.hasPrefix("\(headline)\n\(term)\n"), "\(after)")
        #expect(after.contains("\n  agreed: 2 of 2  MA.840.5363000#policy-1  MA.840.5363000#policy-2\n"), "\(after)")
        #expect(after.contains("\n  proposed anew: rejected at 20") && after.contains("Z: not again\n"), "\(after)")
        let listed = try await life.run(0, "list").split(separator: "\n").first { $0.contains(first) } ?? ""
        #expect(listed.hasPrefix("replaced, anew rejected") && listed.contains("2 of 2"), "\(listed)")
        // Every event stands in a block, of which the ledger is asked.
        let json = try JSONValue(parsing: Array(try await life.run(0, "history", first, "--json").utf8))
        let events = json["policies"]?.array?.first?["history"]?.array ?? []
        let heights = events.compactMap { $0["height"]?.int }
        #expect(heights.count == events.count && heights == heights.sorted() && heights.count == 5, "\(events)")
        for (height, status) in [(heights[0], Int32(4)), (heights[1], 0), (heights[2], 4)] {
            _ = try await life.run(
                status, "can", "MA.156.1301", "read", PolicyLife.dataset, "--height", String(height))
            #expect(after.contains("  block \(height)  "), "\(after)")
        }
        // The same of one that was agreed to anew and withdrawn before it began.
        _ = try await life.run(0, "rollback", first, "--from", "2099-01-01")
        _ = try await life.run(0, "approve", first)
        _ = try await life.run(0, "withdraw", first)
        let called = try await life.run(0, "history", first)
        #expect(called.hasPrefix("\(headline)\n\(term)\n"), "\(called)")
        #expect(called.contains("\n  proposed anew: withdrawn at 20"), "\(called)")
        #expect(called.contains("\n  earlier: rejected at 20"), "\(called)")
        _ = try await life.run(0, "withdraw", second)
    }

    private func aSuccessorThatNeverCame(_ life: PolicyLife) async throws {
        let old = try await life.propose(life.policy("1303", uid: "old"))
        _ = try await life.run(0, "approve", old)
        let start = Timestamp(seconds: Timestamp.now().seconds + 6)
        let new = try await life.propose(
            life.policy("1304", uid: "new", more: "replaces: urn:example:old"), "--from", start.rfc3339)
        _ = try await life.run(0, "approve", new)
        _ = try await life.run(0, "withdraw", new)
        while Timestamp.now() <= start { try await Task.sleep(for: .milliseconds(100)) }
        let history = try await life.run(0, "history", old)
        #expect(
            history.hasPrefix("\(old)  ended at \(start.rfc3339) (in favour of \(new), which was withdrawn before)\n"),
            "\(history)")
        let successor = try await life.run(0, "history", new)
        #expect(successor.contains("\n  never in force: it was to begin at \(start.rfc3339)\n"), "\(successor)")
        let replaced = try await life.run(0, "list", "--status", "replaced")
        #expect(!replaced.contains(old), "\(replaced)")
        #expect(try await life.run(0, "list", "--status", "expired").contains(old))
    }

    /// A policy ends when its end was first asked for, by whoever else asks later, unless it prohibits something.
    private func theFirstWithdrawalCounts(_ life: PolicyLife) async throws {
        let old = try await life.propose(life.policy("1305", uid: "kept"))
        _ = try await life.run(0, "approve", old)
        let new = try await life.propose(
            life.policy("1306", uid: "mistake", more: "replaces: urn:example:kept"), "--from", "2099-01-01")
        _ = try await life.run(0, "approve", new)
        _ = try await life.run(0, "withdraw", new, "--reason", "a mistake")
        let first = try await life.run(0, "history", new)
        _ = try await life.run(0, "withdraw", new, "--key", "policy-2")
        let second = try await life.run(0, "history", new)
        #expect(first.hasPrefix("\(new)  withdrawn at 20") && second.hasPrefix(first.prefix(110)), "\(second)")
        #expect(second.contains("\n  because: a mistake\n"), "\(second)")
    }
}
