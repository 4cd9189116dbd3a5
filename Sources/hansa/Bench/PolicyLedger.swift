import CityIdentity
import Foundation
import Ledger
import SharingPolicy
import TransparencyLog

/// A ledger in a directory of its own, with nothing on it but one city's policies: what `hansa bench policy` asks.
struct PolicyLedger {
    static let network = "bench.hansa.example/policies"
    static let city = "MA.156.1301"
    /// Policies about one dataset.
    static let perDataset = 10
    /// Keys that propose at the same time, each in its own order.
    private static let proposers = 30

    let directory: String
    private let keys: [KeyIdentifier: PrivateKey]

    init(directory: String) throws {
        self.directory = directory
        var keys: [KeyIdentifier: PrivateKey] = [:]
        for name in ["registry", "validator"] + (0..<Self.proposers).map({ "policy-\($0)" }) {
            keys[try KeyIdentifier("\(Self.city)#\(name)")] = try PrivateKey(
                generating: name == "validator" ? .eddsa : .es256)
        }
        self.keys = keys
    }

    static func dataset(_ number: Int) throws -> DatasetIdentifier {
        try DatasetIdentifier("\(city)/dataset-\(number)")
    }

    /// What a bench run is told of the signer of checkpoints.
    func settings() throws -> Ledger.Settings {
        var settings = Ledger.Settings(signer: try NoteKey.signer(name: Self.network, key: key("validator")))
        settings.limits.window = .milliseconds(1)
        return settings
    }

    /// Begins the network and puts so many policies in force, by signed transactions like any.
    func fill(_ count: Int, progress: @escaping @Sendable (Int) -> Void) async throws {
        let ledger = try await Ledger.create(directory: directory, genesis: genesis(), settings: settings())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await ledger.run() }
            while !ledger.isRunning { await Task.yield() }
            try await letOneKeyAgree(ledger)
            try await withThrowingTaskGroup(of: Void.self) { proposers in
                for proposer in 0..<Self.proposers {
                    proposers.addTask {
                        for number in stride(from: proposer, to: count, by: Self.proposers) {
                            let proposal = PolicyProposal(format: .jsonld, document: try Self.document(number))
                            try await submit(.policyPropose(proposal), by: "policy-\(proposer)", to: ledger)
                            if proposer == 0 { progress(number) }
                        }
                    }
                }
                try await proposers.waitForAll()
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        try ledger.close()
    }

    private func genesis() throws -> [UInt8] {
        let city = try IdentificationCode(Self.city)
        let declarations = try keys.map { id, key in
            try KeyDeclaration(
                id: id, publicKey: key.publicKey,
                purposes: [id.name.split(separator: "-").first.flatMap { KeyPurpose(rawValue: String($0)) } ?? .policy],
                notBefore: .now().adding(seconds: -60), notAfter: .now().adding(seconds: 86_400))
        }
        let application = IdentityApplication(
            code: city, profile: IdentityProfile(title: LocalizedText(["en": "Bench"])), keys: declarations)
        let genesis = NetworkGenesis(
            identities: [application], registrars: [city], threshold: 1,
            validators: [try KeyIdentifier("\(Self.city)#validator")])
        return try signed(.networkGenesis(genesis), by: "registry", sequence: 0)
    }

    private func letOneKeyAgree(_ ledger: Ledger) async throws {
        let city = try IdentificationCode(Self.city)
        try await submit(
            .identityUpdate(IdentityUpdate(code: city, policyApprovals: 1)), by: "registry", to: ledger)
        for key in 0..<2 {
            guard let change = ledger.view.changes(of: city).first else { break }
            try await submit(
                .policyApprove(PolicyDecision(policy: change.hash)), by: "policy-\(key)", to: ledger)
        }
    }

    /// One policy of several kinds: research by one city, open data, working hours, a city that is kept out.
    static func document(_ number: Int) throws -> [UInt8] {
        let target = try dataset(number / perDataset).iri.text
        let party = ["840.5363000", "156.110108", "156.310104", "840.0667000"][number % 4]
        let constraint =
            number % 3 == 0
            ? #"{"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": ["research", "planning"]}"#
            : #"{"leftOperand": "dateTime", "operator": "lt", "rightOperand": {"@value": "2099-01-01T00:00:00Z", "@type": "xsd:dateTime"}}"#
        let rule = number % perDataset == 9 ? "prohibition" : "permission"
        return Array(
            """
            {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:bench:policy:\(number)",
             "conflict": "prohibit", "\(rule)": [{"target": "\(target)", "assignee": "did:ma:\(party)",
             "action": "\(rule == "permission" ? "read" : "modify")", "constraint": [\(constraint)]}]}
            """.utf8)
    }

    private func submit(_ body: Transaction.Body, by name: String, to ledger: Ledger) async throws {
        let sequence = ledger.view.nextSequence(try KeyIdentifier("\(Self.city)#\(name)"))
        let submission = try await ledger.submit(signed(body, by: name, sequence: sequence))
        if case .noop(let reason) = submission.outcome {
            throw CommandError(.failure, "the ledger did not take a transaction of the bench: \(reason)")
        }
    }

    private func signed(_ body: Transaction.Body, by name: String, sequence: UInt64) throws -> [UInt8] {
        let signer = try KeyIdentifier("\(Self.city)#\(name)")
        let transaction = Transaction(
            network: Self.network, signer: signer, sequence: sequence, time: .now(), body: body)
        return try transaction.signed(by: key(name))
    }

    private func key(_ name: String) throws -> PrivateKey {
        guard let key = keys[try KeyIdentifier("\(Self.city)#\(name)")] else {
            throw CommandError(.failure, "the bench has no key `\(name)`")
        }
        return key
    }
}
