import CityIdentity
import GRDB

extension UsageCounts {
    /// Takes up the counts that were stored.
    convenience init(stored database: Database) throws {
        self.init()
        for measure in Usage.Measure.allCases { try take(measure, of: database) }
    }

    private func take(_ measure: Usage.Measure, of database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT rule, dataset, consumer, second, count FROM \(measure.table) ORDER BY rule, dataset, consumer")
        while let row = try rows.next() {
            guard let consumer = try? IdentificationCode(row["consumer"] as String) else {
                throw ReceiptError(.damaged, "the counts name a consumer that is no identification code")
            }
            let usage = Usage(rule: row["rule"], dataset: row["dataset"], consumer: consumer, measure: measure)
            add(row["count"], usage, at: row["second"])
        }
    }

    /// Deletes the counts of rules.
    static func forget(_ rules: Set<String>, _ database: Database) throws {
        for measure in Usage.Measure.allCases {
            let delete = try database.cachedStatement(sql: "DELETE FROM \(measure.table) WHERE rule = ?")
            for rule in rules { try delete.execute(arguments: [rule]) }
        }
    }

    /// Writes counts that grew too long anew, put together as they are in memory.
    ///
    /// In one transaction: a crash leaves them as they were or as they are to be, and both count the same.
    static func shorten(_ usage: Usage, _ database: Database) throws {
        let table = usage.measure.table
        let key: StatementArguments = [usage.rule, usage.dataset, usage.consumer.description]
        let whose = "rule = ? AND dataset = ? AND consumer = ?"
        var series = UsageSeries()
        let rows = try Row.fetchCursor(
            database, sql: "SELECT second, count FROM \(table) WHERE \(whose) ORDER BY second", arguments: key)
        while let row = try rows.next() { series.add(row["count"], at: row["second"]) }
        try database.execute(sql: "DELETE FROM \(table) WHERE \(whose)", arguments: key)
        let insert = try database.cachedStatement(sql: "INSERT INTO \(table) VALUES (?, ?, ?, ?, ?)")
        for (second, count) in series.counts { try insert.execute(arguments: key + [second, count]) }
    }
}

extension Usage.Measure {
    /// Where counts of it are stored.
    var table: String {
        switch self {
        case .uses: "usage"
        case .bytes: "volume"
        }
    }
}
