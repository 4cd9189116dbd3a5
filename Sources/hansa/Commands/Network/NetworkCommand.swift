import ArgumentParser
import CityIdentity
import Foundation
import Ledger
import StrictJSON
import TransparencyLog

/// `hansa network`: begin a network, or get to know one.
struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "Begin a network of cities, or join one.",
        discussion:
            "Example: hansa network init --directory node --name ledger.example/north --operator MA.156.1301.90",
        subcommands: [NetworkInit.self, NetworkJoin.self])
}

struct NetworkInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Begin a network: the operator's keys, the genesis, the configuration.",
        discussion: """
            The operator is the first registrar and signs the ledger. Afterwards: hansa serve --directory DIR
            Example: hansa network init --directory node --name ledger.example/north --operator MA.156.1301.90 \
            --title "en=Operations centre"
            """)

    @Option(name: .long, help: "The directory to create; must be empty or new.", completion: .directory)
    var directory: String

    @Option(name: .long, help: "The network's name, which is the origin of its ledger.")
    var name: String

    @Option(name: .customLong("operator"), help: "The code the gateway is operated under.")
    var operatorCode: String

    @Option(name: .long, help: "The operator's name in a language, LANGUAGE=TEXT; may be repeated.")
    var title: [String] = []

    @Option(name: .long, help: "Where exchanges are taken, HOST:PORT.")
    var exchangeListen: String = "127.0.0.1:8443"

    @Option(name: .long, help: "Where ledger and directory are served, HOST:PORT.")
    var publicListen: String = "127.0.0.1:8080"

    @Option(name: .long, help: "A DNS name for the gateway's certificate; may be repeated.")
    var dnsName: [String] = []

    @Option(
        name: .long, help: "An address for the gateway's certificate; may be repeated. (default: that of the listener)")
    var ipAddress: [String] = []

    @Flag(name: .long, help: "Let origins of datasets stand at loopback and private addresses.")
    var privateUpstreams = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let code = try argument(operatorCode) {
            let code = try IdentificationCode(operatorCode)
            try AllocationRule.standard.check(code)
            return code
        }
        guard NetworkRecord.isName(name) else {
            throw CommandError(
                .usage, "`\(name.printable)` cannot name a network: 1 to 96 visible ASCII characters without `+`")
        }
        guard let exchange = SocketName(exchangeListen), let open = SocketName(publicListen) else {
            throw CommandError(.usage, "a listener is HOST:PORT, such as 127.0.0.1:8443")
        }
        let url = try exchangeURL(exchange)
        let home = Home(directory)
        try refuseUsed(home)
        try home.create()
        let node = NodeDirectory(home: home, code: code, network: name)
        let keys = try node.makeKeys(dnsNames: dnsName, ipAddresses: addresses(exchange))
        let about = IdentityProfile(
            title: title.isEmpty ? LocalizedText(["en": "Operator \(code)"]) : try Titles.parse(title, flag: "--title"))
        let genesis = try await node.createLedger(keys: keys, about: about)
        try node.writeConfiguration(
            exchange: exchange, url: url, open: open, privateUpstreams: privateUpstreams,
            ledgerKey: try node.verifierKey(keys), genesis: genesis)
        let vkey = try node.verifierKey(keys)
        output.print(
            json: [
                "network": JSONValue(name), "operator": JSONValue(code.description),
                "exchange": JSONValue(url), "directory": JSONValue(home.directory), "ledgerKey": JSONValue(vkey),
                "genesis": JSONValue(genesis.hex),
                "gatewayCertificate": JSONValue(home.certificatePath("tls-1")),
            ],
            text: """
                \(name) has begun
                  operator     \(code)
                  exchange     \(url)
                  ledger key   \(vkey)
                  genesis      \(genesis.hex)
                  certificate  \(home.certificatePath("tls-1"))
                start it with: hansa serve --directory \(directory)
                """)
    }

    private func addresses(_ listener: SocketName) -> [String] {
        if !ipAddress.isEmpty { return ipAddress }
        return listener.isAddress && !listener.isWildcard ? [listener.host] : []
    }

    /// Where consumers reach the listener: by the first name or address that the certificate holds.
    private func exchangeURL(_ listener: SocketName) throws -> String {
        if let host = dnsName.first ?? ipAddress.first {
            return "https://\(SocketName(host: host, port: listener.port))"
        }
        guard !listener.isWildcard else {
            throw CommandError(
                .usage, "`\(listener)` is every address of this machine, and consumers must be told one",
                advice: "give the name they reach it by with --dns-name, or the address with --ip-address")
        }
        return "https://\(listener)"
    }

    private func refuseUsed(_ home: Home) throws {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: home.directory)) ?? []
        guard files.isEmpty else {
            throw CommandError(
                .usage, "`\(directory)` is not empty", advice: "a network begins in a directory of its own")
        }
    }
}

struct NetworkJoin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Get to know a network through one of its nodes and write a profile for a home.",
        discussion: """
            Compare the ledger key and the genesis it shows with what the operator told you by another way.
            Example: hansa network join --code MA.840.5363000 --node https://hansa.example \
            --gateway https://hansa.example:8443 --gateway-certificate gateway.pem
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "The gateway's exchange URL. (default: as the node says)")
    var gateway: String?

    @Option(
        name: .long, help: "The node's certificate (PEM), if no authority that the system trusts signed it.",
        completion: .file())
    var nodeCertificate: String?

    @Option(name: .long, help: "The gateway's certificate (PEM), to be trusted.", completion: .file())
    var gatewayCertificate: String?

    func run() async throws {
        let certificate = nodeCertificate.map { URL(fileURLWithPath: $0).path }
        let profile = try await home.profile(["node-certificate": certificate])
        let code = try profile.code()
        let node = try profile.node()
        let (network, genesis) = try await NodeClient.with(node) { client in
            let network = try await client.json("/network")
            guard let key = network["validators"]?.array?.first?.string else {
                throw CommandError(.failure, "the node at `\(node.url)` does not say what network it is of")
            }
            let ledger = LedgerSource.remote(client)
            let checkpoint = try await ledger.checkpoint(signedBy: [NoteVerifierKey(parsing: key)])
            return (network, try await ledger.genesis(under: checkpoint))
        }
        guard let name = network["network"]?.string, let key = network["validators"]?.array?.first?.string else {
            throw CommandError(.failure, "the node at `\(node.url)` does not say what network it is of")
        }
        try profile.home.create()
        var values = [
            ("code", code.description), ("node", node.url), ("network", name), ("genesis", genesis.hex),
            ("ledger-key", key),
        ]
        if let exchange = gateway ?? network["exchange"]?.string { values.append(("gateway", exchange)) }
        for (file, name) in [(gatewayCertificate, "gateway"), (nodeCertificate, "node")] {
            guard let file else { continue }
            let pem = try InputFile.text(file)
            guard try !CertificateFile.read(pem).isEmpty else {
                throw CommandError(.input, "`\(file)` holds no certificate")
            }
            try OutputFile.write(pem.utf8, to: profile.home.certificatePath(name))
            values.append(("\(name)-certificate", "certificates/\(name).pem"))
        }
        try Profile.write(values, to: profile.home)
        output.print(
            json: JSONValue(
                values.map { ($0.0, JSONValue($0.1)) } + [("profile", JSONValue(profile.home.profilePath))]),
            text: "wrote \(profile.home.profilePath)\n"
                + values.map { "  \($0.0.padded(to: 20))\($0.1.printable)\n" }.joined())
    }
}
