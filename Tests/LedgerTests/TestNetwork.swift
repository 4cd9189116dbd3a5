import CityIdentity
import SharingPolicy
import TransparencyLog

@testable import Ledger

/// A small network on a chain without disk: one registrar who runs it, and whoever it lets in.
struct TestNetwork {
    static let name = "ledger.test/network"
    static let start = Timestamp(seconds: 1_700_000_000)

    var chain = LedgerChain()
    var time = Self.start
    /// The blocks so far.
    private(set) var blocks: [Block] = []
    private(set) var keys: [KeyIdentifier: PrivateKey] = [:]

    let registrars: [IdentificationCode]

    /// Begins with as many registrars, of whom `threshold` must agree.
    init(registrars count: Int = 1, threshold: Int = 1) throws {
        registrars = try (0..<count).map { try IdentificationCode("MA.156.1301.9\($0)") }
        let names = ["registry", "validator", "receipts"]
        var identities: [IdentityApplication] = []
        for code in registrars { identities.append(try application(code, names)) }
        let genesis = NetworkGenesis(
            identities: identities, registrars: registrars, threshold: threshold,
            validators: try registrars.map { try KeyIdentifier(code: $0, name: "validator") })
        let jws = try sign(.networkGenesis(genesis), by: "MA.156.1301.90#registry")
        guard case .recorded(.applied) = try append([jws])[0] else {
            throw LedgerError(.refused, "the genesis of the test is not one")
        }
    }

    var state: LedgerState { chain.state }

    func id(_ text: String) throws -> KeyIdentifier { try KeyIdentifier(text) }

    /// Makes a key of the purpose its name begins with, and keeps it.
    mutating func declare(_ id: String, purposes: Set<KeyPurpose>? = nil) throws -> KeyDeclaration {
        let id = try KeyIdentifier(id)
        let purpose = id.name.split(separator: "-").first.flatMap { KeyPurpose(rawValue: String($0)) }
        let key = try PrivateKey(generating: purpose == .validator ? .eddsa : .es256)
        keys[id] = key
        return try KeyDeclaration(
            id: id, publicKey: key.publicKey, purposes: purposes ?? [purpose ?? .exchange],
            notBefore: Self.start.adding(seconds: -60), notAfter: Self.start.adding(seconds: 86_400))
    }

    mutating func application(_ code: IdentificationCode, _ names: [String]) throws -> IdentityApplication {
        IdentityApplication(
            code: code, profile: IdentityProfile(title: LocalizedText(["en": "Node \(code)"])),
            keys: try names.map { try declare("\(code)#\($0)") })
    }

    func transaction(_ body: Transaction.Body, by signer: String) throws -> Transaction {
        let signer = try KeyIdentifier(signer)
        return Transaction(
            network: Self.name, signer: signer, sequence: state.nextSequence(of: signer), time: time, body: body)
    }

    func sign(_ body: Transaction.Body, by signer: String) throws -> [UInt8] {
        try sign(transaction(body, by: signer))
    }

    func sign(_ transaction: Transaction) throws -> [UInt8] {
        guard let key = keys[transaction.signer] else { throw LedgerError(.unknownKey, "no such key in the test") }
        return try transaction.signed(by: key)
    }

    /// Makes a block of signed transactions.
    @discardableResult
    mutating func append(_ transactions: [[UInt8]]) throws -> [Execution] {
        time = time.adding(seconds: 1)
        let draft = chain.draft(try transactions.map { try SignedTransaction(parsing: $0) }, at: time)
        let executions = draft.executions
        if !draft.transactions.isEmpty { blocks.append(try chain.append(draft).block) }
        return executions
    }

    /// Makes a block of one transaction.
    @discardableResult
    mutating func submit(_ body: Transaction.Body, by signer: String) throws -> Execution {
        let executions = try append([sign(body, by: signer)])
        return executions[0]
    }

    /// Applies for a code and has every registrar that is needed approve.
    mutating func admit(_ code: String, keys names: [String] = ["registry", "policy-1", "policy-2", "exchange"]) throws
    {
        let code = try IdentificationCode(code)
        let application = try application(code, names)
        try submit(.identityApply(application), by: "\(code)#\(names[0])")
        for registrar in registrars.prefix(state.network?.threshold ?? 1) {
            try submit(.identityApprove(try decision(on: code)), by: "\(registrar)#registry")
        }
    }

    /// A vote on the application that stands now.
    func decision(on code: IdentificationCode) throws -> ApplicationDecision {
        ApplicationDecision(code: code, application: state.applications(for: code).first?.thumbprint ?? "none")
    }

    /// Signs checkpoints of the network.
    func validator() throws -> NoteSigner {
        let key = keys[try KeyIdentifier(code: registrars[0], name: "validator")]
        return try NoteSigner(name: Self.name, seed: key?.ed25519Seed ?? [])
    }

    mutating func delegate(_ code: String, by signer: String, keys names: [String] = ["registry", "policy-1"]) throws
        -> Execution
    {
        let application = try application(IdentificationCode(code), names)
        return try submit(.identityDelegate(application), by: signer)
    }

    mutating func publish(_ dataset: String, by signer: String) throws -> Execution {
        try submit(.datasetPublish(try Self.dataset(dataset)), by: signer)
    }

    static func dataset(_ identifier: String, origin: String = "https://origin.test/data/") throws -> Dataset {
        Dataset(
            identifier: try DatasetIdentifier(identifier), title: LocalizedText(["en": "Air quality", "zh": "空气质量"]),
            keywords: ["air"], license: "CC-BY-4.0", mediaType: "application/json", origin: origin,
            actions: [.init(methods: ["GET", "HEAD"], path: "/**", action: "read")])
    }

    /// A policy that lets everyone read, or keeps everyone from it.
    static func policy(for dataset: String, prohibits: Bool = false, serial: Int = 0) throws -> PolicyProposal {
        let target = try DatasetIdentifier(dataset).iri.text
        let document = """
            {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:test:policy:\(serial)",
             "\(prohibits ? "prohibition" : "permission")": [{"target": "\(target)", "action": "read"}]}
            """
        return PolicyProposal(format: .jsonld, document: Array(document.utf8))
    }
}

extension Execution {
    /// `applied`, or the reason for which nothing was done, with the code in front where it is not even recorded.
    var words: String {
        switch self {
        case .recorded(.applied): "applied"
        case .recorded(.noop(let reason)): reason
        case .inadmissible(let error): "\(error.code): \(error.message)"
        }
    }
}
