import CityIdentity
import Foundation
import Testing

@Suite struct CertificateTests {
    private static func certificate(
        _ algorithm: SignatureAlgorithm = .es256, dnsNames: [String] = [], ipAddresses: [String] = []
    ) throws -> (PrivateKey, TLSCertificate) {
        let key = try PrivateKey(generating: algorithm)
        let certificate = try TLSCertificate.selfSigned(
            code: try Samples.code(), key: key, dnsNames: dnsNames, ipAddresses: ipAddresses, notBefore: Samples.now,
            notAfter: Samples.later)
        return (key, certificate)
    }

    @Test(arguments: [SignatureAlgorithm.es256, .eddsa])
    func `what is put in is read back`(algorithm: SignatureAlgorithm) throws {
        let (key, certificate) = try Self.certificate(
            algorithm, dnsNames: ["gateway.example"], ipAddresses: ["127.0.0.1", "::1"])
        let peer = try TLSPeerCertificate(der: certificate.der)
        #expect(peer.spki == key.publicKey.spki)
        #expect(peer.codes == [try Samples.code()])
        #expect(peer.names(try Samples.code()))
        #expect(try !peer.names(Samples.code("MA.156.1301.01")))
        #expect(peer.dnsNames == ["gateway.example"])
        #expect(peer.isForClients && peer.isForServers)
        #expect(peer.isValid(at: Samples.now) && peer.isValid(at: Samples.later.adding(milliseconds: 999)))
        #expect(!peer.isValid(at: Samples.now.adding(milliseconds: -1)))
        #expect(!peer.isValid(at: Samples.later.adding(seconds: 1)))
    }

    @Test func `TLS here knows no SM2`() throws {
        expectRefusal(.unsupportedAlgorithm, naming: "not SM2") { _ = try Self.certificate(.sm2) }
    }

    @Test(arguments: [
        (["a b"], []), ([""], []), ([], ["localhost"]), ([], ["1.2.3"]), ([], ["127.0.0.1\0"]), ([], [""]),
    ])
    func `what cannot stand in a certificate is refused`(dnsNames: [String], ipAddresses: [String]) {
        expectRefusal(.malformedCertificate, naming: "is not a") {
            _ = try Self.certificate(dnsNames: dnsNames, ipAddresses: ipAddresses)
        }
    }

    @Test func `broken certificates are refused`() throws {
        let (_, certificate) = try Self.certificate()
        for wrong in [
            [], [0x30, 0], Array(certificate.der.dropLast()), certificate.der + [0],
            [UInt8](repeating: 0x30, count: 20_000),
        ] {
            expectRefusal(.malformedCertificate, naming: "certificate") { _ = try TLSPeerCertificate(der: wrong) }
        }
    }

    @Test func `a DID of no code makes the certificate unacceptable`() throws {
        let (_, certificate) = try Self.certificate()
        let altered = certificate.der.replacing("did:ma:156.1301".utf8, with: "did:ma:156.13o1".utf8)
        expectRefusal(.malformedCertificate, naming: "names no code") { _ = try TLSPeerCertificate(der: altered) }
    }

    /// swift-certificates traps on such a time in debug builds.
    @Test(arguments: ["261118110661Z", "261118110660Z", "261318110640Z", "260230110640Z", "2611181106401"])
    func `a time that does not exist is refused`(time: String) throws {
        let (_, certificate) = try Self.certificate()
        #expect(certificate.der.contains("261118110640Z".utf8))
        let altered = certificate.der.replacing("261118110640Z".utf8, with: time.utf8)
        expectRefusal(.malformedCertificate, naming: "no acceptable certificate") {
            _ = try TLSPeerCertificate(der: altered)
        }
    }

    /// openssl makes certificates that Hansa itself does not.
    @Test(
        .enabled(if: Tool.openssl != nil, "openssl is not installed"),
        arguments: [
            (["-addext", "extendedKeyUsage=clientAuth"], true, false),
            (["-addext", "extendedKeyUsage=serverAuth"], false, true),
            (["-addext", "extendedKeyUsage=codeSigning"], false, false),
            (["-addext", "extendedKeyUsage=anyExtendedKeyUsage"], true, true), ([], true, true),
            (["-days", "20000", "-addext", "1.2.3.4=ASN1:NULL"], true, true),
        ])
    func `usages and unknown extensions are honoured`(options: [String], clients: Bool, servers: Bool) throws {
        let peer = try TLSPeerCertificate(der: Self.made(by: Tool.openssl, options))
        #expect(peer.isForClients == clients && peer.isForServers == servers)
        #expect(peer.codes.map(\.did) == ["did:ma:156.1301", "did:ma:156.1302"])
        #expect(peer.dnsNames == ["a.example"])
        #expect(try !peer.names(Samples.code()), "it names another code too")
    }

    @Test(
        .enabled(if: Tool.openssl != nil, "openssl is not installed"),
        arguments: ["1.2.3.4=critical,ASN1:NULL", "nameConstraints=critical,permitted;DNS:a.example"])
    func `a critical extension that is not known is refused`(extension: String) throws {
        let der = try Self.made(by: Tool.openssl, ["-addext", `extension`])
        expectRefusal(.malformedCertificate, naming: "is not known") { _ = try TLSPeerCertificate(der: der) }
    }

    private static func made(by openssl: Tool?, _ options: [String]) throws -> [UInt8] {
        let openssl = try #require(openssl)
        return try withTemporaryFolder { folder in
            let names =
                "subjectAltName=URI:did:ma:156.1301,DNS:a.example,email:a@b.example,URI:https://a/,URI:did:ma:156.1302"
            let outcome = try openssl.run(
                [
                    "req", "-new", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "key", "-subj", "/CN=x",
                    "-outform",
                    "DER", "-out", "certificate", "-addext", names,
                ] + options, in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return Array(try Data(contentsOf: folder.appending(path: "certificate")))
        }
    }

    @Test(.enabled(if: Tool.openssl != nil, "openssl is not installed"))
    func `openssl reads ours`() throws {
        let (_, certificate) = try Self.certificate(dnsNames: ["gateway.example"], ipAddresses: ["127.0.0.1", "::1"])
        let openssl = try #require(Tool.openssl)
        let text = try openssl.run(["x509", "-noout", "-text"], input: certificate.pem).output
        for line in [
            "URI:did:ma:156.1301, DNS:gateway.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
            "TLS Web Server Authentication, TLS Web Client Authentication", "CA:FALSE",
            "Subject: CN = MA.156.1301",
        ] { #expect(text.contains(line), "\(line)") }
        #expect(!text.contains("Key Usage: critical"), "it would not pass for its own issuer")
        let verified = try withTemporaryFolder { folder in
            let file = folder.appending(path: "certificate.pem")
            try Data(certificate.pem.utf8).write(to: file)
            return try openssl.run(
                ["verify", "-check_ss_sig", "-attime", "\(Samples.now.seconds + 1)", "-CAfile", file.path, file.path])
        }
        #expect(verified.status == 0, "\(verified.errors)")
    }

    /// The commands of `Certs/README.md` are run as they stand there.
    @Test(.enabled(if: Tool.openssl != nil && Tool("bash") != nil, "openssl or bash is not installed"))
    func `the documented commands make acceptable certificates`() throws {
        let readme = URL(filePath: #filePath).appending(path: "../../../Certs/README.md").standardizedFileURL
        let text = try String(contentsOf: readme, encoding: .utf8)
        let blocks = text.components(separatedBy: "```sh\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(!blocks.isEmpty)
        let bash = try #require(Tool("bash"))
        try withTemporaryFolder { folder in
            for block in blocks where block.contains("openssl") {
                let outcome = try bash.run(["-euc", block], in: folder)
                #expect(outcome.status == 0, "\(block)\n\(outcome.errors)")
            }
            let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            let certificates = files.filter { $0.lastPathComponent.hasSuffix(".crt") }
            #expect(!certificates.isEmpty)
            for file in certificates { try Self.expectProfile(file) }
        }
    }

    private static func expectProfile(_ file: URL) throws {
        let pem = try String(contentsOf: file, encoding: .utf8)
        let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        let peer = try TLSPeerCertificate(der: Array(try #require(Data(base64Encoded: body))))
        let key = try PrivateKey(
            pem: String(contentsOf: file.deletingPathExtension().appendingPathExtension("key"), encoding: .utf8))
        #expect(peer.spki == key.publicKey.spki)
        #expect(peer.codes.count == 1)
        #expect(peer.isForClients && peer.isForServers)
        #expect(peer.isValid(at: .now()))
    }
}
