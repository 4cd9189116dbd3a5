import CityIdentity
import GRDB
import Testing

@testable import AccessReceipts

@Suite struct ReceiptListTests {
    static let consumers = ["MA.840.5363000", "MA.840.5363000.07", "MA.840.0667000"].map(Samples.code)
    static let datasets = ["MA.156.1301/air-quality", "MA.156.1301/traffic", nil]

    /// 120 receipts: every consumer, data set and outcome often, two for each minute.
    static let receipts: [Receipt] = (0..<120).map { number in
        var receipt = Samples.receipt(
            number / 2, consumer: consumers[number % 3],
            provider: Samples.code(number % 4 == 0 ? "MA.156.1302" : "MA.156.1301"),
            dataset: datasets[number / 3 % 3], outcome: number % 5 == 0 ? .deny : .permit)
        if number % 7 == 1 { receipt.decision.obligations = ["delete after a year"] }
        // A word that the filter must not be taken in by.
        if number % 7 == 2 { receipt.purpose = "\"obligations\"" }
        if number % 7 == 3 { receipt.action = "obligations" }
        return receipt
    }

    static func minute(_ number: Int) -> Timestamp { Samples.start.adding(seconds: Int64(number) * 60) }

    static let filters: [ReceiptFilter] = [
        ReceiptFilter(), ReceiptFilter(from: minute(10)), ReceiptFilter(to: minute(10)),
        ReceiptFilter(from: minute(10), to: minute(20)), ReceiptFilter(consumer: consumers[0]),
        ReceiptFilter(consumer: consumers[1]), ReceiptFilter(provider: Samples.code("MA.156.1302")),
        ReceiptFilter(dataset: "MA.156.1301/traffic"), ReceiptFilter(outcome: .deny), ReceiptFilter(outcome: .permit),
        ReceiptFilter(consumer: consumers[2], dataset: "MA.156.1301/traffic", outcome: .deny),
        ReceiptFilter(provider: Samples.code("MA.156.1301"), outcome: .deny),
        ReceiptFilter(
            from: minute(3), to: minute(50), consumer: consumers[2], provider: Samples.code("MA.156.1301"),
            dataset: "MA.156.1301/air-quality", outcome: .permit),
        ReceiptFilter(isOwedFor: true), ReceiptFilter(consumer: consumers[1], outcome: .permit, isOwedFor: true),
        ReceiptFilter(consumer: Samples.code("MA.840.9999999")), ReceiptFilter(from: minute(20), to: minute(10)),
    ]

    /// What the filter means, said once more without an index.
    static func expected(_ filter: ReceiptFilter) -> [ReceiptID] {
        receipts.enumerated()
            .filter { _, receipt in
                (filter.from.map { receipt.time >= $0 } ?? true) && (filter.to.map { receipt.time < $0 } ?? true)
                    && (filter.consumer.map { receipt.consumer == $0 } ?? true)
                    && (filter.provider.map { receipt.provider == $0 } ?? true)
                    && (filter.dataset.map { receipt.dataset == $0 } ?? true)
                    && (filter.outcome.map { receipt.decision.outcome == $0 } ?? true)
                    && (!filter.isOwedFor || !receipt.decision.obligations.isEmpty)
            }
            .sorted { ($0.element.time, $0.offset) > ($1.element.time, $1.offset) }
            .map(\.element.id)
    }

    @Test(arguments: [1, 7, 1000])
    func pagesTogetherAreWhatTheFilterMeans(limit: Int) async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                for receipt in Self.receipts { try await store.append(receipt) }
                for filter in Self.filters {
                    #expect(
                        try await Self.all(store.reader, filter, limit: limit) == Self.expected(filter), "\(filter)")
                }
            }
        }
    }

    private static func all(_ reader: ReceiptReader, _ filter: ReceiptFilter, limit: Int) async throws -> [ReceiptID] {
        var ids: [ReceiptID] = []
        var cursor: ReceiptCursor?
        repeat {
            let page = try await reader.list(filter, after: cursor, limit: limit)
            #expect(page.receipts.count <= limit)
            ids += page.receipts.map(\.id)
            cursor = try page.next.map { try #require(ReceiptCursor($0.description)) }
        } while cursor != nil
        return ids
    }

    @Test func everyListGoesAlongAnIndex() async throws {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                for filter in Self.filters {
                    let scan = ReceiptScan(filter, after: ReceiptCursor("1795334400000-5"))
                    let plan = try await store.reader.read { database in
                        try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + scan.sql, arguments: scan.arguments)
                            .map { $0["detail"] as String }
                    }
                    #expect(plan.count == 1 && plan[0].contains("USING INDEX"), "\(plan)")
                }
            }
        }
    }

    @Test(arguments: ["", "-", "1", "1-", "-1", "1-2-3", "x-1", "1-18446744073709551615", "1--1"])
    func otherTextsAreNoCursor(text: String) {
        #expect(ReceiptCursor(text) == nil)
    }
}
