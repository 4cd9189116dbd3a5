import AccessReceipts
import CityIdentity
import Foundation
import Ledger
import SharingPolicy
import TransparencyLog

/// A network of a gateway's operator and two cities on a real ledger, with the keys of all of them.
final class TestNetwork: Sendable {
    static let name = "ledger.test/relay"
    static let operatorCode = "MA.156.1301.90"
    static let provider = "MA.156.1301"
    static let consumer = "MA.840.5363000"
    static let stranger = "MA.840.0667000"

    let directory: URL
    let ledger: Ledger
    let keys: [String: PrivateKey]
    private let running: Task<Void, Never>

    private static let purposes: [(suffix: String, purpose: KeyPurpose)] = [
        ("registry", .registry), ("tls", .tls), ("tls-2", .tls), ("exchange", .exchange), ("exchange-2", .exchange),
        ("policy-1", .policy), ("policy-2", .policy), ("receipts", .receipts),
    ]

    init() async throws {
        self.directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "hansa-relay-\(UInt64.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
        var keys: [String: PrivateKey] = [:]
        var identities: [IdentityApplication] = []
        for code in [Self.operatorCode, Self.provider, Self.consumer, Self.stranger] {
            identities.append(try Self.identity(code, keys: &keys))
        }
        let validator = "\(Self.operatorCode)#validator"
        let operatorIdentity = try IdentificationCode(Self.operatorCode)
        let genesis = NetworkGenesis(
            identities: identities, registrars: [operatorIdentity], threshold: 1,
            validators: [try KeyIdentifier(validator)])
        let signer = try KeyIdentifier("\(Self.operatorCode)#registry")
        let transaction = Transaction(
            network: Self.name, signer: signer, sequence: 0, time: .now(), body: .networkGenesis(genesis))
        let noteSigner = try NoteSigner(name: Self.name, seed: keys[validator]?.ed25519Seed ?? [])
        self.ledger = try await Ledger.create(
            directory: self.directory.appendingPathComponent("ledger").path,
            genesis: try transaction.signed(by: try Self.key(signer.description, keys)),
            settings: .init(signer: noteSigner))
        self.keys = keys
        let ledger = self.ledger
        self.running = Task { try? await ledger.run() }
    }

    func close() async {
        self.running.cancel()
        await self.running.value
        try? self.ledger.close()
        try? FileManager.default.removeItem(at: self.directory)
    }

    private static func identity(_ text: String, keys: inout [String: PrivateKey]) throws -> IdentityApplication {
        let code = try IdentificationCode(text)
        var declarations: [KeyDeclaration] = []
        let validator: [(suffix: String, purpose: KeyPurpose)] =
            text == Self.operatorCode ? [("validator", .validator)] : []
        for (suffix, purpose) in Self.purposes + validator {
            let id = try KeyIdentifier(code: code, name: suffix)
            let key = try PrivateKey(generating: purpose == .validator || suffix == "exchange-2" ? .eddsa : .es256)
            keys[id.description] = key
            declarations.append(
                try KeyDeclaration(
                    id: id, publicKey: key.publicKey, purposes: [purpose],
                    notBefore: Timestamp.now().adding(seconds: -60),
                    notAfter: Timestamp.now().adding(seconds: 86_400)))
        }
        return IdentityApplication(
            code: code, profile: IdentityProfile(title: LocalizedText(["en": "Node \(text)"])), keys: declarations)
    }

    private static func key(_ id: String, _ keys: [String: PrivateKey]) throws -> PrivateKey {
        guard let key = keys[id] else { throw LedgerError(.unknownKey, "no such key in the test") }
        return key
    }

    func key(_ id: String) throws -> PrivateKey { try Self.key(id, self.keys) }

    // MARK: Transactions

    @discardableResult
    func submit(_ body: Transaction.Body, by signer: String) async throws -> Submission {
        let id = try KeyIdentifier(signer)
        let transaction = Transaction(
            network: Self.name, signer: id, sequence: self.ledger.view.nextSequence(id), time: .now(), body: body)
        let jws = try transaction.signed(by: try self.key(signer))
        let submission: Submission
        do {
            submission = try await self.ledger.submit(jws)
        } catch  where error.code == .stopped {
            // The ledger's task may not have begun yet.
            try await Task.sleep(for: .milliseconds(200))
            submission = try await self.ledger.submit(jws)
        }
        if case .noop(let reason) = submission.outcome { throw LedgerError(.refused, reason) }
        return submission
    }

    /// Publishes a dataset, of the provider's if nothing else is said, that stands at an origin, with the action of every
    /// method.
    func publish(_ name: String, origin: String, by owner: String = provider) async throws {
        let dataset = Dataset(
            identifier: try DatasetIdentifier("\(owner)/\(name)"), title: LocalizedText(["en": name]),
            origin: origin,
            actions: [
                .init(methods: ["GET", "HEAD"], path: "/**", action: "read"),
                .init(methods: ["POST", "PUT"], path: "/**", action: "use"),
            ])
        try await self.submit(.datasetPublish(dataset), by: "\(owner)#policy-1")
    }

    /// Ends the offer of a dataset.
    func withdraw(_ name: String, by owner: String = provider) async throws {
        let dataset = try DatasetIdentifier("\(owner)/\(name)")
        try await self.submit(
            .datasetWithdraw(DatasetWithdrawal(dataset: dataset, reason: "test")), by: "\(owner)#policy-1")
    }

    /// Puts a policy in force, or has it begin and end; both policy keys of its owner agree.
    func enforce(
        _ text: String, from: Timestamp? = nil, until: Timestamp? = nil, by owner: String = provider
    ) async throws {
        let document = Array(text.utf8)
        let policy: Policy
        do { policy = try Policy(parsing: document, format: .jsonld) } catch {
            throw LedgerError(.refused, "\(error.problems)")
        }
        try await self.submit(
            .policyPropose(
                PolicyProposal(format: .jsonld, document: document, inForceFrom: from, inForceUntil: until)),
            by: "\(owner)#policy-1")
        guard self.ledger.view.policy(policy.hash)?.decision != .agreed else { return }
        try await self.submit(
            .policyApprove(PolicyDecision(policy: policy.hash, reason: nil)), by: "\(owner)#policy-2")
    }

    func revoke(_ key: String) async throws {
        let id = try KeyIdentifier(key)
        try await self.submit(.keyRevoke(KeyRevocation(key: id, reason: "test")), by: "\(id.code)#registry")
    }

    func suspend(_ code: String) async throws {
        try await self.submit(.identitySuspend(try Self.change(of: code)), by: "\(Self.operatorCode)#registry")
    }

    func reinstate(_ code: String) async throws {
        try await self.submit(.identityReinstate(try Self.change(of: code)), by: "\(Self.operatorCode)#registry")
    }

    func retire(_ code: String) async throws {
        try await self.submit(.identityRetire(try Self.change(of: code)), by: "\(code)#registry")
    }

    private static func change(of code: String) throws -> StatusChange {
        StatusChange(code: try IdentificationCode(code), reason: "test")
    }

    // MARK: Certificates

    /// A certificate for a key, as its owner would make it.
    func certificate(
        for id: String, code: String? = nil, notBefore: Int64 = -60, notAfter: Int64 = 3600, key: PrivateKey? = nil
    ) throws -> TLSCertificate {
        let owner = try code.map { try IdentificationCode($0) } ?? KeyIdentifier(id).code
        return try TLSCertificate.selfSigned(
            code: owner, key: try key ?? self.key(id), dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"],
            notBefore: Timestamp.now().adding(seconds: notBefore), notAfter: Timestamp.now().adding(seconds: notAfter))
    }
}
