import ArgumentParser
import CityIdentity
import Foundation
import NIOSSL
import SharingPolicy
import StrictJSON

/// `hansa key`: key files here, key records on the ledger.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make keys, put them on the ledger, revoke them.",
        discussion: "Example: hansa key generate exchange && hansa key add exchange-2",
        subcommands: [KeyGenerate.self, KeyAdd.self, KeyRevoke.self, KeyList.self])
}

struct KeyGenerate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a key for each purpose named; for `tls` and `officer` its certificate too.",
        discussion: """
            Purposes: \(KeyPurpose.allCases.map(\.rawValue).joined(separator: ", ")). A purpose named twice makes two keys.
            Example: hansa key generate --code MA.840.5363000 tls exchange policy policy registry
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "What the keys are for.", completion: .list(KeyPurpose.allCases.map(\.rawValue)))
    var purposes: [String]

    @Option(
        name: .long, help: "ES256, EdDSA or SM2. (default: ES256; EdDSA where only that can be)",
        completion: .list(["ES256", "EdDSA", "SM2"]))
    var algorithm: String?

    @Option(name: .long, help: "A name the certificate of a server holds; may be repeated.")
    var dnsName: [String] = []

    @Option(name: .long, help: "An address the certificate of a server holds; may be repeated.")
    var ipAddress: [String] = []

    @Option(name: .long, help: "For how many days a certificate is valid.")
    var days: Int = 730

    func run() async throws {
        let profile = try await home.profile()
        let code = try profile.code()
        try argument(code.description) { try AllocationRule.standard.check(code) }
        try profile.home.create()
        var made: [JSONValue] = []
        for text in purposes {
            let purpose = try Self.purpose(text)
            let key = try PrivateKey(generating: try chosenAlgorithm(for: purpose))
            let name = try Self.write(key, for: purpose, to: profile.home)
            var members: [(String, JSONValue)] = [
                ("key", JSONValue("\(code)#\(name)")), ("algorithm", JSONValue(key.algorithm.rawValue)),
                ("file", JSONValue(profile.home.keyPath(name))),
                ("thumbprint", JSONValue(key.publicKey.thumbprint)),
            ]
            output.say("\(code)#\(name)  \(key.algorithm.rawValue)  \(profile.home.keyPath(name))")
            if purpose == .tls || purpose == .officer {
                let path = try CertificateFile.write(
                    for: key, named: name, code: code, home: profile.home, dnsNames: dnsName, ipAddresses: ipAddress,
                    days: days)
                members.append(("certificate", JSONValue(path)))
                output.say("  certificate \(path)")
            }
            made.append(JSONValue(members))
        }
        if output.json { output.print(json: JSONValue([("keys", JSONValue(made))]), text: "") }
    }

    /// Writes a key under the next free number of its purpose.
    static func write(_ key: PrivateKey, for purpose: KeyPurpose, to home: Home) throws -> String {
        var number = 1
        while FileManager.default.fileExists(atPath: home.keyPath("\(purpose.rawValue)-\(number)")) { number += 1 }
        let name = "\(purpose.rawValue)-\(number)"
        try KeyFile.write(key.pem, to: home.keyPath(name))
        return name
    }

    private static func purpose(_ text: String) throws -> KeyPurpose {
        if let purpose = KeyPurpose(rawValue: text) { return purpose }
        let known = KeyPurpose.allCases.map(\.rawValue)
        let hint = nearestName(to: text, among: known).map { "; did you mean `\($0)`?" } ?? ""
        throw CommandError(.usage, "`\(text)` is no purpose\(hint) (\(known.joined(separator: ", ")))")
    }

    private func chosenAlgorithm(for purpose: KeyPurpose) throws -> CityIdentity.SignatureAlgorithm {
        // Checkpoints are signed notes, which know Ed25519 alone.
        let onlyEdDSA = purpose == .validator || purpose == .receipts
        guard let algorithm else { return onlyEdDSA ? .eddsa : .es256 }
        guard
            let chosen = CityIdentity.SignatureAlgorithm.allCases.first(where: {
                $0.rawValue.lowercased() == algorithm.lowercased()
            }
            )
        else { throw CommandError(.usage, "`\(algorithm)` is no algorithm: ES256, EdDSA, SM2") }
        if onlyEdDSA && chosen != .eddsa {
            throw CommandError(.usage, "a key for `\(purpose.rawValue)` signs checkpoints, for which only EdDSA serves")
        }
        if (purpose == .tls || purpose == .officer) && chosen == .sm2 {
            throw CommandError(.usage, "TLS here knows nothing of SM2; use ES256 or EdDSA for `\(purpose.rawValue)`")
        }
        return chosen
    }
}

/// Certificates on disk, public and therefore of ordinary mode.
enum CertificateFile {
    /// Reads the certificates of a PEM text.
    static func read(_ pem: String) throws -> [TLSPeerCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).map {
                try TLSPeerCertificate(der: $0.toDERBytes())
            }
        } catch {
            throw CommandError(.input, "the certificate cannot be read", cause: error)
        }
    }

    static func write(
        for key: PrivateKey, named name: String, code: IdentificationCode, home: Home, dnsNames: [String],
        ipAddresses: [String], days: Int
    ) throws -> String {
        let start = Timestamp.now().adding(seconds: -60)
        let certificate = try argument("certificate") {
            try TLSCertificate.selfSigned(
                code: code, key: key, dnsNames: dnsNames, ipAddresses: ipAddresses, notBefore: start,
                notAfter: start.adding(seconds: Int64(days) * 86_400))
        }
        let path = home.certificatePath(name)
        try KeyFile.writeNew(Array(certificate.pem.utf8), to: path, mode: 0o644)
        return path
    }
}
