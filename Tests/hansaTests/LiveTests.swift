import CityIdentity
import Foundation
import Ledger
import SharingPolicy
import StrictJSON
import Testing
import TransparencyLog

@testable import hansa

/// A network from its beginning to a refused exchange, by commands alone, on loopback.
@Suite struct LiveTests {
    @Test(.timeLimit(.minutes(2))) func aCityComesToANetworkAndIsRefusedWithAReceipt() async throws {
        let program = try Program()
        let (exchange, open) = ("127.0.0.1:\(try FreePort.find())", "127.0.0.1:\(try FreePort.find())")
        let (node, home) = (program.path("node"), program.path("seattle"))
        let begun = try await program.run(
            "network", "init", "--directory", node, "--name", "ledger.example/live", "--operator", "MA.156.1301.90",
            "--exchange-listen", exchange, "--public-listen", open, "--json")
        #expect(begun.status == 0, "\(begun.error)")
        let again = try await program.run(
            "network", "init", "--directory", node, "--name", "ledger.example/live", "--operator", "MA.156.1301.90")
        #expect(again.status == 64)

        let served = try program.start("serve", "--directory", node)
        defer { served.terminate() }
        try await waitUntilReady("http://" + open, served)

        try await expect(
            program, 0, "key", "generate", "--home", home, "--code", "MA.840.5363000", "tls", "exchange", "policy",
            "policy", "registry")
        try await expect(
            program, 0, "network", "join", "--home", home, "--code", "MA.840.5363000", "--node", "http://" + open,
            "--gateway-certificate", node + "/certificates/tls-1.pem")
        try await expect(program, 4, "identity", "show", "--home", home)
        try await expect(program, 0, "identity", "apply", "--home", home, "--title", "en=Seattle")
        try await expect(program, 3, "identity", "apply", "--home", home, "--title", "en=Seattle")
        try await expect(
            program, 3, "identity", "approve", "MA.840.5363000", "--home", node, "--application", "another")
        let waiting = try await expect(program, 0, "key", "list", "--home", home)
        #expect(waiting.output.contains("not in use: `MA.840.5363000` is applied"), "\(waiting.output)")
        try await expect(program, 0, "identity", "approve", "MA.840.5363000", "--home", node)
        let shown = try await expect(program, 0, "identity", "show", "--home", home, "--json")
        let identity = try JSONValue(parsing: Array(shown.output.utf8))
        #expect(identity["identity"]?["status"]?.string == "active")
        #expect(identity["keys"]?.array?.count == 5)
        try await expect(program, 0, "doctor", "--home", home)

        try await exchanges(program, home: home, node: node)
        try await proofs(program, home: home, node: node)
        try await histories(program, home: home, node: node)

        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")

        try await expect(program, 0, "key", "generate", "exchange", "--home", node)
        let unknown = try await expect(
            program, 78, "serve", "--directory", node, "--set", "operator.exchange-key=exchange-2")
        #expect(unknown.error.contains("`MA.156.1301.90#exchange-2` is not on the ledger"), "\(unknown.error)")
    }

    private func exchanges(_ program: Program, home: String, node: String) async throws {
        let dataset = try program.write(
            """
            name: weather
            title: {en: Weather}
            origin: https://127.0.0.1:9/
            actions: [{methods: [GET], path: /**, action: read}]

            """, to: "weather.yaml")
        try await expect(program, 0, "dataset", "publish", dataset, "--home", home)
        try await expect(program, 3, "dataset", "publish", dataset, "--home", home)
        let examined = try await expect(program, 2, "doctor", "--directory", node)
        #expect(examined.output.contains("`127.0.0.1` is a loopback"), "\(examined.output)")
        #expect(try FileMode.of(node + "/receipts") == 0o700)
        for file in ["receipts.sqlite", "receipts.sqlite-wal"] {
            #expect(try FileMode.of(node + "/receipts/" + file) == 0o600)
        }
        let policy = try program.write(
            """
            type: Set
            uid: urn:example:weather
            permission:
              - {assignee: MA.156.1301, target: MA.840.5363000/weather, action: read}

            """, to: "policy.yaml")
        let unknown = try program.write(
            "name: x\ntitle: {en: X}\norigin: https://127.0.0.1:9/\nactions: [{methods: [GET], path: /**, action: reed}]\n",
            to: "unknown.yaml")
        let misspelt = try await expect(program, 66, "dataset", "publish", unknown, "--home", home)
        #expect(misspelt.error.contains("did you mean `read`?"), "\(misspelt.error)")
        let proposed = try await expect(program, 0, "policy", "propose", policy, "--home", home, "--json")
        let hash = try #require(try JSONValue(parsing: Array(proposed.output.utf8))["hash"]?.string)
        try await expect(program, 3, "policy", "approve", hash, "--home", home, "--key", "policy-1")
        let approved = try await expect(program, 0, "policy", "approve", hash, "--home", home)
        #expect(approved.output.contains("it is in force"), "\(approved.output)")
        try await policies(program, home: home, policy: policy, hash: hash)
        let refused = try await expect(
            program, 3, "fetch", "MA.840.5363000/weather/today", "--home", home, "--output", program.path("out"))
        #expect(refused.error.contains("urn:hansa:problem:not-permitted"))
        #expect(!FileManager.default.fileExists(atPath: program.path("out")))
        let listed = try await expect(program, 0, "receipts", "list", "--directory", node, "--json")
        let receipts = try JSONValue(parsing: Array(listed.output.utf8))["receipts"]?.array ?? []
        #expect(receipts.count == 1)
        #expect(receipts.first?["receipt"]?["decision"]?["outcome"]?.string == "deny")
        let id = try #require(receipts.first?["id"]?.string)
        let owed = try await expect(program, 0, "receipts", "list", "--obligations", "--directory", node)
        #expect(owed.output == "none\n")
        let evidence = program.path("evidence")
        try await expect(program, 0, "receipts", "export", id, "--directory", node, "--output", evidence)
        try await expect(program, 0, "receipts", "verify", evidence, "--home", home)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: evidence))
        bytes[bytes.startIndex + bytes.count / 3] ^= 1
        try bytes.write(to: URL(fileURLWithPath: evidence))
        try await expect(program, 2, "receipts", "verify", evidence, "--home", home)
    }

    /// What administrators ask of policies, now and of the ledger as it was, and one that comes into force later.
    private func policies(_ program: Program, home: String, policy: String, hash: String) async throws {
        let dataset = "MA.840.5363000/weather"
        try await expect(program, 0, "policy", "can", "MA.156.1301", "read", dataset, "--home", home)
        let who = try await expect(program, 0, "policy", "who", dataset, "--home", home)
        #expect(who.output.contains("MA.156.1301 and its units may read"), "\(who.output)")
        let before = try await expect(program, 4, "policy", "who", dataset, "--home", home, "--height", "2")
        #expect(before.output.contains("nobody may"), "\(before.output)")
        try await expect(
            program, 4, "policy", "can", "MA.156.1301", "read", dataset, "--home", home, "--height", "2")
        try await expect(program, 4, "policy", "who", dataset, "--home", home, "--height", "1000000")
        try await expect(program, 64, "policy", "who", dataset, "--height", "2", "--policy", policy)

        let wider = try program.write(
            try String(contentsOfFile: policy, encoding: .utf8).replacing("MA.156.1301", with: "MA.156"),
            to: "wider.yaml")
        let compared = try await expect(program, 2, "policy", "compare", policy, wider, "--json")
        #expect(try JSONValue(parsing: Array(compared.output.utf8))["relation"]?.string != nil, "\(compared.output)")
        let proposed = try await expect(
            program, 0, "policy", "propose", wider, "--home", home, "--from", "2099-01-01T00:00:00Z", "--replaces",
            hash, "--json")
        let later = try #require(try JSONValue(parsing: Array(proposed.output.utf8))["hash"]?.string)
        let shown = try await expect(program, 0, "policy", "show", later, "--home", home)
        #expect(shown.output == (try InputFile.text(wider)))
        let record = try JSONValue(
            parsing: Array(try await expect(program, 0, "policy", "show", later, "--home", home, "--json").output.utf8))
        #expect(record["status"]?.string == "proposed" && record["approvals"]?.array?.isEmpty == false, "\(record)")
        #expect(record["policy"]?["replaces"]?.string == hash, "\(record)")
        try await expect(program, 4, "policy", "show", String(repeating: "0", count: 64), "--home", home)
        let approved = try await expect(program, 0, "policy", "approve", later, "--home", home)
        #expect(approved.output.contains("scheduled"), "\(approved.output)")
        let listed = try await expect(program, 0, "policy", "list", "--home", home, "--status", "scheduled")
        #expect(listed.output.contains(later), "\(listed.output)")
        let coming = try await expect(
            program, 0, "policy", "can", "MA.156.1302", "read", dataset, "--home", home)
        #expect(coming.output.contains("yes, from 2099-01-01T00:00:00Z on"), "\(coming.output)")
        let history = try await expect(program, 0, "policy", "history", later, "--home", home)
        #expect(history.output.contains("#policy-2"), "\(history.output)")
        try await expect(program, 0, "policy", "withdraw", later, "--home", home)

        // One key ends what a policy permits; what it prohibits takes as many as to begin.
        let mixed = try program.write(
            """
            type: Set
            uid: urn:example:mixed
            permission:
              - {assignee: MA.156.1302, target: MA.840.5363000/weather, action: read}
            prohibition:
              - {assignee: MA.156.1303, target: MA.840.5363000/weather, action: read}

            """, to: "mixed.yaml")
        let asked = try await expect(program, 0, "policy", "propose", mixed, "--home", home, "--json")
        let both = try #require(try JSONValue(parsing: Array(asked.output.utf8))["hash"]?.string)
        try await expect(program, 0, "policy", "approve", both, "--home", home)
        let explain = ["policy", "explain", dataset, "--consumer", "MA.156.1302", "--home", home]
        let permitted = try await ChildProcess.run(
            explain, logging: program.directory, program: Program.executable)
        #expect(permitted.status == 0, "\(permitted.output)\(permitted.error)")
        try await expect(program, 0, "policy", "withdraw", both, "--home", home)
        let ended = try await ChildProcess.run(explain, logging: program.directory, program: Program.executable)
        #expect(ended.status == 3, "\(ended.output)\(ended.error)")
        try await shares(program, home: home, dataset: dataset)
    }

    /// A policy that asks for something in return: what the ledger says that cities share, and what is assumed instead.
    private func shares(_ program: Program, home: String, dataset: String) async throws {
        let mutual = try program.write(
            """
            type: Set
            uid: urn:example:mutual
            permission:
              - target: MA.840.5363000/weather
                action: read
                constraint: [{leftOperand: consumerShares, operator: isAnyOf, rightOperand: [weather, tides]}]

            """, to: "mutual.yaml")
        let proposed = try await expect(program, 0, "policy", "propose", mutual, "--home", home, "--json")
        let hash = try #require(try JSONValue(parsing: Array(proposed.output.utf8))["hash"]?.string)
        let approved = try await expect(program, 0, "policy", "approve", hash, "--home", home, "--json")
        let height = try #require(try JSONValue(parsing: Array(approved.output.utf8))["height"]?.int)
        for more in [[], ["--height", "\(height)"]] {
            func run(_ status: Int32, _ words: String...) async throws -> String {
                let found = try await ChildProcess.run(
                    ["policy"] + words + ["--home", home] + more, logging: program.directory,
                    program: Program.executable)
                #expect(found.status == status, "\(found.output)\(found.error)")
                return found.output
            }
            let denied = try await run(3, "explain", dataset, "--consumer", "MA.156.1304")
            #expect(
                denied.contains("shares any of `weather`, `tides` with the provider, and it shares nothing"),
                "\(denied)")
            let assumed = try await run(0, "explain", dataset, "--consumer", "MA.156.1304", "--shares", "tides")
            #expect(assumed.contains("assuming that MA.156.1304 shares `tides`"), "\(assumed)")
            // The city's own datasets are open to it, so that its units are its partners.
            let own = try await run(0, "explain", dataset, "--consumer", "MA.840.5363000.77")
            #expect(own.contains("MA.840.5363000 shares `weather` with MA.840.5363000"), "\(own)")
            let can = try await run(0, "can", "MA.156.1304", "read", dataset)
            #expect(
                can.contains(": not now; yes, if the consumer's city shares `tides` or `weather` with the provider"),
                "\(can)")
            #expect(can.contains("MA.156.1304 shares nothing with MA.840.5363000, so that now it may not"), "\(can)")
            let who = try await run(0, "who", dataset)
            #expect(who.contains("no other city shares tides or weather with MA.840.5363000 now"), "\(who)")
        }
        try await expect(program, 0, "policy", "withdraw", hash, "--home", home)
    }

    /// Hands in a transaction that changes nothing as a program does that does not ask to be refused then.
    private func recordSomethingWithoutEffect(_ program: Program, home: String) async throws {
        let profile = try await Profile(home: Home(home), flags: [:], environment: [:])
        let signer = try KeyIdentifier("MA.840.5363000#registry-1")
        let transaction = try await NodeClient.with(try profile.node()) { node in
            try await Transaction(
                network: "ledger.example/live", genesis: try profile.genesis(), signer: signer,
                sequence: node.nextSequence(of: signer), time: .now(),
                body: .datasetWithdraw(
                    DatasetWithdrawal(dataset: try DatasetIdentifier("MA.840.5363000/nothing"), reason: nil)))
        }
        let file = program.path("transaction")
        try OutputFile.write(transaction.signed(by: KeyFile.read(home + "/keys/registry-1.pem")), to: file)
        let answer = try await ChildProcess.run(
            [
                "--silent", "--header", "Content-Type: application/jose", "--data-binary", "@" + file,
                try profile.node().url + "/ledger/transactions",
            ], logging: program.directory, program: URL(fileURLWithPath: "/usr/bin/curl"))
        #expect(answer.output.contains("\"noop\""), "\(answer.output)\(answer.error)")
    }

    private func proofs(_ program: Program, home: String, node: String) async throws {
        try await recordSomethingWithoutEffect(program, home: home)
        try await expect(program, 0, "ledger", "verify", "--home", home)
        let derived = try await expect(program, 0, "ledger", "verify", "--directory", node)
        let log = try await expect(program, 0, "ledger", "log", "--directory", node)
        for text in [derived.output, log.output] { #expect(text.contains("without effect: "), "\(text)") }
        let foreign = "ledger.example/live+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
        let untrusted = try await program.run("ledger", "verify", "--home", home, "--ledger-key", foreign)
        #expect(untrusted.status == 64 || untrusted.status == 2)
        try await expect(program, 0, "ledger", "show", "1", "--home", home, "--json")
        try await expect(program, 4, "ledger", "show", "100000", "--home", home)
        let registry = program.path("registry.json")
        let code = try await expect(program, 0, "code", "show", "--home", home, "--registry", registry)
        let text = code.output.trimmingCharacters(in: .whitespacesAndNewlines)
        try await expect(program, 0, "code", "verify", text, "--registry", registry, "--home", home)
        try await expect(
            program, 2, "code", "verify", text.replacing("5363000", with: "5363001"), "--registry", registry, "--home",
            home)
        try await expect(program, 0, "key", "revoke", "exchange-1", "--reason", "test", "--home", home)
        try await expect(
            program, 0, "code", "show", "--home", home, "--registry", registry, "--key", "registry-1")
        try await expect(program, 2, "code", "verify", text, "--registry", registry, "--home", home)
        let revoked = try await expect(
            program, 3, "fetch", "MA.840.5363000/weather/today", "--home", home, "--output", program.path("out"))
        #expect(revoked.error.contains("key-not-active"), "\(revoked.error)")
        try await expect(program, 0, "key", "generate", "exchange", "--home", home)
        let unusable = try await expect(program, 3, "code", "show", "--home", home, "--key", "exchange-1")
        #expect(unusable.error.contains("nobody would accept"), "\(unusable.error)")
        let idle = try await expect(program, 2, "doctor", "--home", home)
        #expect(idle.output.contains("none of the `exchange` keys here is in use"), "\(idle.output)")
        try await expect(program, 0, "key", "add", "exchange-2", "--home", home)
        let renewed = try await expect(program, 0, "code", "show", "--home", home, "--registry", registry)
        try await expect(
            program, 0, "code", "verify", renewed.output.trimmingCharacters(in: .whitespacesAndNewlines), "--registry",
            registry, "--home", home)
        // The first key that is in use signs.
        let rotated = try await expect(
            program, 3, "fetch", "MA.840.5363000/weather/today", "--home", home, "--output", program.path("out"))
        #expect(rotated.error.contains("not-permitted"), "\(rotated.error)")
    }

    /// What a home has kept of the ledger holds the node to it.
    private func histories(_ program: Program, home: String, node: String) async throws {
        let kept = home + "/ledger.checkpoint"
        let older = try InputFile.bytes(kept)
        try await expect(program, 0, "dataset", "withdraw", "MA.840.5363000/weather", "--home", home)
        let verified = try await expect(program, 0, "ledger", "verify", "--home", home)
        #expect(verified.output.contains("begins with"), "\(verified.output)")
        #expect(try InputFile.bytes(kept) != older)
        let shown = try await expect(program, 0, "ledger", "checkpoint", "--keep", "--home", home)
        #expect(Array(shown.output.utf8) == (try InputFile.bytes(kept)))

        // The same size with another root, and one more than there is, both signed by the ledger's own key.
        let checkpoint = try Checkpoint(parsing: SignedNote(parsing: older).text)
        let signer = try NoteKey.signer(
            name: checkpoint.origin, key: PrivateKey(pem: InputFile.text(node + "/keys/validator-1.pem")))
        for size in [checkpoint.size, checkpoint.size + 1_000_000] {
            let other = try Checkpoint(
                origin: checkpoint.origin, size: size, root: Hash(hashing: [1]),
                extensionLines: checkpoint.extensionLines)
            try OutputFile.write(other.signed(by: signer).bytes, to: kept)
            for command in [["ledger", "verify"], ["ledger", "checkpoint", "--keep"]] {
                let refused = try await ChildProcess.run(
                    command + ["--home", home], logging: program.directory, program: Program.executable)
                #expect(refused.status == 2, "\(refused.output)\(refused.error)")
                #expect(refused.error.contains("ledger.checkpoint.conflict"), "\(refused.error)")
            }
            #expect(try InputFile.bytes(kept) == other.signed(by: signer).bytes)
        }
        let seen = try await expect(program, 2, "doctor", "--home", home)
        #expect(seen.output.contains("another history"), "\(seen.output)")
        try FileManager.default.removeItem(atPath: kept)
        try FileManager.default.removeItem(atPath: kept + ".conflict")

        // A home that joined another network under the same name neither believes this one nor changes it.
        let profile = try InputFile.text(home + "/profile.yaml")
        let genesis = try #require(profile.split(separator: "\n").first { $0.hasPrefix("genesis: ") })
        let entry = try await expect(program, 0, "ledger", "show", "3", "--home", home, "--json")
        let content = try JSONValue(parsing: Array(entry.output.utf8))["content"]
        #expect(genesis == "genesis: \"\(content?["genesis"]?.string ?? "")\"")
        try OutputFile.write(
            profile.replacing(genesis, with: "genesis: \(Hash(hashing: [1]).hex)").utf8, to: home + "/profile.yaml")
        try await expect(program, 2, "ledger", "verify", "--home", home)
        try await expect(program, 3, "key", "revoke", "tls-1", "--reason", "lost", "--home", home)
        try OutputFile.write(profile.utf8, to: home + "/profile.yaml")
    }

    @discardableResult
    func expect(
        _ program: Program, _ status: Int32, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Output {
        let result = try await ChildProcess.run(arguments, logging: program.directory, program: Program.executable)
        #expect(
            result.status == status, "\(arguments.joined(separator: " ")): \(result.output)\(result.error)",
            sourceLocation: sourceLocation)
        return result
    }

    func waitUntilReady(_ url: String, _ served: ChildProcess) async throws {
        for _ in 0..<300 where served.isRunning {
            if (try? await NodeClient.with(NodeAddress(url)) { try await $0.bytes("/health/ready") }) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the node did not become ready: \(served.errorText)")
    }
}
