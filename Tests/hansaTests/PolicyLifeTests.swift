import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON
import Testing

@testable import hansa

extension LiveTests {
    /// What a policy replaces, when it is in force, and what one key's withdrawal leaves, as the commands tell it.
    @Test(.timeLimit(.minutes(4))) func thePolicyCommandsTellWhatThePolicysLifeIs() async throws {
        let program = try Program()
        let (node, home, served) = try await networkWithACity(program)
        defer { served.terminate() }
        let life = PolicyLife(program: program, home: home, node: node)

        let first = try await life.propose(life.policy("1301", uid: "first"))
        let signed = try await life.run(0, "approve", first)
        #expect(signed.contains("signed by MA.840.5363000#policy-2"), "\(signed)")
        try await theLedgerInADirectoryIsAsked(life, first)
        let second = try await replacements(life, first)
        try await rollback(life, to: first, from: second)
        try await scheduledReplacement(life, second)
        try await severalOfOneName(life)
        try await suspension(life)
        try await ends(life)
        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")
        // The node is gone, and its directory answers still.
        let who = try await life.run(0, "who", PolicyLife.dataset, "--directory", node)
        #expect(
            who.contains("MA.156.1302 and its units may read MA.840.5363000/weather, before 2099-01-01T00:00:00Z\n"),
            "\(who)")
        let gone = try await life.run(0, "can", "MA.156.1302", "read", PolicyLife.dataset, "--directory", node)
        #expect(gone.contains("yes"), "\(gone)")
    }

    private func theLedgerInADirectoryIsAsked(_ life: PolicyLife, _ hash: String) async throws {
        let explained = try await life.run(
            0, "explain", PolicyLife.dataset, "--consumer", "MA.156.1301", "--directory", life.node)
        #expect(explained.contains(hash), "\(explained)")
        _ = try await life.run(
            64, "who", PolicyLife.dataset, "--directory", life.node, "--policy", life.program.path("first.yaml"))
    }

    /// A document's `replaces` is followed, and refused where nothing is of that uid.
    private func replacements(_ life: PolicyLife, _ first: String) async throws -> String {
        let lost = try life.policy("1302", uid: "lost", more: "replaces: urn:example:none")
        let refused = try await life.run(2, "propose", lost)
        #expect(refused.contains("no policy of yours in force is `urn:example:none`"), "\(refused)")
        #expect(refused.contains("--replaces HASH"), "\(refused)")
        // `check` finds what `propose` refuses, in the same words.
        let checked = try await life.run(2, "check", lost)
        let words =
            "/replaces: no policy of yours in force is `urn:example:none`; expected the uid of a policy in force"
        for said in [refused, checked] { #expect(said.contains(words), "\(said)") }
        let typo = try await life.run(2, "check", life.policy("1302", uid: "typo", more: "replaces: urn:example:frist"))
        #expect(typo.contains("`urn:example:frist` (did you mean `urn:example:first`?)"), "\(typo)")
        let path = try life.policy("1302", uid: "second", more: "replaces: urn:example:first")
        let proposed = try await life.run(0, "propose", path)
        #expect(proposed.contains("it replaces `urn:example:first`, which is \(first)"), "\(proposed)")
        let second = try life.hash(of: path)
        let effect = """
            against what is in force:
              gains:
                MA.156.1302 and its units may now read MA.840.5363000/weather
              losses:
                MA.156.1301 and its units may no longer read MA.840.5363000/weather

            """
        #expect(proposed.contains(effect), "\(proposed)")
        #expect(
            proposed.hasSuffix(
                "next: hansa policy diff --ledger \(second)\n      hansa policy approve \(second)\n"), "\(proposed)")
        let approved = try await life.run(0, "approve", second)
        #expect(approved.hasPrefix(effect), "\(approved)")
        let history = try await life.run(0, "history", first)
        #expect(history.contains("\(first)  replaced at 20"), "\(history)")
        #expect(history.contains(" by \(second)\n"), "\(history)")
        _ = try await life.run(4, "can", "MA.156.1301", "read", PolicyLife.dataset)
        return second
    }

    /// An earlier policy takes the place of what followed it, and is proposed once at a time.
    private func rollback(_ life: PolicyLife, to first: String, from second: String) async throws {
        let anew = try await life.run(0, "rollback", first, "--json")
        #expect(anew.contains(#""effect":{"#), "\(anew)")
        let listed = try await life.run(0, "show", first, "--json")
        #expect(listed.contains(#""replaces":"\#(second)""#), "\(listed)")
        let again = try await life.run(3, "rollback", first)
        #expect(again.contains("is proposed already") && again.contains("`hansa policy reject \(first)` comes first"))
        let withdrawn = try await life.run(3, "withdraw", first)
        #expect(withdrawn.contains("`hansa policy reject \(first)` ends a proposal"), "\(withdrawn)")
        _ = try await life.run(0, "reject", first)
        try await manyChanges(life)
    }

    /// Of many changes the first are told, and what tells the others.
    private func manyChanges(_ life: PolicyLife) async throws {
        let permissions = (10..<22).map { city in
            "  - {assignee: MA.156.13\(city), target: \(PolicyLife.dataset), action: read, "
                + "constraint: [{leftOperand: purpose, operator: eq, rightOperand: p\(city)}]}\n"
        }
        let path = try life.program.write(
            "type: Set\nuid: urn:example:many\npermission:\n\(permissions.joined())", to: "many.yaml")
        let proposed = try await life.run(0, "propose", path)
        let lines = proposed.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: "against what is in force:"))
        #expect(lines[start + 11] == "  and 3 more: hansa policy diff --ledger \(path)", "\(proposed)")
        #expect(lines[start + 10].hasPrefix("    MA.156.13"), "\(proposed)")
        _ = try await life.run(0, "reject", try life.hash(of: path))
    }

    /// What was proposed with `--replaces` and `--from` is known to `diff`, and the old policy is in force until then.
    private func scheduledReplacement(_ life: PolicyLife, _ second: String) async throws {
        let path = try life.policy("1303", uid: "third")
        let beside = try await life.run(2, "diff", "--ledger", path)
        #expect(!beside.contains("losses"), "\(beside)")
        let instead = try await life.run(2, "diff", "--ledger", path, "--replaces", second)
        #expect(instead.contains("losses") && instead.contains("MA.156.1302"), "\(instead)")
        _ = try await life.run(64, "diff", path, path, "--replaces", second)
        let third = try await life.propose(path, "--from", "2099-01-01T00:00:00Z", "--replaces", second)
        let diff = try await life.run(2, "diff", "--ledger", third)
        for words in [
            "MA.156.1303 and its units may now read MA.840.5363000/weather, from 2099-01-01T00:00:00Z on",
            "MA.156.1302 and its units may no longer read MA.840.5363000/weather, from 2099-01-01T00:00:00Z on",
        ] {
            #expect(diff.contains(words), "\(diff)")
        }
        let approved = try await life.run(0, "approve", third)
        #expect(
            approved.contains("it is scheduled now: in force from 2099-01-01T00:00:00Z, in the place of \(second)"),
            "\(approved)")
        let early = try await life.run(3, "rollback", second)
        #expect(
            early.contains("in force already, until `\(third)` takes its place at 2099-01-01T00:00:00Z"), "\(early)")
        #expect(early.contains("`hansa policy withdraw \(third)`"), "\(early)")
        let history = try await life.run(0, "history", PolicyLife.dataset)
        #expect(history.contains("\(second)  in force since 20"), "\(history)")
        #expect(history.contains(", to be replaced at 2099-01-01T00:00:00Z by \(third)\n"), "\(history)")
        #expect(history.contains("\(third)  in force from 2099-01-01T00:00:00Z"), "\(history)")
    }

    /// Two policies of one uid: a document must name one by its hash; and proposed anew it may replace what is over.
    private func severalOfOneName(_ life: PolicyLife) async throws {
        var hashes: [String] = []
        for city in ["1306", "1307"] {
            hashes.append(try await life.propose(life.policy(city, uid: "twin")))
            _ = try await life.run(0, "approve", hashes[hashes.count - 1])
        }
        for command in ["check", "propose"] {
            let refused = try await life.run(
                2, command, life.policy("1308", uid: "single", more: "replaces: urn:example:twin"))
            #expect(refused.contains("/replaces: 2 policies in force are `urn:example:twin`"), "\(refused)")
            for hash in hashes { #expect(refused.contains(hash), "\(refused)") }
        }
        let single = try await life.propose(
            life.policy("1308", uid: "single", more: "replaces: urn:sha256:\(hashes[0])"))
        _ = try await life.run(0, "approve", single)
        let replaced = try await life.run(0, "list", "--status", "replaced")
        #expect(replaced.contains(hashes[0]) && !replaced.contains(hashes[1]), "\(replaced)")
        _ = try await life.run(0, "withdraw", single)
        let unclear = try await life.run(2, "rollback", single)
        #expect(unclear.contains("--replaces \(hashes[1])  (urn:example:twin)"), "\(unclear)")
        #expect(unclear.contains("others are about the same datasets"), "\(unclear)")
        let anew = try await life.run(0, "rollback", single, "--replaces", hashes[1])
        #expect(anew.contains("it replaces \(hashes[1])\n"), "\(anew)")
        #expect(anew.contains("signed by MA.840.5363000#policy-1"), "\(anew)")
        let proposed = try await life.run(0, "history", single)
        #expect(proposed.contains("\(single)  proposed at 20"), "\(proposed)")
    }

    /// A policy that ends, and its like without an end in its place, or the other way round.
    private func ends(_ life: PolicyLife) async throws {
        let ending = try life.policy("1310", uid: "ending")
        let first = try await life.propose(ending, "--until", "2099-03-31")
        _ = try await life.run(0, "approve", first)
        let opening = try life.policy("1310", uid: "ending", more: "replaces: urn:example:ending", in: "endless")
        let gain = "MA.156.1310 and its units may now read MA.840.5363000/weather, from 2099-04-01T00:00:00Z on"
        #expect(try await life.run(2, "diff", "--ledger", opening).contains(gain))
        #expect(try await life.run(2, "diff", first, opening).contains(gain))
        let checked = try await life.run(0, "check", opening)
        #expect(checked.contains("broader than what it replaces: \(gain)"), "\(checked)")
        // As it would be proposed it opens nothing, or closes something.
        let same = try await life.run(0, "check", opening, "--until", "2099-03-31")
        #expect(!same.contains("broader"), "\(same)")
        #expect(
            try await life.run(0, "diff", "--ledger", opening, "--until", "2099-03-31").contains("nothing changes"))
        let closing = try await life.run(0, "diff", "--ledger", opening, "--until", "2099-01-31")
        #expect(
            closing.contains(
                "may no longer read MA.840.5363000/weather, from 2099-02-01T00:00:00Z until 2099-04-01T00:00:00Z"),
            "\(closing)")
        let proposed = try await life.run(0, "propose", opening)
        #expect(proposed.contains("broader than what it replaces: \(gain)"), "\(proposed)")
        let hash = try life.hash(of: opening)
        #expect(try await life.run(2, "diff", "--ledger", hash).contains(gain))
        let refused = try await life.run(64, "diff", "--ledger", hash, "--until", "2099-01-31")
        #expect(refused.contains("has its times on the ledger"), "\(refused)")
        _ = try await life.run(0, "approve", hash)
        let agreed = try await life.run(0, "diff", "--ledger", hash)
        #expect(agreed.contains("is agreed to already") && agreed.contains("nothing changes"), "\(agreed)")
    }

    private func suspension(_ life: PolicyLife) async throws {
        let path = try life.policy(
            "1304", uid: "both",
            more: "prohibition: [{assignee: MA.156.1305, target: \(PolicyLife.dataset), action: read}]")
        let both = try await life.propose(path)
        _ = try await life.run(0, "approve", both)
        let asked = try await life.run(0, "withdraw", both)
        #expect(asked.contains("signed by MA.840.5363000#policy-1"), "\(asked)")
        #expect(
            asked.contains(
                "1 of 2 keys: it permits nothing any more; what it prohibits stands until another key agrees: "
                    + "`hansa policy withdraw \(both) --key policy-2`"), "\(asked)")
        #expect(!asked.contains("in force now"), "\(asked)")
        for status in ["suspended", "inForce"] {
            let listed = try await life.run(0, "list", "--status", status)
            #expect(listed.contains("suspended") && listed.contains(both), "\(listed)")
        }
        let history = try await life.run(0, "history", both)
        #expect(history.contains("\(both)  suspended, in force since 20"), "\(history)")
        #expect(history.contains("  withdrawal asked for  MA.840.5363000#policy-1"), "\(history)")
        let explained = try await life.run(3, "explain", PolicyLife.dataset, "--consumer", "MA.156.1304")
        #expect(
            explained.contains(
                ": suspended, since its withdrawal was asked for: it permits nothing, its prohibitions stand"),
            "\(explained)")
        #expect(!explained.contains("void"), "\(explained)")
        let ended = try await life.run(0, "withdraw", both, "--key", "policy-2")
        #expect(ended.contains("it is withdrawn now; what it prohibited is no longer prohibited"), "\(ended)")
        let later = try await life.propose(
            life.policy(
                "1304", uid: "later",
                more: "prohibition: [{assignee: MA.156.1305, target: \(PolicyLife.dataset), action: read}]"), "--from",
            "2099-02-01")
        _ = try await life.run(0, "approve", later)
        let called = try await life.run(0, "withdraw", later)
        #expect(
            called.contains("it will permit nothing; what it prohibits comes into force at 2099-02-01T00:00:00Z"),
            "\(called)")
        #expect(!called.contains("stands until"), "\(called)")
        _ = try await life.run(0, "withdraw", later, "--key", "policy-2")
        let none = try await life.run(0, "list", "--status", "suspended")
        #expect(!none.contains(both), "\(none)")
    }
}

/// A city's policies about one dataset.
struct PolicyLife {
    static let dataset = "MA.840.5363000/weather"
    let program: Program
    let home: String
    let node: String

    /// Writes a policy that permits a city to read; its path.
    func policy(_ city: String, uid: String, more: String = "", in file: String? = nil) throws -> String {
        try program.write(
            """
            type: Set
            uid: urn:example:\(uid)
            permission: [{assignee: MA.156.\(city), target: \(Self.dataset), action: read}]
            \(more)

            """, to: (file ?? uid) + ".yaml")
    }

    func hash(of path: String) throws -> String { try PolicyFile.read(path).hash.description }

    func propose(_ path: String, _ more: String...) async throws -> String {
        let output = try await ChildProcess.run(
            ["policy", "propose", path, "--home", home] + more, logging: program.directory,
            program: Program.executable)
        #expect(output.status == 0, "\(output.error)")
        #expect(output.output.contains("signed by MA.840.5363000#policy-1"), "\(output.output)")
        return try hash(of: path)
    }

    /// What `hansa policy` says, on either stream.
    func run(_ status: Int32, _ words: String...) async throws -> String {
        let found = try await ChildProcess.run(
            ["policy"] + words + ["--home", home], logging: program.directory, program: Program.executable)
        #expect(found.status == status, "\(words): \(found.output)\(found.error)")
        return found.output + found.error
    }
}
