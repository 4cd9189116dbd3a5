import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import Synchronization
import TransparencyLog

/// `hansa bench ledger`: how many transactions a second a ledger in one process makes final.
struct BenchLedger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Measure how many transactions a second this machine makes final.",
        discussion: """
            Begins a network in a new directory in --directory, has many nodes publish data sets, each waiting until its
            last transaction is final, opens the ledger again, and removes it. Signing is not counted.
            Example: hansa bench ledger --directory /var/lib/hansa --count 100000
            """)

    @OptionGroup var output: OutputOptions

    @Option(name: .shortAndLong, help: "Transactions to submit.")
    var count = 50_000

    @Option(name: .long, help: "Nodes that submit, each one transaction at a time.")
    var nodes = 512

    @Option(name: .shortAndLong, help: "Where to make the ledger.")
    var directory = "."

    func validate() throws {
        try BenchCommand.check("--count", count, 1...10_000_000)
        try BenchCommand.check("--nodes", nodes, 1...4096)
    }

    func run() async throws {
        let place = try BenchDirectory(below: directory)
        defer { place.remove() }
        let report: StoreReport
        do {
            report = try await measure(in: place)
        } catch let error as LedgerError {
            throw CommandError(.failure, "the ledger did not take a transaction", cause: error)
        }
        output.print(json: report.json, text: report.text)
    }

    private func measure(in place: BenchDirectory) async throws -> StoreReport {
        let network = try BenchNetwork(nodes: min(nodes, count))
        let validator = try network.validator()
        let settings = try network.settings(validator)
        let ledger = try await Ledger.create(
            directory: place.path, genesis: network.genesis(validator), settings: settings)
        let (seconds, latency) = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await ledger.run() }
            while !ledger.isRunning { try await Task.sleep(for: .milliseconds(1)) }
            try await network.admit(to: ledger)
            let transactions = try network.publications(count)
            let measured = try await ConcurrentWork.run(count, workers: network.members.count) { number, _ in
                _ = try await ledger.submit(transactions[number])
            }
            tasks.cancelAll()
            try await tasks.waitForAll()
            return measured
        }
        try ledger.close()
        let start = ContinuousClock.now
        let again = try await Ledger.open(directory: place.path, settings: settings)
        let reopening = (ContinuousClock.now - start) / .seconds(1)
        try again.close()
        return StoreReport(
            what: "transactions", count: count, seconds: seconds, waiting: network.members.count, latency: latency,
            size: place.size, reopening: reopening)
    }
}

/// A network of one operator and the nodes below it, with all their keys.
struct BenchNetwork: Sendable {
    struct Member: Sendable {
        let code: IdentificationCode
        let keyID: KeyIdentifier
        let key: PrivateKey
    }

    let members: [Member]
    private let name: String
    /// The fingerprint that transactions are bound to; `nil` before there is one.
    private let genesisHash: Hash?
    private let registrar: Member
    /// The sequence number of the registrar's next transaction.
    private let next: UInt64
    private let time = Timestamp.now()

    /// Nodes below a registrar of a new network.
    init(nodes: Int) throws {
        let registrar = try Self.member(IdentificationCode("MA.156.1301"), "registry-1", .es256)
        try self.init(nodes: nodes, below: registrar, name: "ledger.example/bench", genesisHash: nil, next: 1)
    }

    /// Nodes below a registrar of a network that is there.
    init(nodes: Int, below registrar: Member, of view: LedgerView) throws {
        try self.init(
            nodes: nodes, below: registrar, name: view.network, genesisHash: view.networkRecord?.genesis,
            next: view.nextSequence(registrar.keyID))
    }

    private init(nodes: Int, below registrar: Member, name: String, genesisHash: Hash?, next: UInt64) throws {
        (self.registrar, self.name, self.genesisHash, self.next) = (registrar, name, genesisHash, next)
        members = try (0..<nodes).map {
            try Self.member(IdentificationCode("\(registrar.code).\(10_000 + $0)"), "registry-1", .es256)
        }
    }

    private static func member(
        _ code: IdentificationCode, _ name: String, _ algorithm: SignatureAlgorithm
    ) throws -> Member {
        Member(
            code: code, keyID: try KeyIdentifier(code: code, name: name), key: try PrivateKey(generating: algorithm))
    }

    func validator() throws -> Member { try Self.member(registrar.code, "validator-1", .eddsa) }

    func settings(_ validator: Member) throws -> Ledger.Settings {
        Ledger.Settings(signer: try NoteKey.signer(name: name, key: validator.key))
    }

    func genesis(_ validator: Member) throws -> [UInt8] {
        let genesis = NetworkGenesis(
            identities: [try application(registrar, validator)], registrars: [registrar.code], threshold: 1,
            validators: [validator.keyID])
        return try transaction(.networkGenesis(genesis), by: registrar, sequence: 0)
    }

    private func application(_ keys: Member...) throws -> IdentityApplication {
        IdentityApplication(
            code: keys[0].code, profile: IdentityProfile(title: LocalizedText(["en": "Node"])),
            keys: try keys.map { member in
                try KeyDeclaration(
                    id: member.keyID, publicKey: member.key.publicKey,
                    purposes: [member.key.algorithm == .eddsa ? .validator : .registry],
                    notBefore: time.adding(seconds: -60), notAfter: time.adding(seconds: 864_000))
            })
    }

    private func transaction(_ body: Transaction.Body, by member: Member, sequence: UInt64) throws -> [UInt8] {
        try Transaction(
            network: name, genesis: genesisHash, signer: member.keyID, sequence: sequence, time: .now(), body: body
        ).signed(by: member.key)
    }

    /// Registers the members below the operator.
    func admit(to ledger: Ledger) async throws {
        for (index, member) in members.enumerated() {
            let delegation = Transaction.Body.identityDelegate(try application(member))
            let submission = try await ledger.submit(
                transaction(delegation, by: registrar, sequence: next + UInt64(index)))
            guard submission.outcome == .applied else {
                throw CommandError(.failure, "`\(member.code)` was not registered: \(submission.outcome)")
            }
        }
    }

    /// Signed transactions, in turn by each member, each by its next sequence number: every member publishes a data set
    /// under ever new titles.
    func publications(_ count: Int) throws -> [[UInt8]] {
        try (0..<count).map { number in
            let member = members[number % members.count]
            let turn = number / members.count
            let dataset = Dataset(
                identifier: try .init(provider: member.code, name: "data-\(turn % 16)"),
                title: LocalizedText(["en": "Air quality \(turn)"]), origin: "https://origin.example/data/",
                actions: [.init(methods: ["GET"], path: "/**", action: "read")])
            return try transaction(.datasetPublish(dataset), by: member, sequence: UInt64(turn))
        }
    }
}
