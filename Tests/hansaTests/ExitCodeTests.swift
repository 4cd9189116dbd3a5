import CityIdentity
import Foundation
import StrictJSON
import Testing

@testable import hansa

@Suite struct ExitCodeTests {
    @Test(
        arguments: [
            (["frobnicate"], 64, "frobnicate"),
            (["fech"], 64, "did you mean `fetch`?"),
            (["help", "nope"], 64, "`nope` is no command"),
            (["help", "policy", "aprove"], 64, "did you mean `approve`?"),
            (["policy", "aprove"], 64, "did you mean `approve`?"),
            (["policy", "check", "/"], 66, "is a directory"),
            (["key", "generate", "tls", "--code", "MA.156.9999"], 64, "MA.156.9999"),
            (
                [
                    "network", "init", "--directory", "x", "--name", "n", "--operator", "MA.156.1301",
                    "--exchange-listen", "0.0.0.0:8443",
                ], 64, "--dns-name"
            ),
            (["receipts", "list", "--directory", "/nowhere"], 78, "name a node's directory"),
            (["identity", "approve"], 64, "target"),
            (["identity", "show", "MA.1", "--node", "http://127.0.0.1:1"], 64, "`MA.1`"),
            (["key", "generate", "tsl", "--code", "MA.156.1301"], 64, "did you mean `tls`?"),
            (["key", "generate", "receipts", "--algorithm", "SM2", "--code", "MA.156.1301"], 64, "EdDSA"),
            (["network", "init", "--directory", "x", "--name", "n", "--operator", "MA.156.9999"], 64, "MA.156.9999"),
            (["network", "init", "--directory", "x", "--name", "a b", "--operator", "MA.156.1301"], 64, "cannot name"),
            (["fetch", "nothing"], 64, "CODE/DATASET"),
            (["fetch", "MA.156.1301/a/b", "--json"], 64, "--output"),
            (["serve", "--set", "log.levle=info"], 78, "did you mean `log.level`?"),
            (["serve", "--directory", "/nowhere"], 78, "/nowhere/hansa.yaml"),
            (["identity", "list"], 78, "HANSA_NODE"),
            (["identity", "list", "--node", "http://127.0.0.1:1"], 5, "does not answer: connection refused"),
            (["fetch", "MA.156.1301/a/b"], 78, "hansa network join"),
            (["policy", "check", "/nowhere.yaml"], 66, "/nowhere.yaml"),
            (["receipts", "verify", "/nowhere", "--ledger-key", "x"], 64, "ledger key"),
            (["code", "verify", "HANSA:x", "--registry", "/nowhere", "--ledger-key", "x"], 64, "ledger key"),
        ] as [([String], Int32, String)])
    func wrongUseSaysWhatIsWrong(arguments: [String], status: Int32, words: String) async throws {
        let program = try Program()
        let homeless = ["help", "network", "serve", "policy", "frobnicate", "fech", "receipts list"]
        let takesHome = !homeless.contains { arguments.joined(separator: " ").hasPrefix($0) }
        let result = try await ChildProcess.run(
            arguments + (takesHome ? ["--home", program.path("home")] : []), logging: program.directory,
            program: Program.executable)
        #expect(result.status == status, "\(result.error)")
        #expect(result.error.contains(words), "\(result.error)")
        #expect(result.output.isEmpty)
    }

    @Test func policyCheckFindsAndCounts() async throws {
        let program = try Program()
        let good = try program.write(
            """
            type: Set
            uid: urn:example:good
            permission:
              - {assignee: MA.840.5363000, target: MA.156.1301/divisions, action: read}

            """, to: "good.yaml")
        let bad = try program.write(
            """
            type: Set
            uid: urn:example:bad
            permission:
              - {assignee: MA.840.5363000, target: MA.156.1301/divisions, action: raed}

            """, to: "bad.yaml")
        let yes = try await program.run("policy", "check", good, "--code", "MA.156.1301", "--json")
        #expect(yes.status == 0, "\(yes.output)\(yes.error)")
        let no = try await program.run("policy", "check", good, bad, "--json")
        #expect(no.status == 2)
        let answers = try JSONValue(parsing: Array(no.output.utf8))["policies"]?.array ?? []
        #expect(answers.map { $0["proposable"]?.bool } == [true, false])
        #expect(answers.last?["problems"]?.array?.first?["path"]?.string == "/permission/0/action")
        // Of one uid both are told.
        let other = try program.write(
            try String(contentsOfFile: good, encoding: .utf8).replacing("action: read", with: "action: use"),
            to: "other.yaml")
        let both = try await program.run("policy", "check", good, other, "--code", "MA.156.1301")
        #expect(
            both.status == 0 && both.output.components(separatedBy: "has the same uid").count == 3, "\(both.output)")
        let foreign = try await program.run("policy", "check", good, "--code", "MA.840.0667000")
        #expect(foreign.status == 2)
    }

    /// Policies that no city can propose, and why.
    @Test(arguments: [
        ("type: Offer", "{target: MA.156.1301/divisions, action: read}", "an Offer grants nothing"),
        (
            "type: Set",
            "{target: MA.156.1301/divisions, action: read, constraint: [{leftOperand: language, operator: eq, rightOperand: en}]}",
            "no exchange has a value for `language`"
        ),
        ("type: Set", "{target: 'urn:example:everything', action: read}", "`urn:example:everything` is not a dataset"),
    ])
    func policyCheckSaysWhatNobodyCanPropose(type: String, permission: String, words: String) async throws {
        let program = try Program()
        let file = try program.write(
            "\(type)\nuid: urn:example:policy\npermission: [\(permission)]\n", to: "policy.yaml")
        let result = try await program.run("policy", "check", file)
        #expect(result.status == 2, "\(result.error)")
        #expect(result.output.contains("✗ cannot be proposed") && result.output.contains(words), "\(result.output)")
    }

    @Test func explainAnswersFromFilesAlone() async throws {
        let program = try Program()
        let policy = try program.write(
            """
            type: Set
            uid: urn:example:research
            permission:
              - assignee: MA.840.5363000
                target: MA.156.1301/divisions
                action: read
                constraint: [{leftOperand: purpose, operator: eq, rightOperand: research}]

            """, to: "policy.yaml")
        let base = ["policy", "explain", "MA.156.1301/divisions", "--policy", policy, "--consumer"]
        for (consumer, purpose, status) in [
            ("MA.840.5363000", "research", 0), ("MA.840.5363000.01", "research", 0), ("MA.840.5363000", "sale", 3),
            ("MA.840.0667000", "research", 3),
        ] as [(String, String, Int32)] {
            let result = try await ChildProcess.run(
                base + [consumer, "--purpose", purpose], logging: program.directory, program: Program.executable)
            #expect(result.status == status, "\(consumer) \(purpose): \(result.output)\(result.error)")
        }
    }

    @Test func keysAreListedAsJSONAlone() async throws {
        let program = try Program()
        let result = try await program.run(
            "key", "generate", "tls", "exchange", "--algorithm", "EdDSA", "--code", "MA.840.5363000", "--home",
            program.path("home"), "--json")
        #expect(result.status == 0, "\(result.error)")
        let keys = try JSONValue(parsing: Array(result.output.utf8))["keys"]?.array ?? []
        #expect(keys.map { $0["key"]?.string } == ["MA.840.5363000#tls-1", "MA.840.5363000#exchange-1"])
        #expect(keys.allSatisfy { $0["algorithm"]?.string == "EdDSA" })
        let certificate = try CertificateFile.read(try InputFile.text(try #require(keys[0]["certificate"]?.string)))
        #expect(certificate.first?.codes.map(\.description) == ["MA.840.5363000"])
    }
}
