import CityIdentity
import GRDB
import Testing

@testable import AccessReceipts

@Suite struct UsageSeriesTests {
    private static let day: Int64 = 86_400

    @Test func aSeriesCountsAsAListDoes() {
        var generator = SystemRandomNumberGenerator()
        var series = UsageSeries()
        var list: [Int64] = []
        for _ in 0..<300 {
            let second = Int64.random(in: -20...20, using: &generator)
            series.add(1, at: second)
            list.append(second)
        }
        for _ in 0..<100 {
            series.add(-1, at: list.removeLast())
        }
        for since in Int64(-22)...22 {
            #expect(series.count(since: since) == list.count { $0 >= since })
        }
        #expect(series.total == 200)
        for second in list { series.add(-1, at: second) }
        #expect(series == UsageSeries())
    }

    /// Uses as fast as seconds go, then one a minute: counts are never too low, too high by one step at most, and
    /// exact where they are recent.
    @Test func aLongSeriesIsBoundedAndNeverTooLow() {
        var series = UsageSeries()
        var seconds = Array(Int64(0)..<Self.day)
        seconds += (0..<80 * Self.day / 60).map { Self.day + $0 * 60 }
        for (number, second) in seconds.enumerated() {
            series.add(1, at: second)
            if number.isMultiple(of: 5000) { #expect(series.counts.count <= UsageSeries.limit) }
        }
        #expect(series.total == seconds.count)
        let newest = seconds[seconds.count - 1]
        for (number, second) in seconds.enumerated().reversed().prefix(4096) {
            if series.count(since: second) != seconds.count - number { Issue.record("\(second) is not exact") }
        }
        let widths: [(age: Int64, width: Int64)] = [
            (3600, 1), (2 * Self.day, 60), (7 * Self.day, 3600), (60 * Self.day, 3600),
        ]
        for (age, width) in widths {
            let since = newest - age
            let exact = seconds.count { $0 >= since }
            #expect((exact...seconds.count { $0 > since - 2 * width }).contains(series.count(since: since)))
        }
    }

    /// Whoever asks again and again is let through as often as the limit says within every window, and not once more.
    @Test(arguments: [(10, 60, 1), (4096, 7 * day, 41), (6000, day, 5), (20_000, day, 2)] as [(Int, Int64, Int64)])
    func noWindowHoldsMoreThanTheLimit(limit: Int, window: Int64, pause: Int64) {
        var series = UsageSeries()
        var permitted: [Int64] = []
        for second in stride(from: 0, to: 3 * window, by: Int(pause)) {
            guard series.count(since: second - window) + 1 <= limit else { continue }
            series.add(1, at: second)
            permitted.append(second)
        }
        #expect(permitted.indices.dropFirst(limit).allSatisfy { permitted[$0] - permitted[$0 - limit] > window })
        // Limits that fit the exact part are used to the full; those beyond it very nearly.
        let full = limit * 3
        #expect(permitted.count <= full)
        #expect(permitted.count >= (limit <= 4096 ? full - 3 : full * 97 / 100))
    }

    @Test func whatIsStoredIsBoundedToo() async throws {
        let seconds = 40_000
        let usage = Usage(rule: "r", dataset: "d", consumer: Samples.consumer)
        let end = Samples.start.adding(seconds: Int64(seconds))
        func counts(_ store: ReceiptStore) -> [Int] {
            [0, 1, 10_000, 30_000, 39_000, seconds - 1, seconds, seconds + 1].map { second in
                store.usage.count(
                    rule: "r", dataset: "d", consumer: nil, since: Samples.start.adding(seconds: Int64(second)))
            }
        }
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await store.perform { writer in
                    try writer.pool.write { database in
                        for second in 0..<seconds {
                            try database.execute(
                                sql: "INSERT INTO usage VALUES ('r', 'd', ?, ?, 1)",
                                arguments: [Samples.consumer.description, Samples.start.seconds + Int64(second)])
                        }
                    }
                }
            }
            let before = try await Samples.withStore(directory) { store in
                try await store.append(Samples.receipt(), reservations: [store.usage.reserve(usage, at: end)])
                try await store.perform { _ in }
                let rows = try await store.reader.read { database in
                    try Int.fetchAll(database, sql: "SELECT count FROM usage")
                }
                #expect(rows.count <= UsageSeries.limit)
                #expect(rows.reduce(0, +) == seconds + 1)
                return counts(store)
            }
            #expect(before.first == seconds + 1 && before.suffix(4) == [1001, 2, 1, 0])
            try await Samples.withStore(directory) { store in #expect(counts(store) == before) }
        }
    }
}
