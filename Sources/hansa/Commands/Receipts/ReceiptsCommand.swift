import AccessReceipts
import ArgumentParser
import CityIdentity
import Foundation
import SharingPolicy
import StrictJSON

/// `hansa receipts`: what was exchanged, as the gateway's own log has it.
struct ReceiptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts", abstract: "List and show receipts, export and verify the evidence for one.",
        discussion: """
            Receipts are kept where the gateway wrote them, in its directory. A city gets the evidence for its own exchanges
            from the gateway's operator, by the id that `fetch` and `send` show, and checks it with `receipts verify`.
            Example: hansa receipts list --directory node --consumer MA.840.5363000
            """,
        subcommands: [ReceiptsList.self, ReceiptsShow.self, ReceiptsExport.self, ReceiptsVerify.self])
}

extension NodeOptions {
    /// Reads the node's receipts, whether it is running or not.
    func receipts() async throws -> (reader: ReceiptReader, configuration: NodeConfiguration) {
        let configuration = try await configuration()
        do {
            return (try ReceiptReader(directory: configuration.path("receipts.directory")), configuration)
        } catch let error as ReceiptError {
            throw CommandError(.input, "the receipts cannot be read", cause: error)
        }
    }
}

struct ReceiptsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Receipts, the latest first.",
        discussion: """
            Example: hansa receipts list --directory node --outcome deny --limit 20
            With `--obligations`, what consumers owe for what they got: a policy to keep to when passing it on, a time to
            delete it by, a notice to give. Example: hansa receipts list --directory node --obligations
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "Only from that moment or day on: RFC 3339, or 2026-11-28 by UTC.")
    var from: String?

    @Option(name: .long, help: "Only before that moment, RFC 3339, or to the end of that day by UTC.")
    var to: String?

    @Option(name: .long, help: "Only of that consumer and those below it.")
    var consumer: String?

    @Option(name: .long, help: "Only of that provider and those below it.")
    var provider: String?

    @Option(name: .long, help: "Only of that dataset, `CODE/NAME`.")
    var dataset: String?

    @Option(
        name: .long, help: "Only permitted or denied ones: permit or deny.", completion: .list(["permit", "deny"]))
    var outcome: String?

    @Flag(name: .long, help: "Only of exchanges that the consumer owes something for, with what it is.")
    var obligations = false

    @Option(name: .long, help: "How many at most.")
    var limit: Int = 50

    @Option(name: .long, help: "Go on behind that place, as `next` of the JSON answer says.")
    var after: String?

    func run() async throws {
        let filter = try filter()
        guard (1...100_000).contains(limit) else { throw CommandError(.usage, "--limit must be from 1 to 100000") }
        var cursor = try after.map { text in
            guard let cursor = ReceiptCursor(text) else {
                throw CommandError(.usage, "`--after \(text.printable)` is no place")
            }
            return cursor
        }
        let (reader, _) = try await node.receipts()
        var found: [StoredReceipt] = []
        repeat {
            let page = try await reader.list(filter, after: cursor, limit: min(1000, limit - found.count))
            found += page.receipts
            cursor = page.next
        } while cursor != nil && found.count < limit
        let values = try found.map { try $0.json() }
        let next: JSONValue = cursor.map { JSONValue($0.description) } ?? .null
        output.print(
            json: JSONValue([("receipts", JSONValue(values)), ("next", next)]),
            text: obligations ? Self.owed(found) : Self.table(found))
    }

    private static func table(_ found: [StoredReceipt]) -> String {
        var table = TextTable("TIME", "RECEIPT", "CONSUMER", "DATASET", "ACTION", "DECISION", "STATUS", "SIZE")
        for stored in found {
            guard let receipt = try? stored.receipt() else {
                table.add("-", stored.id.description, "erased", "-", "-", "-", "-", "-")
                continue
            }
            table.add(
                receipt.time.description, receipt.id.description, receipt.consumer.description,
                receipt.dataset?.printable ?? "-", receipt.action?.printable ?? "-", receipt.words,
                receipt.response.map { String($0.status) } ?? "-",
                receipt.response.map { ByteCount($0.size).description } ?? "-")
        }
        return table.rendered()
    }

    /// What is owed, and for what.
    private static func owed(_ found: [StoredReceipt]) -> String {
        var table = TextTable("TIME", "RECEIPT", "CONSUMER", "DATASET", "OWED")
        for receipt in found.compactMap({ try? $0.receipt() }) {
            table.add(
                receipt.time.description, receipt.id.description, receipt.consumer.description,
                receipt.dataset?.printable ?? "-", receipt.owed)
        }
        return table.rendered()
    }

    private func filter() throws -> ReceiptFilter {
        let outcome = try outcome.map { text in
            guard let outcome = Receipt.Decision.Outcome(rawValue: text) else {
                throw CommandError(.usage, "`--outcome \(text.printable)` must be permit or deny")
            }
            return outcome
        }
        let period = try Period(from: from, to: to)
        return ReceiptFilter(
            from: period.from, to: period.until,
            consumer: try consumer.map { text in try argument(text) { try IdentificationCode(text) } },
            provider: try provider.map { text in try argument(text) { try IdentificationCode(text) } },
            dataset: dataset, outcome: outcome, isOwedFor: obligations)
    }
}

struct ReceiptsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One receipt with everything it holds.",
        discussion: "Example: hansa receipts show 01JD3V… --directory node --json")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The receipt's id.")
    var id: String

    func run() async throws {
        let (reader, _) = try await node.receipts()
        guard let stored = try await reader.receipt(try ReceiptsExport.receiptID(id)) else {
            throw CommandError(.notFound, "there is no receipt `\(id.printable)`")
        }
        let (value, text) = (try stored.json(), try stored.receipt().text)
        output.print(json: value, text: text)
    }
}

extension StoredReceipt {
    /// The receipt as it was logged, with its place; `receipt` is null where it was erased.
    func json() throws -> JSONValue {
        [
            "id": JSONValue(id.description), "position": JSONValue(position),
            "receipt": try content.map { try JSONValue(parsing: $0.bytes) } ?? .null,
        ]
    }
}

extension Receipt {
    /// The decision in a word or two, with the part of a streamed exchange.
    var words: String {
        let outcome = decision.outcome == .permit ? "permit" : "deny (\(decision.reason?.printable ?? "no reason"))"
        return switch kind {
        case .single: outcome
        case .opening: outcome + ", opened"
        case .closing(let closing): outcome + (closing.end == .complete ? ", closed" : ", \(closing.end.rawValue)")
        }
    }

    /// What the consumer owes.
    var owed: String { decision.obligations.map(\.printable).joined(separator: ", ") }

    var text: String {
        var lines: [(String, String?)] = [
            ("receipt", id.description), ("decision", words), ("time", time.description),
            ("network", network.printable),
            ("gateway", gateway.description), ("consumer", consumer.description), ("peer", peer?.description),
            ("provider", provider?.description), ("dataset", dataset?.printable), ("action", action?.printable),
            ("purpose", purpose?.printable), ("request", "\(method.printable) \(target.printable)"),
            ("policy", decision.policy.flatMap { PolicyHash(bytes: $0) }?.description),
            ("rule", decision.rule?.printable),
            ("ledger height", String(ledgerHeight)), ("signed by", request.signature?.key.description),
            ("sent", "\(request.size) bytes"), ("sent digest", request.digest?.fieldValue),
        ]
        if let response {
            lines += [
                ("status", String(response.status)), ("received", "\(response.size) bytes"),
                ("digest", response.digest?.fieldValue), ("answered by", response.signature?.key.description),
                ("completed", response.completed?.description),
            ]
        }
        if !decision.obligations.isEmpty { lines.append(("owed", owed)) }
        return lines.compactMap { name, value in value.map { name.padded(to: 15) + $0 } }.joined(separator: "\n")
    }
}
