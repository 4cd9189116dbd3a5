import AccessReceipts
import ArgumentParser
import CityIdentity
import Foundation
import Ledger
import Logging
import StrictJSON

/// `hansa bench node`: a node that has been at work for long, to see how soon it serves again.
struct BenchNode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Fill a new node with transactions and receipts, as long use would.",
        discussion: """
            The node is one that `hansa network init` made and that does not run. Its ledger takes the transactions, its
            store the receipts, and both anchors them, as `hansa serve` does it. For measurements: what is written stays.
            Example: hansa bench node --directory node --receipts 1000000 --transactions 100000
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "Receipts to write.")
    var receipts = 1_000_000

    @Option(name: .long, help: "Transactions to submit.")
    var transactions = 100_000

    func validate() throws {
        try BenchCommand.check("--receipts", receipts, 1...100_000_000)
        try BenchCommand.check("--transactions", transactions, 1...10_000_000)
    }

    func run() async throws {
        let running = try await RunningNode(
            configuration: node.configuration(), metrics: PrometheusRegistry(), logger: Logger(label: "hansa.bench"))
        do {
            try await fill(running)
        } catch {
            running.close()
            throw CommandError(.failure, "the node cannot be filled", cause: error)
        }
        let size = running.ledger.view.size
        running.close()
        output.print(
            json: ["receipts": JSONValue(receipts), "leaves": JSONValue(size)],
            text: "\(receipts) receipts and a ledger of \(size) leaves stand\n")
    }

    private func fill(_ running: RunningNode) async throws {
        let (ledger, store) = (running.ledger, running.receipts)
        let anchorer = try running.anchorer()
        let (code, key) = (running.configuration.code, try running.configuration.key(named: "registry-1"))
        let registrar = BenchNetwork.Member(code: code, keyID: key.id, key: key.key)
        let network = try BenchNetwork(nodes: min(512, transactions), below: registrar, of: ledger.view)
        let sample = try ReceiptSample(network: ledger.view.network, gateway: code)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await ledger.run() }
            while !ledger.isRunning { try await Task.sleep(for: .milliseconds(1)) }
            try await network.admit(to: ledger)
            let signed = try network.publications(max(0, transactions - network.members.count))
            _ = try await ConcurrentWork.run(signed.count, workers: network.members.count) { number, _ in
                _ = try await ledger.submit(signed[number])
            }
            _ = try await ConcurrentWork.run(receipts, workers: min(1024, receipts)) { _, _ in
                try await store.append(sample.receipt(), nonce: sample.nonce())
            }
            try await anchorer.anchor()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }
}
