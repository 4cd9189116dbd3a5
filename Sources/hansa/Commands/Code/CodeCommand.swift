import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON

/// `hansa code`: the tamper-resistant code of a city, as print and screen show it.
struct CodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: "Show a city's signed code as a QR code, and check one offline.",
        discussion: """
            Example: hansa code show --png seattle.png --registry registry.json && hansa code verify HANSA:… --registry registry.json
            """,
        subcommands: [CodeShow.self, CodeVerify.self])
}

struct CodeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Sign your code and show it: as text, on the terminal, as PNG or SVG.",
        discussion: """
            With --registry it also saves what others need to check codes offline: a checkpoint with proofs.
            Example: hansa code show --svg seattle.svg --days 365
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "The name of the key that signs. (default: the first for exchange)")
    var key: String?

    @Option(name: .long, help: "For how many days the code holds.")
    var days: Int = 365

    @Option(name: .long, help: "A PNG file to write.", completion: .file())
    var png: String?

    @Option(name: .long, help: "An SVG file to write.", completion: .file())
    var svg: String?

    @Option(
        name: .long, help: "A file for the registry checkpoint that others check codes against.", completion: .file())
    var registry: String?

    func run() async throws {
        guard (1...3650).contains(days) else { throw CommandError(.usage, "--days must be from 1 to 3650") }
        let profile = try await home.profile()
        let (name, key) = try await signingKey(of: profile)
        let now = Timestamp.now()
        let code = try CityCode.issue(
            keyID: KeyIdentifier(code: profile.code(), name: name), key: key, network: profile.requiredNetwork(),
            issuedAt: now, expiresAt: now.adding(seconds: Int64(days) * 86_400))
        let drawing = try QRCode(code.text)
        if let png { try OutputFile.write(drawing.png(), to: png) }
        if let svg { try OutputFile.write(drawing.svg.utf8, to: svg) }
        if let registry { try OutputFile.write(try await bundle(for: profile), to: registry) }
        let terminal = Terminal.output
        let picture = terminal.isInteractive ? drawing.terminal(colours: terminal.hasColours) + "\n" : ""
        output.print(
            json: [
                "code": JSONValue(code.code.description), "key": JSONValue(code.keyID.description),
                "text": JSONValue(code.text), "expires": JSONValue(code.expiresAt.description),
            ], text: picture + code.text)
    }

    /// The key that signs: one that the ledger has in use, if a node can be asked.
    private func signingKey(of profile: Profile) async throws -> (name: String, key: PrivateKey) {
        let (home, purposes) = (profile.home, [KeyPurpose.exchange, .registry])
        let code = try profile.code()
        guard let address = try? profile.node() else { return try home.key(named: key, for: purposes) }
        return try await NodeClient.with(address) { node in
            let found = try await home.key(named: key, for: purposes, of: code, node: node)
            do {
                let record = try await node.keys(of: code).first { $0.id.name == found.name }
                if let reason = record?.reasonAgainstUse(at: .now()) {
                    throw CommandError(
                        .denied, "nobody would accept a code by the key `\(found.name)`: \(reason)",
                        advice: "`hansa key list` tells which keys are in use; --key names one")
                }
            } catch let error as CommandError where error.status == .unreachable {
                Terminal.error.write("whether `\(found.name)` is in use was not asked: \(error.message.printable)\n")
            }
            return found
        }
    }

    private func bundle(for profile: Profile) async throws -> [UInt8] {
        let code = try profile.code()
        let bytes = try await NodeClient.with(try profile.node()) {
            try await $0.bytes("/ledger/registry?code=\(code)")
        }
        guard let bytes else { throw CommandError(.notFound, "the node serves no registry checkpoints") }
        return bytes
    }
}

struct CodeVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a scanned code, offline, against a registry checkpoint.",
        discussion: """
            Exit code 2 means no: a changed digit, a revoked key, another network.
            Example: hansa code verify HANSA:… --registry registry.json --ledger-key "ledger.example/north+…"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The text of the code, as a QR reader gives it.")
    var text: String

    @Option(name: .long, help: "The registry checkpoint, from `hansa code show --registry`.", completion: .file())
    var registry: String

    @Option(name: .long, help: "The verifier key of the ledger. (default: the profile's)")
    var ledgerKey: String?

    func run() async throws {
        let key = try await LedgerKey.read(ledgerKey, home: home)
        let bundle = try InputFile.bytes(registry, limit: 64 << 20)
        let view: VerifiedRegistry
        do {
            view = try RegistryCheckpoint(parsing: bundle).verified(trusting: [key])
        } catch {
            throw CommandError(.no, "the registry checkpoint does not hold", cause: error)
        }
        let code: CityCode
        do { code = try CityCode(text: text) } catch {
            throw CommandError(.no, "no: this is not a city code as it was written", cause: error)
        }
        let verdict = code.verify(against: view, at: .now())
        let terminal = Terminal.output
        var lines = verdict.findings.map { "\(terminal.paint("✓", .green)) \($0.printable)" }
        if let refusal = verdict.refusal { lines.append("\(terminal.paint("✗", .red)) \(refusal.message.printable)") }
        lines.append(
            terminal.paint(
                verdict.isAccepted
                    ? "yes: this is the code of \(code.code)\(AllocationRule.standard.name(of: code.code).map { " \($0)" } ?? "")"
                    : "no: do not trust this code", .bold))
        output.print(
            json: [
                "accepted": JSONValue(verdict.isAccepted), "code": JSONValue(code.code.description),
                "key": JSONValue(code.keyID.description),
                "reason": verdict.refusal.map { JSONValue($0.reason.rawValue) } ?? .null,
                "message": verdict.refusal.map { JSONValue($0.message) } ?? .null,
            ], text: lines.joined(separator: "\n"))
        if !verdict.isAccepted { throw ExitCode(ExitStatus.no.rawValue) }
    }
}
