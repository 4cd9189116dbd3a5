import ArgumentParser
import CityIdentity
import Foundation
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
            Checks the checkpoint's signature, every tile, header, signature, sequence number and rule, and the state; then
            that the ledger begins with all that it had when it was last verified from this home, and keeps the checkpoint.
            Example: hansa ledger verify --directory node   or   hansa ledger verify --node https://hansa.example
            """)

    @OptionGroup var source: LedgerSourceOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "The verifier key of the ledger. (default: the profile's)")
    var ledgerKey: String?

    func run() async throws {
        let home = source.owner
        let key = try await LedgerKey.read(ledgerKey, home: home)
        let profile = try await home.profile()
        let (report, kept) = try await source.with { source in
            let note = try await source.checkpoint()
            let report = try await derive(source, note, trusting: key)
            if let genesis = try profile.genesis(), genesis != report.genesis {
                throw CommandError(
                    .no, "the ledger's genesis is \(report.genesis.hex), and the profile's \(genesis.hex)",
                    advice: "ask the operator by another way than this network which is the right one")
            }
            let kept = KeptCheckpoint(home: profile.home)
            let isHome = FileManager.default.fileExists(atPath: profile.home.directory)
            return (report, isHome ? try await kept.follow(note, in: source, trusting: [key]) : .first)
        }
        output.print(
            json: [
                "valid": true, "network": JSONValue(report.head.network), "height": JSONValue(report.head.height),
                "size": JSONValue(report.head.size), "root": JSONValue(report.head.root.base64),
                "state": JSONValue(report.head.stateRoot.base64), "blocks": JSONValue(report.blocks),
                "applied": JSONValue(report.applied), "noops": JSONValue(report.noops),
                "refusals": JSONValue(
                    report.refusals.map { ["index": JSONValue($0.index), "reason": JSONValue($0.reason)] }),
                "genesis": JSONValue(report.genesis.hex), "extends": kept.size.map { JSONValue($0) } ?? .null,
            ],
            text: """
                ✓ \(report.head.network.printable) holds: \(report.head.size) entries in \(report.blocks) blocks, derived anew
                  applied       \(report.applied), recorded without effect \(report.noops)
                  root          \(report.head.root.base64)
                  state         \(report.head.stateRoot.base64)
                  genesis       \(report.genesis.hex)

                """ + kept.words
                    + report.refusals.map { "  without effect: entry \($0.index), \($0.reason.printable)\n" }.joined())
    }
}

extension LedgerVerify {
    private func derive(_ source: LedgerSource, _ note: [UInt8], trusting key: NoteVerifierKey) async throws
        -> LedgerReport
    {
        let progress = LedgerProgress()
        do {
            switch source {
            case .local(let archive):
                return try await Ledger.verify(archive, checkpoint: note, trusting: .keys([key])) {
                    progress.update($0)
                }
            case .remote:
                return try await Ledger.verify(reading: source, checkpoint: note, trusting: .keys([key])) {
                    progress.update($0)
                }
            }
        } catch {
            if error.code == .storage, let cause = error.cause as? CommandError { throw cause }
            throw CommandError(.no, "the ledger does not hold", cause: error)
        }
    }
}

extension KeptCheckpoint.Comparison {
    /// How many entries the ledger had when it was last checked.
    fileprivate var size: UInt64? {
        if case .extends(let older) = self { older.size } else { nil }
    }

    fileprivate var words: String {
        if case .extends(let older) = self {
            "  begins with   the \(older.size) entries that were there at \(older.time)\n"
        } else {
            ""
        }
    }
}

struct LedgerCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "The ledger's signed checkpoint, as any C2SP tool reads it.",
        discussion: """
            With --keep it is checked first: its signature, and that the ledger begins with all that it had when this home last
            kept a checkpoint. Run it now and then, and a history that is changed is noticed.
            Example: hansa ledger checkpoint --keep > checkpoint.txt
            """)

    @OptionGroup var source: LedgerSourceOptions

    @Flag(name: .long, help: "Check it against the one that was kept last, and keep it.")
    var keep = false

    func run() async throws {
        let note = try await source.with { source in
            let note = try await source.checkpoint()
            guard keep else { return note }
            let home = self.source.owner
            let key = try await LedgerKey.read(nil, home: home)
            let kept = KeptCheckpoint(home: try await home.profile().home)
            let comparison = try await kept.follow(note, in: source, trusting: [key])
            // To whoever looks; a timer stays quiet.
            if Terminal.error.isInteractive { Terminal.error.write(comparison.words) }
            return note
        }
        Terminal.output.write(note)
    }
}
