import AccessReceipts
import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON
import TransparencyLog

struct ReceiptsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the evidence for an exchange, to be verified by anyone without a network.",
        discussion: "Example: hansa receipts export 01JD3V… --directory node --output evidence.json")

    @OptionGroup var node: NodeOptions
    @OptionGroup var format: OutputOptions

    @Argument(help: "The id of any receipt of the exchange.")
    var id: String

    @Option(name: .shortAndLong, help: "The file to write. (default: ID.json)", completion: .file())
    var output: String?

    func run() async throws {
        let (reader, configuration) = try await node.receipts()
        let directory = try configuration.path("ledger.directory")
        let archive: LedgerArchive
        do { archive = try LedgerArchive(directory: directory) } catch {
            throw CommandError(.input, "the ledger in `\(directory)` cannot be read", cause: error)
        }
        let evidence = try await Self.evidence(for: Self.receiptID(id), reader: reader, archive: archive)
        let output = output ?? "\(id).json"
        try OutputFile.write(evidence.bytes, to: output)
        format.print(
            json: [
                "file": JSONValue(output), "receipts": JSONValue(evidence.items.count),
                "bytes": JSONValue(evidence.bytes.count),
            ],
            text: "wrote the evidence for \(id) to \(output) (\(ByteCount(UInt64(evidence.bytes.count))))")
    }

    /// Waits a few seconds for the next anchor, which a running gateway makes every second.
    private static func evidence(
        for id: ReceiptID, reader: ReceiptReader, archive: LedgerArchive
    ) async throws -> Evidence {
        for attempt in 0..<20 {
            do {
                return try await reader.evidence(for: id, ledger: .local(archive))
            } catch  where error.code == .notAnchored && attempt < 19 {
                try await Task.sleep(for: .milliseconds(250))
            } catch {
                let status: ExitStatus = error.code == .unknownReceipt ? .notFound : .failure
                throw CommandError(status, "there is no evidence for `\(id)`", cause: error)
            }
        }
        throw CommandError(.failure, "no anchor on the ledger covers `\(id)` yet")
    }

    static func receiptID(_ text: String) throws -> ReceiptID {
        guard let id = ReceiptID(text) else {
            throw CommandError(.usage, "`\(text.printable)` is not a receipt's id: 26 characters")
        }
        return id
    }
}

struct ReceiptsVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check evidence, offline, against the ledger's key alone.",
        discussion: """
            Needs no network and trusts nobody but whoever signs the ledger. Exit code 2 means it does not hold, 66 that the
            file is no evidence at all.
            Example: hansa receipts verify evidence.json --ledger-key "ledger.example/north+1a2b3c4d+AV…"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The evidence.", completion: .file())
    var file: String

    @Option(name: .long, help: "The verifier key of the ledger. (default: the profile's)")
    var ledgerKey: String?

    func run() async throws {
        let key = try await LedgerKey.read(ledgerKey, home: home)
        let evidence = try InputFile.bytes(file, limit: 64 << 20)
        guard Evidence.isClaimed(by: evidence) else {
            throw CommandError(
                .input, "`\(file.printable)` is no evidence: it does not begin with `{\"type\":\"hansa-evidence\"`",
                advice: "`hansa receipts export` writes evidence")
        }
        let report = EvidenceVerifier(trust: .ledger([key])).verify(evidence)
        output.print(json: Self.json(report), text: Self.text(report))
        if !report.isAccepted { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private static func json(_ report: EvidenceReport) -> JSONValue {
        [
            "accepted": JSONValue(report.isAccepted),
            "checks": JSONValue(
                report.checks.map { check -> JSONValue in
                    [
                        "statement": JSONValue(check.statement), "passed": JSONValue(check.isPassed),
                        "failure": check.failure.map { JSONValue($0) } ?? .null,
                    ]
                }),
        ]
    }

    private static func text(_ report: EvidenceReport) -> String {
        let terminal = Terminal.output
        var text = ""
        for check in report.checks {
            let mark = check.isPassed ? terminal.paint("✓", .green) : terminal.paint("✗", .red)
            text += "\(mark) \(check.statement.printable)\n"
            if let failure = check.failure { text += "    \(failure.printable)\n" }
        }
        let verdict = report.isAccepted ? "the evidence holds" : "the evidence does not hold"
        return text + terminal.paint(verdict, .bold)
    }
}

/// The key of the ledger that offline checks trust.
enum LedgerKey {
    static func read(_ flag: String?, home: HomeOptions) async throws -> NoteVerifierKey {
        let text = if let flag { flag } else { try await home.profile().requiredLedgerKey() }
        return try argument("ledger key") { try NoteVerifierKey(parsing: text) }
    }
}

extension EvidenceTrust {
    /// Trusts a ledger whose checkpoints these keys sign, and nobody else.
    static func ledger(_ keys: [NoteVerifierKey]) -> EvidenceTrust {
        EvidenceTrust(ledger: CheckpointPolicy(origin: keys.first?.name ?? "", logKeys: keys)) { proof in
            let bundle = try RegistryCheckpoint(parsing: proof)
            // Anything that nothing vouches for could be changed unseen: another form, or a signature by a stranger.
            guard bundle.bytes == proof else {
                throw CommandError(.no, "the proof of the state is not in the form in which they are written")
            }
            guard try bundle.checkpoint.verified(by: keys).signatures.count == bundle.checkpoint.signatures.count else {
                throw CommandError(.no, "the checkpoint of the state has a signature by a key that is not known")
            }
            let registry = try bundle.verified(trusting: keys)
            let keys = try registry.codes.flatMap { code in
                (try registry.identity(code)?.keys ?? []).compactMap { id -> KeyRecord? in
                    guard case .proven(let record) = registry.key(id) else { return nil }
                    return record
                }
            }
            return ProvenState(keys: keys, anchors: registry.anchors.map(ProvenState.Anchor.init))
        }
    }
}

extension ProvenState.Anchor {
    fileprivate init(_ record: AnchorRecord) {
        self.init(
            origin: record.origin, size: record.size, root: record.root, signer: record.signer,
            sequence: record.sequence, time: record.time)
    }
}
