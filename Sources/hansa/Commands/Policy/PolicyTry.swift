import AccessReceipts
import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

struct PolicyTry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Replay a gateway's receipts with other policies, and list what would change.",
        discussion: """
            Reads receipts and ledger in a node's directory. What is in force now stays beside the new policies, but for what
            they `replace` or --replaces names; --alone asks the new ones alone. Counts are replayed in order from the first receipt of the
            period, so a count over a longer span than the period comes out too low. Exit code 2 means that something would
            change.
            Example: hansa policy try Policies/templates/open-data.yaml --directory node --from 2026-11-01T00:00:00Z
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The new policies.", completion: .file(extensions: ["yaml", "yml", "json", "jsonld"]))
    var files: [String]

    @Option(
        name: .long,
        help: "The first moment of the period: RFC 3339, or the beginning of a day by UTC. (default: the first receipt)"
    )
    var from: String?

    @Option(
        name: .long, help: "The moment at which the period ends: RFC 3339, or the end of a day by UTC. (default: now)")
    var until: String?

    @Option(name: .long, help: "The hash of a policy whose place the new ones take; may be repeated.")
    var replaces: [String] = []

    @Flag(name: .long, help: "Ask the new policies alone.")
    var alone = false

    /// The most receipts of one replay.
    private static let limit = 1_000_000

    func run() async throws {
        let new = PolicySet(try files.map(PolicyFile.proposable))
        let period = try Period(from: from, until: until)
        let view = try await LedgerArchive(directory: node.configuration().path("ledger.directory")).view()
        let exchanges = try await self.exchanges(ReceiptFilter(from: period.from, to: period.until), about: new)
        let (isAlone, replaced) = (alone, Set(try replaces.map(PolicyHash.init(argument:))))
        var before = PolicyReplay { view.policies(for: $0) }
        var after = PolicyReplay { dataset in
            guard !isAlone else { return new }
            let now = view.policies(for: dataset)
            return PolicySet(
                now.policies.filter { !new.replaces($0) && !replaced.contains($0.hash) } + new.policies,
                unreadable: now.unreadable)
        }
        var tally = TryTally()
        var progress = CountProgress("replaying", total: exchanges.count)
        for (number, exchange) in exchanges.enumerated() {
            progress.update(number)
            tally.add(
                exchange, before: before.decide(exchange.request, for: exchange.dataset),
                after: after.decide(exchange.request, for: exchange.dataset))
        }
        progress.finish()
        output.print(json: tally.json, text: tally.text)
        if tally.changes > 0 { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// The exchanges of the period that policies decided on, oldest first.
    private func exchanges(_ filter: ReceiptFilter, about policies: PolicySet) async throws -> [TriedExchange] {
        let (reader, _) = try await node.receipts()
        let datasets = Set(policies.policies.flatMap(\.datasets))
        var exchanges: [TriedExchange] = []
        var cursor: ReceiptCursor?
        repeat {
            let page = try await reader.list(filter, after: cursor, limit: ReceiptReader.maximumPage)
            exchanges += page.receipts.compactMap { stored in
                (try? stored.receipt()).flatMap(TriedExchange.init).flatMap { datasets.contains($0.dataset) ? $0 : nil }
            }
            guard exchanges.count <= Self.limit else {
                throw CommandError(
                    .usage, "the period has more than \(Self.limit) exchanges",
                    advice: "choose a shorter one with --from")
            }
            cursor = page.next
        } while cursor != nil
        return exchanges.reversed()
    }
}

/// An exchange that policies once decided on, as they would be asked again.
struct TriedExchange: Sendable {
    let id: ReceiptID
    let dataset: DatasetIdentifier
    let request: AccessRequest
    let wasPermitted: Bool

    /// `nil` where the receipt is of the end of an exchange, or of one that was refused before policies were asked.
    init?(_ receipt: Receipt) {
        if case .closing = receipt.kind { return nil }
        wasPermitted = receipt.decision.outcome == .permit
        // Where policies denied, the reason is theirs; everything else was refused before.
        guard wasPermitted || receipt.decision.reason.flatMap(Decision.Reason.init) != nil,
            let dataset = receipt.dataset.flatMap({ try? DatasetIdentifier($0) }), let action = receipt.action
        else { return nil }
        id = receipt.id
        self.dataset = dataset
        request = AccessRequest(
            consumer: receipt.consumer, dataset: dataset, action: action, purpose: receipt.purpose, time: receipt.time,
            requestSize: Int(exactly: receipt.request.size))
    }
}

/// What a replay found, by consumer and dataset.
struct TryTally {
    private struct Subject: Hashable {
        let consumer: String
        let dataset: DatasetIdentifier
    }

    private struct Count {
        var exchanges = 0
        var gained = 0
        var lost = 0
        var changed = 0
        var example: (id: ReceiptID, summary: String)?
    }

    private var counts: [Subject: Count] = [:]
    private(set) var exchanges = 0
    private(set) var changes = 0
    /// Exchanges that come out otherwise already by what is in force now.
    private var changedSince = 0

    mutating func add(_ exchange: TriedExchange, before: Decision, after: Decision) {
        exchanges += 1
        if before.isPermit != exchange.wasPermitted { changedSince += 1 }
        let subject = Subject(consumer: exchange.request.assignee.short, dataset: exchange.dataset)
        counts[subject, default: Count()].exchanges += 1
        guard Allowance(before) != Allowance(after) else { return }
        changes += 1
        switch (before.isPermit, after.isPermit) {
        case (false, true): counts[subject]?.gained += 1
        case (true, false): counts[subject]?.lost += 1
        default: counts[subject]?.changed += 1
        }
        if counts[subject]?.example == nil { counts[subject]?.example = (exchange.id, after.summary) }
    }

    private var rows: [(subject: Subject, count: Count)] {
        counts.map { ($0.key, $0.value) }.sorted {
            ($0.subject.dataset, $0.subject.consumer) < ($1.subject.dataset, $1.subject.consumer)
        }
    }

    var text: String {
        var table = TextTable(
            "CONSUMER", "DATASET", "EXCHANGES", "PERMITTED ANEW", "DENIED ANEW", "OTHER DUTIES", "FOR EXAMPLE")
        for (subject, count) in rows {
            table.add(
                subject.consumer, subject.dataset.description, String(count.exchanges), String(count.gained),
                String(count.lost), String(count.changed), count.example?.id.description ?? "-")
        }
        let since =
            changedSince == 0 ? "" : "\(changedSince) came out otherwise then than by what is in force now\n"
        return table.rendered() + "\(changes) of \(exchanges) exchanges would change\n" + since
            + rows.compactMap(\.count.example).map { "\($0.id): \($0.summary.printable)\n" }.joined()
    }

    var json: JSONValue {
        let rows = rows.map { subject, count -> JSONValue in
            [
                "consumer": JSONValue(subject.consumer), "dataset": JSONValue(subject.dataset.description),
                "exchanges": JSONValue(count.exchanges), "permittedAnew": JSONValue(count.gained),
                "deniedAnew": JSONValue(count.lost), "otherDuties": JSONValue(count.changed),
                "example": count.example.map { JSONValue($0.id.description) } ?? .null,
            ]
        }
        return [
            "exchanges": JSONValue(exchanges), "changes": JSONValue(changes), "changedSince": JSONValue(changedSince),
            "subjects": JSONValue(rows),
        ]
    }
}
