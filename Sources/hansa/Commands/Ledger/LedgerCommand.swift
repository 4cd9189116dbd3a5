import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON
import TransparencyLog

/// `hansa ledger`: what stands on it, and whether it holds together.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Read the ledger, and derive all of it anew from its leaves.",
        discussion: "Example: hansa ledger verify --node https://hansa.example",
        subcommands: [LedgerLog.self, LedgerShow.self, LedgerVerify.self, LedgerCheckpointCommand.self])
}

struct LedgerLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The latest entries, or those from an index on.",
        discussion: """
            What a transaction came to is not in the log but follows from it: it is shown with --directory, where the node has
            derived it, and by `hansa ledger verify`, which derives it here.
            Example: hansa ledger log --limit 20
            """)

    @OptionGroup var source: LedgerSourceOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "The first index. (default: so that the latest are shown)")
    var from: UInt64?

    @Option(name: .long, help: "How many at most.")
    var limit: UInt64 = 50

    func run() async throws {
        try await source.with { source in
            let size = try await source.claim().size
            let count = min(limit, size)
            let start = min(from ?? size - count, size)
            var table = TextTable("INDEX", "TIME", "TYPE", "SIGNER", "SEQUENCE", "OUTCOME")
            var rows: [JSONValue] = []
            try await source.entries(from: start, to: start + min(count, size - start), size: size) {
                index, leaf, outcome in
                let entry = LedgerEntryText(leaf, outcome: outcome)
                table.add(
                    String(index), entry.time, entry.type, entry.signer, entry.sequence.map { String($0) } ?? "-",
                    entry.outcomeWords)
                rows.append(JSONValue([("index", JSONValue(index))] + entry.members))
            }
            output.print(
                json: [
                    "size": JSONValue(size), "entries": JSONValue(rows),
                ], text: table.rendered())
        }
    }
}

struct LedgerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One entry, proven to stand under the checkpoint.",
        discussion: "Example: hansa ledger show 12 --json")

    @OptionGroup var source: LedgerSourceOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The entry's index.")
    var index: UInt64

    func run() async throws {
        try await source.with { source in
            let claim = try await source.claim()
            guard index < claim.size else {
                throw CommandError(.notFound, "the ledger has \(claim.size) entries; there is no entry \(index)")
            }
            let log = TiledLog(size: claim.size, root: claim.root, reader: source)
            let leaf: [UInt8]
            do { leaf = try await log.entry(at: index).entry } catch let error as TransparencyLogError {
                throw CommandError(.no, "entry \(index) is not proven by the checkpoint", cause: error)
            }
            let entry = LedgerEntryText(leaf, outcome: try await source.outcome(of: index))
            let content = entry.content ?? JSONValue(String(decoding: leaf, as: UTF8.self))
            output.print(
                json: JSONValue([("index", JSONValue(index))] + entry.members + [("content", content)]),
                text: "entry \(index) of \(claim.size), proven; \(entry.outcomeWords)\n\(content.indented)")
        }
    }
}

struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Derive the whole ledger anew from its leaves and compare.",
        discussion: """
            Checks the checkpoint's signature, every tile, header, signature, sequence number and rule, and the state.
            Example: hansa ledger verify --directory node   or   hansa ledger verify --node https://hansa.example
            """)

    @OptionGroup var source: LedgerSourceOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "The verifier key of the ledger. (default: the profile's)")
    var ledgerKey: String?

    func run() async throws {
        var home = source.home
        if home.home == nil { home.home = source.directory }
        let key = try await LedgerKey.read(ledgerKey, home: home)
        let report = try await source.with { source in
            let progress = LedgerProgress()
            do {
                switch source {
                case .local(let archive):
                    return try await Ledger.verify(archive, trusting: .keys([key])) { progress.update($0) }
                case .remote:
                    return try await Ledger.verify(
                        reading: source, checkpoint: source.checkpoint(), trusting: .keys([key])
                    ) { progress.update($0) }
                }
            } catch let error as LedgerError {
                if error.code == .storage, let cause = error.cause as? CommandError { throw cause }
                throw CommandError(.no, "the ledger does not hold", cause: error)
            }
        }
        output.print(
            json: [
                "valid": true, "network": JSONValue(report.head.network), "height": JSONValue(report.head.height),
                "size": JSONValue(report.head.size), "root": JSONValue(report.head.root.base64),
                "state": JSONValue(report.head.stateRoot.base64), "blocks": JSONValue(report.blocks),
                "applied": JSONValue(report.applied), "noops": JSONValue(report.noops),
                "refusals": JSONValue(
                    report.refusals.map { ["index": JSONValue($0.index), "reason": JSONValue($0.reason)] }),
                "genesis": JSONValue(report.genesis.hex),
            ],
            text: """
                ✓ \(report.head.network.printable) holds: \(report.head.size) entries in \(report.blocks) blocks, derived anew
                  applied       \(report.applied), recorded without effect \(report.noops)
                  root          \(report.head.root.base64)
                  state         \(report.head.stateRoot.base64)
                  genesis       \(report.genesis.hex)

                """ + report.refusals.map { "  without effect: entry \($0.index), \($0.reason.printable)\n" }.joined())
    }
}

struct LedgerCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "The ledger's signed checkpoint, as any C2SP tool reads it.",
        discussion: "Example: hansa ledger checkpoint > checkpoint.txt")

    @OptionGroup var source: LedgerSourceOptions

    func run() async throws {
        Terminal.output.write(try await source.with { try await $0.checkpoint() })
    }
}
