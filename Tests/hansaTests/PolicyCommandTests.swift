import CityIdentity
import Foundation
import StrictJSON
import Testing
import TransparencyLog

@testable import hansa

/// What the policy commands say with no node at hand.
@Suite struct PolicyCommandTests {
    private static func policy(action: String = "read", dataset: String = "MA.156.1301/divisions") -> String {
        """
        type: Set
        uid: urn:example:policy
        permission:
          - {assignee: MA.840.5363000, target: \(dataset), action: \(action)}

        """
    }

    private func profile(_ program: Program, _ text: String) throws -> String {
        try FileManager.default.createDirectory(atPath: program.path("home"), withIntermediateDirectories: true)
        _ = try program.write(text, to: "home/profile.yaml")
        return program.path("home")
    }

    /// A city may propose nothing about another's datasets, a unit nothing about its city's.
    @Test(
        arguments: [
            ("MA.840.5363000", "MA.156.1301/divisions", 2), ("MA.156.1301", "MA.156.1301/divisions", 0),
            ("MA.156.1301", "MA.156.1301.02/signals", 0), ("MA.156.1301.02", "MA.156.1301.02/signals", 0),
            ("MA.156.1301.02", "MA.156.1301/divisions", 2),
        ] as [(String, String, Int32)])
    func checkKnowsWhoseHomeItIs(code: String, dataset: String, status: Int32) async throws {
        let program = try Program()
        let file = try program.write(Self.policy(dataset: dataset), to: "policy.yaml")
        let home = try profile(program, "code: \(code)\n")
        let found = try await program.run("policy", "check", file, "--home", home, "--json")
        #expect(found.status == status, "\(found.output)\(found.error)")
        let answer = try JSONValue(parsing: Array(found.output.utf8))
        #expect(answer["proposer"]?.string == code)
        #expect(answer["withoutLedger"]?.string?.contains("`node` is not set in") == true, "\(found.output)")
        let said = try await program.run("policy", "check", file, "--home", home)
        #expect(status == 0 || said.output.contains("`\(dataset)` is not a dataset of \(code)"), "\(said.output)")
        #expect(said.output.contains("checked without the ledger"), "\(said.output)")
    }

    @Test func checkSaysWhyNoLedgerWasAsked() async throws {
        let program = try Program()
        let file = try program.write(Self.policy(), to: "policy.yaml")
        let wrong = try await program.run("policy", "check", file, "--home", program.path("nowhere"))
        #expect(wrong.status == 0, "\(wrong.error)")
        #expect(
            wrong.output.contains(
                "checked without the ledger (datasets, cities, policies in force): there is no "
                    + "`\(program.path("nowhere"))/profile.yaml`"), "\(wrong.output)")
        let offline = try await program.run("policy", "check", file, "--offline")
        #expect(offline.output.contains(": --offline"), "\(offline.output)")
    }

    @Test(arguments: [
        ["diff", "BROKEN", "GOOD"], ["diff", "GOOD", "BROKEN"], ["compare", "GOOD", "BROKEN"],
        ["try", "BROKEN", "--directory", "/nowhere"], ["who", "MA.156.1301/divisions", "--policy", "BROKEN"],
        ["can", "MA.840.5363000", "read", "MA.156.1301/divisions", "--policy", "BROKEN"],
        ["explain", "MA.156.1301/divisions", "--consumer", "MA.840.5363000", "--policy", "BROKEN"],
        ["test", "TABLE"],
    ])
    func aBrokenPolicyIsRefusedWithWhatCheckSays(words: [String]) async throws {
        let program = try Program()
        let names = [
            "BROKEN": try program.write(Self.policy(action: "raed"), to: "broken.yaml"),
            "GOOD": try program.write(Self.policy(), to: "good.yaml"),
            "TABLE": try program.write(
                "policies: [broken.yaml]\ntests: [{name: x, expect: permit, request: {consumer: MA.840.5363000, "
                    + "dataset: MA.156.1301/divisions, time: 2026-12-01}}]\n", to: "x.tests.yaml"),
        ]
        let found = try await ChildProcess.run(
            ["policy"] + words.map { names[$0] ?? $0 }, logging: program.directory, program: Program.executable)
        #expect(found.status == 66, "\(found.output)\(found.error)")
        #expect(found.output.isEmpty)
        for part in [
            "broken.yaml` cannot be proposed:", "/permission/0/action: the action `raed`", "did you mean `read`?",
        ] {
            #expect(found.error.contains(part), "\(found.error)")
        }
    }

    /// Further rules beside one that is for everybody, and how `who` then calls them.
    @Test(arguments: [
        ("", "everybody may read MA.156.1301/divisions\n"),
        (
            "prohibition: [{assignee: MA.840.0667000, target: MA.156.1301/divisions, action: use}]",
            "everybody but MA.840.0667000 with its units may read MA.156.1301/divisions\n"
        ),
        (
            "prohibition: [{assignee: MA.840.0667000, target: MA.156.1301/divisions, action: read}]",
            "everybody but MA.840.0667000 with its units may read MA.156.1301/divisions\n"
        ),
    ])
    func whoNamesEverybodyElseOnlyAfterSomebody(rules: String, words: String) async throws {
        let program = try Program()
        let file = try program.write(
            "type: Set\nuid: urn:example:p\nconflict: prohibit\n"
                + "permission: [{target: MA.156.1301/divisions, action: read}]\n\(rules)\n", to: "p.yaml")
        let found = try await program.run("policy", "who", "MA.156.1301/divisions", "--policy", file)
        #expect(found.status == 0 && found.output == words, "\(found.output)\(found.error)")
    }

    /// Periods of which nothing is left, and a day in the place of a moment.
    @Test(arguments: [
        ["policy", "try", "GOOD", "--directory", "/nowhere", "--from", "2026-12-02", "--until", "2026-12-01"],
        [
            "policy", "try", "GOOD", "--directory", "/nowhere", "--from", "2026-12-01T00:00:00Z", "--until",
            "2026-11-30",
        ],
        ["receipts", "list", "--from", "2026-12-02", "--to", "2026-12-01", "--directory", "NODE"],
        ["policy", "propose", "GOOD", "--from", "2027-12-02", "--until", "2027-12-01"],
    ])
    func aPeriodThatEndsBeforeItBeginsIsNone(words: [String]) async throws {
        let program = try Program()
        let names = ["GOOD": try program.write(Self.policy(), to: "good.yaml"), "NODE": program.path("node")]
        if words.contains("NODE") {
            let begun = try await program.run(
                "network", "init", "--directory", program.path("node"), "--name", "n.example/x", "--operator",
                "MA.156.1301.90")
            #expect(begun.status == 0, "\(begun.error)")
        }
        let found = try await ChildProcess.run(
            words.map { names[$0] ?? $0 }, logging: program.directory, program: Program.executable)
        #expect(found.status == 64, "\(found.output)\(found.error)")
        #expect(found.error.contains("nothing lies between --from"), "\(found.error)")
    }

    @Test func whatIsNoEvidenceIsToldFromEvidenceThatDoesNotHold() async throws {
        let program = try Program()
        let key = try NoteSigner(name: "ledger.example/x", seed: Array(repeating: 7, count: 32)).verifierKey.description
        for (text, status) in [("hello\n", 66), (#"{"type":"hansa-evidence","version":1}"#, 2), ("", 66)]
            as [(String, Int32)]
        {
            let file = try program.write(text, to: "evidence.json")
            let found = try await program.run("receipts", "verify", file, "--ledger-key", key)
            #expect(found.status == status, "\(found.output)\(found.error)")
            #expect(status == 2 || found.error.contains("is no evidence"), "\(found.error)")
        }
    }
}
