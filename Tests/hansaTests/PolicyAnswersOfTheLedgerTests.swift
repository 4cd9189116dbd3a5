import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON
import Testing
import TransparencyLog

@testable import hansa

extension LiveTests {
    /// What an administrator is told by a ledger before and after proposing, and of names that are not there.
    @Test(.timeLimit(.minutes(4))) func anAdministratorIsToldWhatTheLedgerKnows() async throws {
        let program = try Program()
        let (node, home, served) = try await networkWithACity(program)
        defer { served.terminate() }
        let desk = PolicyDesk(program: program, home: home)
        try await unknownNames(desk)
        let first = try await foreseenRefusals(desk)
        try await warnings(desk, first)
        try await scheduled(desk, first)
        try await waitingChange(desk)
        try await rejection(program, node: node, home: home)
        try await suspendedProvider(desk, node: node)
        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")
        // The ledger in the directory tells the same of names.
        let who = try await desk.run(4, "policy", "who", "MA.840.5363000/tides", "--directory", node)
        #expect(who.contains("`MA.840.5363000/tides` was never published"), "\(who)")
        let known = try await desk.run(0, "policy", "who", PolicyDesk.dataset, "--directory", node)
        #expect(known.contains("before 2099-06-01T00:00:00Z"), "\(known)")
    }

    private func unknownNames(_ desk: PolicyDesk) async throws {
        let tides = "MA.840.5363000/tides"
        let who = try await desk.run(4, "policy", "who", tides)
        #expect(who.contains("nobody may do anything with \(tides)\n`\(tides)` was never published"), "\(who)")
        let json = try await desk.json(4, "policy", "who", tides, "--json")
        #expect(json["missing"]?["dataset"]?.string?.contains("never published") == true)
        let can = try await desk.run(4, "policy", "can", "MA.156.1399", "read", PolicyDesk.dataset)
        #expect(can.contains("never\n`MA.156.1399` is not registered and cannot ask"), "\(can)")
        let both = try await desk.json(4, "policy", "can", "MA.156.1399", "read", tides, "--json")
        #expect(both["missing"]?["consumer"]?.string != nil && both["missing"]?["dataset"]?.string != nil, "\(both)")
        let registered = try await desk.json(
            3, "policy", "can", "MA.156.1301.90", "read", PolicyDesk.dataset, "--json")
        #expect(registered["missing"]?["consumer"] == .null && registered["missing"]?["dataset"] == .null)
        let history = try await desk.run(4, "policy", "history", tides)
        #expect(history.hasPrefix("none\n`\(tides)` was never published"), "\(history)")
        #expect(try await desk.run(0, "policy", "history", PolicyDesk.dataset) == "none\n")
        #expect(try await desk.run(4, "policy", "list", "--dataset", tides).hasPrefix("none\n`\(tides)` was never"))
        for (words, meant) in [
            (["can", "MA.156.1301.90", "raed", PolicyDesk.dataset], "read"),
            (["explain", PolicyDesk.dataset, "--action", "raed"], "read"),
            (["list", "--status", "inforce"], "inForce"),
        ] {
            let hint = try await desk.run(64, ["policy"] + words)
            #expect(hint.contains("did you mean `\(meant)`?"), "\(hint)")
        }
    }

    /// What the ledger would record without effect is refused in its words, and is not on the ledger.
    private func foreseenRefusals(_ desk: PolicyDesk) async throws -> String {
        let path = try desk.policy("first", "MA.156.1301.90")
        let first = try await desk.propose(path)
        let size = try await desk.ledgerSize()
        let checked = try await desk.run(0, "policy", "check", path)
        #expect(checked.contains("warning: it is proposed already: the same once more is refused"), "\(checked)")
        let again = try await desk.run(3, "policy", "propose", path)
        #expect(again.contains("the policy `\(first)` is proposed already"), "\(again)")
        let alone = try await desk.run(3, "policy", "approve", first, "--key", "policy-1")
        #expect(alone.contains("has agreed already; another key must"), "\(alone)")
        let past = try await desk.run(
            3, "policy", "propose", try desk.policy("past", "MA.156.1301.90"), "--from", "2020-01-01")
        #expect(past.contains("--from 2020-01-01 is past: it is 2020-01-01T00:00:00Z, the beginning"), "\(past)")
        #expect(past.contains("leave --from out"), "\(past)")
        let over = try await desk.run(
            3, "policy", "propose", try desk.policy("past", "MA.156.1301.90"), "--until", "2020-01-01")
        #expect(over.contains("--until 2020-01-01 is past: it is 2020-01-02T00:00:00Z, the end of that day"), "\(over)")
        let foreign = try desk.policy("foreign", "MA.840.5363000", dataset: "MA.156.1301/divisions")
        let refused = try await desk.run(2, "policy", "propose", foreign)
        #expect(refused.contains("`MA.156.1301/divisions` is not a dataset of MA.840.5363000"), "\(refused)")
        #expect(try await desk.run(2, "policy", "check", foreign).contains("is not a dataset of MA.840.5363000"))
        let missing = try await desk.run(3, "dataset", "withdraw", "MA.840.5363000/tides")
        #expect(missing.contains("MA.840.5363000/tides"), "\(missing)")
        #expect(try await desk.ledgerSize() == size)
        let listed = try await desk.run(0, "policy", "list")
        for words in ["1 of 2", "urn:example:first", "The first of its kind"] {
            #expect(listed.contains(words), "\(listed)")
        }
        _ = try await desk.run(0, "policy", "approve", first)
        return first
    }

    /// What `check` warns of `propose` says too.
    private func warnings(_ desk: PolicyDesk, _ first: String) async throws {
        let history = try await desk.run(0, "policy", "history", first)
        #expect(history.contains("  The first of its kind  urn:example:first\n"), "\(history)")
        #expect(history.contains("  agreed: 2 of 2  MA.840.5363000#policy-1  MA.840.5363000#policy-2\n"), "\(history)")
        let twin = try desk.policy(
            "twin", "MA.156.1399", uid: "first", dataset: "MA.840.5363000/tides",
            more: ", constraint: [{leftOperand: dateTime, operator: lt, rightOperand: 2026-01-01}]")
        for command in ["check", "propose"] {
            let said = try await desk.run(0, "policy", command, twin)
            for words in [
                "`urn:example:first` is the uid of a policy already that would be in force beside it: \(first)",
                "it has expired", "`MA.840.5363000/tides` is not published", "MA.156.1399 is not registered",
            ] {
                #expect(said.contains(words), "\(command): \(said)")
            }
        }
        _ = try await desk.run(0, "policy", "reject", try PolicyFile.read(twin).hash.description)
        let brief = try desk.policy(
            "brief", "MA.156.1301.90",
            more: ", constraint: [{leftOperand: dateTime, operator: eq, rightOperand: 2098-12-05}]")
        for (option, day, words) in [
            (
                "--until", "2098-12-01",
                "it never permits anything until 2098-12-02T00:00:00Z, when the policy would end"
            ),
            ("--from", "2099-01-01", "it ends before it would come into force, at 2099-01-01T00:00:00Z"),
        ] {
            let said = try await desk.run(0, "policy", "propose", brief, option, day)
            #expect(said.contains(words) && !said.contains("expired"), "\(said)")
            _ = try await desk.run(0, "policy", "reject", try PolicyFile.read(brief).hash.description)
        }
        let open = try opening(desk)
        for command in ["check", "propose"] {
            let said = try await desk.run(0, "policy", command, open)
            #expect(
                said.contains("anybody may read MA.840.5363000/weather: the permission names no consumer"), "\(said)")
        }
        let rejected = try await desk.json(
            0, "policy", "reject", try PolicyFile.read(open).hash.description, "--json")
        #expect(rejected["type"]?.string == "policy.reject")
        let listed = try await desk.run(0, "policy", "list", "--status", "rejected")
        #expect(listed.contains("Open weather / 开放天气"), "\(listed)")
        let replacing = try desk.policy("third", "MA.156.1301.90", uid: "first", after: "replaces: urn:example:first")
        #expect(try await !desk.run(0, "policy", "check", replacing).contains("is the uid of"))
    }

    /// A policy whose permission names no consumer; its path.
    private func opening(_ desk: PolicyDesk) throws -> String {
        try desk.program.write(
            """
            type: Set
            uid: urn:example:opened
            title: {en: Open weather, zh: 开放天气}
            permission: [{target: \(PolicyDesk.dataset), action: read}]

            """, to: "opened.yaml")
    }

    /// A replacement that is agreed for later, what it means until then, and what its withdrawal leaves.
    private func scheduled(_ desk: PolicyDesk, _ first: String) async throws {
        let path = try desk.policy("second", "MA.156.1303")
        let second = try await desk.propose(
            path, "--from", "2099-01-01", "--until", "2099-05-31", "--replaces", first)
        _ = try await desk.run(0, "policy", "approve", second)
        let who = try await desk.run(0, "policy", "who", PolicyDesk.dataset)
        #expect(
            who.contains("MA.156.1301.90 and its units may read MA.840.5363000/weather, before 2099-01-01"), "\(who)")
        #expect(who.contains("from 2099-01-01T00:00:00Z until 2099-06-01T00:00:00Z"), "\(who)")
        let explain = ["policy", "explain", PolicyDesk.dataset, "--consumer", "MA.156.1303.01"]
        for (time, status) in [("2098-12-31", 3), ("2099-01-01", 0), ("2099-05-31T23:59:59Z", 0), ("2099-06-01", 3)]
            as [(String, Int32)]
        {
            _ = try await desk.run(status, explain + ["--time", time])
        }
        let withdrawn = try await desk.run(0, "policy", "withdraw", second)
        #expect(
            withdrawn.contains(
                "\(first), whose place it was to take, still ends at 2099-01-01T00:00:00Z, unless 2 keys ask for this "
                    + "withdrawal"), "\(withdrawn)")
        #expect(
            withdrawn.contains("it stays in force when 1 more key asks too: `hansa policy withdraw \(second)"),
            "\(withdrawn)")
        let restored = try await desk.run(0, "policy", "withdraw", second, "--key", "policy-2")
        #expect(restored.contains("\(first), whose place it was to take, stays in force"), "\(restored)")
        let past = try await desk.run(3, explain + ["--time", "2020-01-01"])
        #expect(past.contains("by the policies in force now: --height asks the ledger as it was"), "\(past)")
        let limited = try await desk.propose(
            try desk.policy("limited", "MA.156.1302"), "--until", "2099-05-31")
        _ = try await desk.run(0, "policy", "approve", limited)
        let until = try await desk.run(0, "policy", "who", PolicyDesk.dataset)
        #expect(
            until.contains("MA.156.1302 and its units may read MA.840.5363000/weather, before 2099-06-01"), "\(until)")
        #expect(until.contains("MA.156.1301.90 and its units may read MA.840.5363000/weather\n"), "\(until)")
        let profile = try await Profile(home: Home(desk.home), flags: [:], environment: [:])
        let (some, all) = try await NodeClient.with(try profile.node()) { node in
            let city = try profile.code()
            return (
                try await node.agreedPolicies(of: city, limit: 1), try await node.agreedPolicies(of: city, limit: 2)
            )
        }
        #expect(some.policies.count == 1 && !some.isWhole)
        #expect(all.policies.count == 2 && all.isWhole)
    }

    /// A change that waits as a policy does is shown before it is agreed to, and is taken for no policy.
    private func waitingChange(_ desk: PolicyDesk) async throws {
        _ = try await desk.run(0, "key", "generate", "policy")
        let asked = try await desk.json(0, "key", "add", "policy-3", "--json")
        let hash = try #require(asked["change"]?.string)
        for words in [["policy", "show", hash], ["policy", "history", hash], ["identity", "show"]] {
            let shown = try await desk.run(0, words)
            for part in ["\(hash)  key.add of MA.840.5363000 waits: 0 of the 2 keys", "#policy-3", "#registry-1"] {
                #expect(shown.contains(part), "\(words): \(shown)")
            }
        }
        let refused = try await desk.run(64, "policy", "diff", "--ledger", hash)
        #expect(refused.contains("`\(hash)` is no policy: key.add of"), "\(refused)")
        let agreed = try await desk.run(0, "policy", "approve", hash)
        #expect(agreed.contains("the key.add of MA.840.5363000 waits: 1 of the 2 keys"), "\(agreed)")
        _ = try await desk.run(0, "policy", "reject", hash)
    }

    /// What a city's policies say is nothing while it is suspended.
    private func suspendedProvider(_ desk: PolicyDesk, node: String) async throws {
        let code = "MA.840.5363000"
        try await expect(desk.program, 0, "identity", "suspend", code, "--reason", "test", "--home", node)
        for more in [[], ["--directory", node]] {
            let who = try await desk.run(0, ["policy", "who", PolicyDesk.dataset] + more)
            #expect(
                who.contains("nobody may") && who.contains("nothing is shared while `\(code)` is suspended"), "\(who)")
            _ = try await desk.run(3, ["policy", "can", "MA.156.1301.90", "read", PolicyDesk.dataset] + more)
        }
        let asking = try await desk.run(3, "policy", "can", code, "read", PolicyDesk.dataset)
        #expect(asking.contains("`\(code)` is suspended and cannot ask"), "\(asking)")
        try await expect(desk.program, 0, "identity", "reinstate", code, "--reason", "test", "--home", node)
    }

    /// An applicant that was rejected, for a reason.
    private func rejection(_ program: Program, node: String, home: String) async throws {
        let other = program.path("olympia")
        try await expect(
            program, 0, "key", "generate", "--home", other, "--code", "MA.840.0667000", "tls", "exchange", "registry")
        let profile = try InputFile.text(home + "/profile.yaml").replacing("MA.840.5363000", with: "MA.840.0667000")
        try OutputFile.write(profile.utf8, to: other + "/profile.yaml")
        let before = try await expect(program, 4, "identity", "show", "--home", other)
        #expect(!before.error.contains("rejected"), "\(before.error)")
        try await expect(program, 0, "identity", "apply", "--home", other, "--title", "en=San Francisco")
        let rejected = try await expect(
            program, 0, "identity", "reject", "MA.840.0667000", "--home", node, "--reason",
            "the caller was not the city")
        #expect(rejected.output.contains("the application is rejected"), "\(rejected.output)")
        let shown = try await expect(program, 4, "identity", "show", "--home", other)
        #expect(shown.error.contains("its application was rejected"), "\(shown.error)")
        #expect(shown.error.contains("MA.156.1301.90 voted against it at 20"), "\(shown.error)")
        #expect(shown.error.contains(": the caller was not the city (signed by key "), "\(shown.error)")
        try await expect(program, 0, "identity", "apply", "--home", other, "--title", "en=San Francisco")
        let approved = try await expect(program, 0, "identity", "approve", "MA.840.0667000", "--home", node)
        #expect(approved.output.contains("MA.840.0667000 is active now"), "\(approved.output)")
        // A city with one key of the two that must agree is told before its proposal waits for ever.
        try await expect(program, 0, "key", "generate", "--home", other, "policy")
        try await expect(program, 0, "key", "add", "policy-1", "--home", other)
        let lonely = try await expect(
            program, 0, "policy", "propose",
            try PolicyDesk(program: program, home: other).policy("lonely", "MA.156", dataset: "MA.840.0667000/air"),
            "--home", other)
        #expect(lonely.output.contains("2 `policy` keys must agree and 1 is in use"), "\(lonely.output)")
    }
}

/// A city's administrator at work.
private struct PolicyDesk {
    static let dataset = "MA.840.5363000/weather"
    let program: Program
    let home: String

    /// Writes a policy that permits somebody to read; its path.
    func policy(
        _ name: String, _ assignee: String, uid: String? = nil, dataset: String = dataset, more: String = "",
        after: String = ""
    ) throws -> String {
        try program.write(
            """
            type: Set
            uid: urn:example:\(uid ?? name)
            title: The \(name) of its kind
            permission: [{assignee: \(assignee), target: \(dataset), action: read\(more)}]
            \(after)

            """, to: name + ".yaml")
    }

    func propose(_ path: String, _ more: String...) async throws -> String {
        _ = try await run(0, ["policy", "propose", path] + more)
        return try PolicyFile.read(path).hash.description
    }

    func ledgerSize() async throws -> UInt64 {
        try Checkpoint(parsing: SignedNote(parsing: Array(try await run(0, "ledger", "checkpoint").utf8)).text).size
    }

    func json(_ status: Int32, _ words: String...) async throws -> JSONValue {
        try JSONValue(parsing: Array(try await run(status, words).utf8))
    }

    func run(_ status: Int32, _ words: String...) async throws -> String { try await run(status, words) }

    /// What a command says, on either stream.
    func run(_ status: Int32, _ words: [String]) async throws -> String {
        let found = try await ChildProcess.run(
            words + ["--home", home], logging: program.directory, program: Program.executable)
        #expect(found.status == status, "\(words): \(found.output)\(found.error)")
        return found.output + found.error
    }
}
