import AccessReceipts
import ArgumentParser
import CityIdentity
import Foundation
import Ledger

/// `hansa bench receipts`: how many receipts a second the disk takes.
struct BenchReceipts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts", abstract: "Measure how many receipts a second this machine makes durable.",
        discussion: """
            Writes receipts as a gateway does, in a new store in --directory, opens it again, and removes it. Choose a
            directory on the disk that the gateway's receipts will be on.
            Example: hansa bench receipts --directory /var/lib/hansa --count 1000000
            """)

    @OptionGroup var output: OutputOptions

    @Option(name: .shortAndLong, help: "Receipts to write.")
    var count = 200_000

    @Option(name: .long, help: "Receipts that wait for the disk at a time.")
    var waiting = 1024

    @Option(name: .shortAndLong, help: "Where to make the store.")
    var directory = "."

    func validate() throws {
        try BenchCommand.check("--count", count, 1...100_000_000)
        try BenchCommand.check("--waiting", waiting, 1...16_384)
    }

    func run() async throws {
        let place = try BenchDirectory(below: directory)
        defer { place.remove() }
        let report = try await measure(in: place)
        output.print(json: report.json, text: report.text)
    }

    private func measure(in place: BenchDirectory) async throws -> StoreReport {
        let key = try PrivateKey(generating: .eddsa)
        let sample = try ReceiptSample()
        let origin = ReceiptsAnchor.origin(network: sample.network, gateway: sample.gateway)
        func open() throws -> ReceiptStore {
            do {
                return try ReceiptStore(
                    directory: place.path, origin: origin, signer: NoteKey.signer(name: origin, key: key))
            } catch {
                throw CommandError(.failure, "the store cannot be opened", cause: error)
            }
        }
        let store = try open()
        let (seconds, latency) = try await ConcurrentWork.run(count, workers: min(waiting, count)) { _, _ in
            try await store.append(sample.receipt())
        }
        store.close()
        let start = ContinuousClock.now
        let again = try open()
        let reopening = (ContinuousClock.now - start) / .seconds(1)
        let size = try await again.reader.size()
        again.close()
        guard size == UInt64(count) else {
            throw CommandError(.failure, "\(size) of \(count) receipts were there when the store was opened again")
        }
        return StoreReport(
            what: "receipts", count: count, seconds: seconds, waiting: waiting, latency: latency, size: place.size,
            reopening: reopening)
    }
}

/// Receipts as a small exchange leaves them, of the same size.
struct ReceiptSample: Sendable {
    let network: String
    let gateway: IdentificationCode
    private let consumer: IdentificationCode
    private let provider: IdentificationCode
    private let signature: Receipt.Signature?
    private let digest = Receipt.Digest([UInt8](repeating: 0x5A, count: 32))

    init() throws {
        try self.init(network: "ledger.example/bench", gateway: IdentificationCode("MA.156.1301.90"))
    }

    init(network: String, gateway: IdentificationCode) throws {
        (self.network, self.gateway) = (network, gateway)
        consumer = try IdentificationCode("MA.156.1301")
        provider = try IdentificationCode("MA.840.5363000")
        let base = #"""
            "@method": GET
            "@target-uri": https://gateway.example/exchange/MA.840.5363000/bench/1k
            "exchange-purpose": environmental-research
            "@signature-params": ("@method" "@target-uri" "exchange-purpose");created=1795334400;expires=1795334460;nonce="q83vEjRWeJCrze8SNFZ4kA";keyid="MA.156.1301#exchange-1";tag="hansa-exchange"
            """#
        signature = Receipt.Signature(
            key: try KeyIdentifier(code: consumer, name: "exchange-1"), base: Array(base.utf8),
            value: [UInt8](repeating: 0xA5, count: 64))
    }

    func receipt(at time: Timestamp = .now()) -> Receipt {
        Receipt(
            id: ReceiptID(at: time), network: network, gateway: gateway, time: time, consumer: consumer,
            provider: provider, dataset: "\(provider)/bench", action: "read", purpose: "environmental-research",
            method: "GET", target: "https://gateway.example/exchange/\(provider)/bench/1k",
            decision: Receipt.Decision(.permit, policy: [UInt8](repeating: 7, count: 32), rule: "urn:bench#read"),
            ledgerHeight: 12, request: Receipt.Request(signature: signature),
            response: Receipt.Response(status: 200, size: 1024, digest: digest, completed: time))
    }

    /// A nonce of a signature made now that lives for a minute.
    func nonce() -> NonceRecord {
        NonceRecord(
            key: "\(consumer)#exchange-1", nonce: UUID().uuidString, expires: Timestamp.now().adding(seconds: 60))
    }
}
