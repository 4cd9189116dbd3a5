import AccessReceipts
import CityIdentity
import Foundation
import Ledger
import SharingPolicy
import StrictJSON
import Testing

@testable import hansa

extension LiveTests {
    /// A gateway's own receipts, its policy in force, and others that are tried on them.
    @Test(.timeLimit(.minutes(2))) func whatOtherPoliciesWouldHaveChangedIsListed() async throws {
        let program = try Program()
        let (node, old) = try await nodeWithAPolicy(program)
        try await store(exchanges, in: node + "/receipts")
        let directory = ["policy", "try", "--directory", node]

        let same = try await ChildProcess.run(
            directory + [old, "--alone"], logging: program.directory, program: Program.executable)
        #expect(
            same.status == 0 && same.output.contains("0 of 8 exchanges would change"), "\(same.output)\(same.error)")

        let new = try program.write(
            """
            type: Set
            uid: urn:example:try-new
            replaces: urn:example:try-old
            permission:
              - {assignee: MA.156.1302, target: MA.840.5363000/weather, action: read}
              - {assignee: MA.156.1301.01, target: MA.840.5363000/weather, action: read, duty: [{action: credit}]}
              - {assignee: MA.840.0667000, target: MA.840.5363000/air, action: read}

            """, to: "new.yaml")
        let tried = try await ChildProcess.run(
            directory + [new, "--json"], logging: program.directory, program: Program.executable)
        #expect(tried.status == 2, "\(tried.error)")
        let json = try JSONValue(parsing: Array(tried.output.utf8))
        #expect(json["exchanges"]?.int == 9 && json["changes"]?.int == 8, "\(tried.output)")
        // What a quota denied then is permitted by what is in force now.
        #expect(json["changedSince"]?.int == 1)
        let rows = (json["subjects"]?.array ?? []).map { row in
            [row.field("consumer"), row.field("dataset")]
                + ["exchanges", "permittedAnew", "deniedAnew", "otherDuties"].map { "\(row[$0]?.int ?? -1)" }
        }
        #expect(
            rows == [
                ["MA.840.0667000", "MA.840.5363000/air", "1", "1", "0", "0"],
                ["MA.156.1301", "MA.840.5363000/weather", "4", "0", "4", "0"],
                ["MA.156.1301.01", "MA.840.5363000/weather", "1", "0", "0", "1"],
                ["MA.156.1302", "MA.840.5363000/weather", "2", "2", "0", "0"],
                ["MA.156.1303", "MA.840.5363000/weather", "1", "0", "0", "0"],
            ])
        let examples = (json["subjects"]?.array ?? []).map { $0["example"]?.string }
        #expect(examples.filter { $0 != nil }.count == 4)
        for id in examples.compactMap(\.self) {
            let shown = try await program.run("receipts", "show", id, "--directory", node)
            #expect(shown.status == 0, "\(shown.error)")
        }

        // The ledger's own way to say what is replaced, by its hash, comes to the same.
        let plain = try program.write(
            try String(contentsOfFile: new, encoding: .utf8).replacing("replaces: urn:example:try-old\n", with: ""),
            to: "plain.yaml")
        let named = try await ChildProcess.run(
            directory + [plain, "--json", "--replaces", try PolicyFile.read(old).hash.description],
            logging: program.directory, program: Program.executable)
        #expect(named.output == tried.output, "\(named.output)\(named.error)")
        let beside = try await ChildProcess.run(
            directory + [plain, "--json"], logging: program.directory, program: Program.executable)
        #expect(beside.output != tried.output, "\(beside.error)")

        // For people the same, with one exchange of each that changes and why; and of a shorter period less.
        let table = try await ChildProcess.run(
            directory + [new], logging: program.directory, program: Program.executable)
        #expect(table.status == 2)
        let cells = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        for row in rows { #expect(cells.contains { Array($0.prefix(6)) == row }, "\(row) in \(table.output)") }
        #expect(table.output.contains("8 of 9 exchanges would change\n1 came out otherwise then"), "\(table.output)")
        let later = try await ChildProcess.run(
            directory + [new, "--from", Self.start.adding(seconds: 45).rfc3339, "--json"],
            logging: program.directory, program: Program.executable)
        let short = try JSONValue(parsing: Array(later.output.utf8))
        #expect(short["exchanges"]?.int == 5 && short["changes"]?.int == 4, "\(later.output)")
    }

    /// A network with a city that publishes two datasets and has a policy in force for one; the node's directory, and the
    /// policy's file.
    private func nodeWithAPolicy(_ program: Program) async throws -> (node: String, policy: String) {
        let (node, home, served) = try await networkWithACity(program)
        defer { served.terminate() }
        let policy = try program.write(
            """
            type: Set
            uid: urn:example:try-old
            permission:
              - {assignee: MA.156.1301, target: MA.840.5363000/weather, action: read}

            """, to: "old.yaml")
        let proposed = try await expect(program, 0, "policy", "propose", policy, "--home", home, "--json")
        let hash = try #require(try JSONValue(parsing: Array(proposed.output.utf8))["hash"]?.string)
        try await expect(program, 0, "policy", "approve", hash, "--home", home)
        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")
        return (node, policy)
    }

    /// A network that is served, with a city that publishes two datasets; the directories of the node and of the city.
    func networkWithACity(_ program: Program) async throws -> (node: String, home: String, served: ChildProcess) {
        let (exchange, open) = ("127.0.0.1:\(try FreePort.find())", "127.0.0.1:\(try FreePort.find())")
        let (node, home) = (program.path("node"), program.path("seattle"))
        try await expect(
            program, 0, "network", "init", "--directory", node, "--name", Self.network, "--operator",
            "MA.156.1301.90", "--exchange-listen", exchange, "--public-listen", open)
        let served = try program.start("serve", "--directory", node)
        try await waitUntilReady("http://" + open, served)
        try await expect(
            program, 0, "key", "generate", "--home", home, "--code", "MA.840.5363000", "tls", "exchange", "policy",
            "policy", "registry")
        try await expect(
            program, 0, "network", "join", "--home", home, "--code", "MA.840.5363000", "--node", "http://" + open,
            "--gateway-certificate", node + "/certificates/tls-1.pem")
        try await expect(program, 0, "identity", "apply", "--home", home, "--title", "en=Seattle")
        try await expect(program, 0, "identity", "approve", "MA.840.5363000", "--home", node)
        for name in ["weather", "air"] {
            let dataset = try program.write(
                """
                name: \(name)
                title: {en: \(name)}
                origin: https://origin.example/
                actions: [{methods: [GET], path: /**, action: read}]

                """, to: name + ".yaml")
            try await expect(program, 0, "dataset", "publish", dataset, "--home", home)
        }
        return (node, home, served)
    }

    private static let network = "ledger.example/try"
    /// The reason that a gateway's receipt gives where its policies denied, a quota's too.
    private static let denied = Decision.Reason.noPermission.rawValue
    private static let start = Timestamp(seconds: Timestamp.now().seconds - 3600)

    /// Consumer, dataset, outcome and its reason, ten seconds apart.
    private var exchanges: [(String, String, Receipt.Decision.Outcome, String?)] {
        [
            ("MA.156.1301", "weather", .permit, nil), ("MA.156.1301", "weather", .permit, nil),
            ("MA.156.1301", "weather", .permit, nil), ("MA.156.1302", "weather", .deny, Self.denied),
            ("MA.156.1301", "weather", .deny, "replayed"), ("MA.156.1302", "weather", .deny, Self.denied),
            ("MA.840.0667000", "air", .deny, Self.denied), ("MA.156.1301.01", "weather", .permit, nil),
            ("MA.156.1303", "weather", .deny, Self.denied), ("MA.156.1301", "weather", .deny, Self.denied),
        ]
    }

    /// Writes receipts as a gateway does; of the first exchange an opening and a closing one.
    private func store(
        _ exchanges: [(String, String, Receipt.Decision.Outcome, String?)], in directory: String
    ) async throws {
        let gateway = try IdentificationCode("MA.156.1301.90")
        let origin = ReceiptsAnchor.origin(network: Self.network, gateway: gateway)
        let key = try PrivateKey(pem: InputFile.text(directory + "/../keys/receipts-1.pem"))
        let store = try ReceiptStore(
            directory: directory, origin: origin, signer: NoteKey.signer(name: origin, key: key))
        for (number, exchange) in exchanges.enumerated() {
            let time = Self.start.adding(seconds: Int64(number) * 10)
            let receipt = Receipt(
                id: ReceiptID(at: time), kind: number == 0 ? .opening : .single, network: Self.network,
                gateway: gateway, time: time, consumer: try IdentificationCode(exchange.0),
                provider: try IdentificationCode("MA.840.5363000"), dataset: "MA.840.5363000/" + exchange.1,
                action: "read", method: "GET", target: "https://gateway.example/",
                decision: Receipt.Decision(exchange.2, reason: exchange.3), ledgerHeight: 2,
                response: number == 0 ? nil : Receipt.Response(status: exchange.2 == .permit ? 200 : 403))
            let position = try await store.append(receipt)
            guard number == 0 else { continue }
            let closing = receipt.closing(
                id: ReceiptID(at: time), at: time, leaf: position.entry, end: .complete, request: Receipt.Request(),
                response: Receipt.Response(status: 200))
            _ = try await store.append(closing)
        }
        store.close()
    }
}
