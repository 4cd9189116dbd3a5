import AccessReceipts
import CityIdentity
import Foundation
import Ledger
import StrictJSON
import Testing
import TransparencyLog

/// A network of one city in a directory of its own, its ledger running.
struct Network {
    let directory: String
    let ledger: Ledger
    let receipts: ReceiptStore
    let registry: PrivateKey
    let officer: PrivateKey

    static let name = "ledger.hansa.example/console"

    static func city() throws -> IdentificationCode { try IdentificationCode("MA.156.1301") }

    /// Runs `body` while the ledger makes blocks, then closes everything and removes the directory.
    static func run(_ body: @Sendable (Network) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "console-\(UUID().uuidString)").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let network = try await Network(directory: directory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await network.ledger.run() }
            defer { group.cancelAll() }
            // Yielding in a loop would take the processor from the task that is waited for.
            while !network.ledger.isRunning { try await Task.sleep(for: .milliseconds(5)) }
            try await body(network)
        }
        network.receipts.close()
        try network.ledger.close()
    }

    private init(directory: String) async throws {
        self.directory = directory
        registry = try PrivateKey(generating: .es256)
        officer = try PrivateKey(generating: .es256)
        let validator = try PrivateKey(generating: .eddsa)
        let seed = try #require(validator.ed25519Seed)
        let city = try Self.city()
        let now = Timestamp.now()
        let keys = [
            try Self.declare("\(city)#registry-1", registry, [.registry]),
            try Self.declare("\(city)#officer-1", officer, [.officer]),
            try Self.declare("\(city)#validator-1", validator, [.validator]),
        ]
        let application = IdentityApplication(
            code: city, profile: IdentityProfile(title: LocalizedText(["en": "Shijiazhuang", "zh": "石家庄市"])), keys: keys
        )
        let genesis = Transaction(
            network: Self.name, signer: keys[0].id, sequence: 0, time: now,
            body: .networkGenesis(
                NetworkGenesis(identities: [application], registrars: [city], threshold: 1, validators: [keys[2].id])))
        ledger = try await Ledger.create(
            directory: directory + "/ledger", genesis: try genesis.signed(by: registry),
            settings: Ledger.Settings(signer: try NoteSigner(name: Self.name, seed: seed)))
        let origin = ReceiptsAnchor.origin(network: Self.name, gateway: city)
        receipts = try ReceiptStore(
            directory: directory + "/receipts", origin: origin, signer: try NoteSigner(name: origin, seed: seed))
    }

    static func declare(_ id: String, _ key: PrivateKey, _ purposes: Set<KeyPurpose>) throws -> KeyDeclaration {
        try KeyDeclaration(
            id: try KeyIdentifier(id), publicKey: key.publicKey, purposes: purposes,
            notBefore: .now().adding(seconds: -60), notAfter: .now().adding(seconds: 86_400))
    }

    func transaction(_ body: Transaction.Body, by signer: String, _ key: PrivateKey) throws -> [UInt8] {
        let id = try KeyIdentifier(signer)
        return try Transaction(
            network: Self.name, signer: id, sequence: ledger.view.nextSequence(id), time: .now(), body: body
        ).signed(by: key)
    }

    @discardableResult
    func submit(_ body: Transaction.Body, by signer: String, _ key: PrivateKey) async throws -> Submission {
        try await ledger.submit(transaction(body, by: signer, key))
    }

    /// A receipt of a permitted exchange.
    func receipt(dataset: String = "MA.156.1301/divisions", outcome: Receipt.Decision.Outcome = .permit) throws
        -> Receipt
    {
        let now = Timestamp.now()
        return Receipt(
            id: ReceiptID(at: now), network: Self.name, gateway: try Self.city(), time: now,
            consumer: try IdentificationCode("MA.840.5363000"), provider: try Self.city(), dataset: dataset,
            action: "read", purpose: "research", method: "GET",
            target: "https://gateway.example/exchange/\(dataset)/", decision: .init(outcome), ledgerHeight: 1)
    }
}
