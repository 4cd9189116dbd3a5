import CityIdentity
import GRDB

/// How a list is found: along the one index that narrows it most, the rest of the filter being asked of every row.
struct ReceiptScan: Sendable {
    let sql: String
    let arguments: StatementArguments
    private let filter: ReceiptFilter

    init(_ filter: ReceiptFilter, after cursor: ReceiptCursor?) {
        self.filter = filter
        var conditions: [String] = ["time IS NOT NULL"]
        var arguments: StatementArguments = []
        func require(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        let index: String
        if let dataset = filter.dataset {
            index = "receipt_dataset"
            require("dataset = ?", dataset)
        } else if let consumer = filter.consumer {
            index = "receipt_consumer"
            require("consumer = ?", consumer.description)
        } else if filter.outcome == .deny {
            index = "receipt_denied"
            require("decision = 1")
        } else if let provider = filter.provider {
            index = "receipt_provider"
            require("provider = ?", provider.description)
        } else {
            index = "receipt_time"
        }
        if let from = filter.from { require("time >= ?", from.milliseconds) }
        if let to = filter.to { require("time < ?", to.milliseconds) }
        if let cursor {
            require("(time, position) < (?, ?)", cursor.time.milliseconds, Int64(cursor.position))
        }
        sql = """
            SELECT position, id, entry, time, decision, consumer, provider, dataset, salt, body
            FROM receipt INDEXED BY \(index) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY time DESC, position DESC
            """
        self.arguments = arguments
    }

    /// Whether a row passes all of the filter.
    func accepts(_ row: Row) -> Bool {
        func matches(_ column: String, _ expected: String?) -> Bool {
            guard let expected else { return true }
            return (row[column] as String?).map { $0.utf8.elementsEqual(expected.utf8) } ?? false
        }
        guard matches("consumer", filter.consumer?.description), matches("provider", filter.provider?.description),
            matches("dataset", filter.dataset)
        else { return false }
        if let outcome = filter.outcome, (row["decision"] as Int64?) != (outcome == .deny ? 1 : 0) { return false }
        return !filter.isOwedFor || isOwedFor(row)
    }

    /// Read from the receipt itself, unless it does not even hold the word.
    private func isOwedFor(_ row: Row) -> Bool {
        guard let body = row.bytes("body"), body.contains(Self.obligations) else { return false }
        return (try? Receipt(parsing: body))?.isOwedFor ?? false
    }

    private static let obligations = Array("\"obligations\"".utf8)
}

extension Receipt {
    /// Whether its exchange was permitted for something that the consumer owes; of a streamed one, the first of its receipts.
    package var isOwedFor: Bool {
        if case .closing = kind { return false }
        return !decision.obligations.isEmpty
    }
}

extension ReceiptCursor {
    /// The place after a row of a scan.
    init(row: Row) {
        self.init(
            time: Timestamp(milliseconds: row["time"]), position: UInt64(row["position"] as Int64))
    }
}
