import CityIdentity
import Foundation
import Ledger
import TransparencyLog

/// The directory of a node: the operator's home, `hansa.yaml`, and where ledger and receipts are stored.
struct NodeDirectory {
    let home: Home
    let code: IdentificationCode
    let network: String

    /// What the operator's keys are for; one each.
    static let purposes: [KeyPurpose] = [.tls, .exchange, .receipts, .validator, .registry, .policy]

    func makeKeys(dnsNames: [String], ipAddresses: [String]) throws -> [KeyPurpose: PrivateKey] {
        var keys: [KeyPurpose: PrivateKey] = [:]
        for purpose in Self.purposes {
            let onlyEdDSA = purpose == .validator || purpose == .receipts
            let key = try PrivateKey(generating: onlyEdDSA ? .eddsa : .es256)
            let name = try KeyGenerate.write(key, for: purpose, to: home)
            if purpose == .tls {
                _ = try CertificateFile.write(
                    for: key, named: name, code: code, home: home, dnsNames: dnsNames, ipAddresses: ipAddresses,
                    days: 730)
            }
            keys[purpose] = key
        }
        return keys
    }

    /// Writes the genesis block and returns its fingerprint; the ledger is closed again afterwards.
    func createLedger(keys: [KeyPurpose: PrivateKey], about: IdentityProfile) async throws -> Hash {
        guard let registry = keys[.registry] else { throw CommandError(.failure, "there is no registry key") }
        let declarations = try KeyDeclarations.all(of: home, code: code, days: 730)
        let application = IdentityApplication(code: code, profile: about, keys: declarations)
        let genesis = NetworkGenesis(
            identities: [application], registrars: [code], threshold: 1,
            validators: [try KeyIdentifier(code: code, name: "validator-1")])
        let transaction = Transaction(
            network: network, signer: try KeyIdentifier(code: code, name: "registry-1"), sequence: 0, time: .now(),
            body: .networkGenesis(genesis))
        do {
            let signed = try transaction.signed(by: registry)
            let ledger = try await Ledger.create(
                directory: home.directory + "/ledger", genesis: signed,
                settings: Ledger.Settings(signer: try noteSigner(keys)))
            try ledger.close()
            return NetworkGenesis.fingerprint(of: signed)
        } catch {
            throw CommandError(.failure, "the ledger could not be created", cause: error)
        }
    }

    func verifierKey(_ keys: [KeyPurpose: PrivateKey]) throws -> String {
        try noteSigner(keys).verifierKey.description
    }

    private func noteSigner(_ keys: [KeyPurpose: PrivateKey]) throws -> NoteSigner {
        try NoteKey.signer(name: network, key: keys[.validator])
    }

    func writeConfiguration(
        exchange: SocketName, url: String, open: SocketName, privateUpstreams: Bool, ledgerKey: String,
        genesis: Hash
    ) throws {
        let text = """
            # A Hansa node. Every setting: Documentation/configuration.md
            operator:
              code: \(code)
            exchange:
              listen: "\(exchange)"
              url: "\(url)"
            public:
              listen: "\(open)"
            upstream:
              private: \(privateUpstreams)

            """
        try OutputFile.write(text.utf8, to: home.directory + "/hansa.yaml")
        try Profile.write(
            [
                ("code", code.description), ("node", "http://\(open.reached)"), ("gateway", url),
                ("network", network), ("genesis", genesis.hex), ("ledger-key", ledgerKey),
                ("gateway-certificate", "certificates/tls-1.pem"),
            ], to: home)
    }
}

/// Ed25519 ledger keys as signers of notes.
enum NoteKey {
    static func signer(name: String, key: PrivateKey?) throws -> NoteSigner {
        guard let seed = key?.ed25519Seed else {
            throw CommandError(.input, "the key that signs checkpoints must be an EdDSA key")
        }
        do {
            return try NoteSigner(name: name, seed: seed)
        } catch {
            throw CommandError(.input, "the key cannot sign checkpoints of `\(name)`", cause: error)
        }
    }
}
