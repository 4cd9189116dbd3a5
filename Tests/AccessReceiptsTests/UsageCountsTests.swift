import CityIdentity
import Testing

@testable import AccessReceipts

@Suite struct UsageCountsTests {
    static let start = Samples.start

    static func use(_ consumer: String, rule: String = "r", dataset: String = "d") -> Usage {
        Usage(rule: rule, dataset: dataset, consumer: Samples.code(consumer))
    }

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
    }

    @Test func unitsCountForTheirCity() {
        let counts = UsageCounts()
        for consumer in ["MA.840.5363000", "MA.840.5363000.07", "MA.840.5363000.07", "MA.840.0667000"] {
            _ = counts.reserve(Self.use(consumer), at: Self.start)
        }
        _ = counts.reserve(Self.use("MA.840.5363000", rule: "other"), at: Self.start)
        _ = counts.reserve(Self.use("MA.840.5363000", dataset: "other"), at: Self.start)
        func count(_ consumer: String?) -> Int {
            counts.count(rule: "r", dataset: "d", consumer: consumer.map(Samples.code), since: Self.start)
        }
        #expect(count("MA.840.5363000") == 3)
        #expect(count("MA.840.5363000.07") == 2)
        #expect(count("MA.840.0667000") == 1)
        #expect(count("MA.840.06670") == 0)
        #expect(count(nil) == 4)
    }

    @Test func aMomentInsideASecondCountsAllOfIt() {
        let counts = UsageCounts()
        _ = counts.reserve(Self.use("MA.840.5363000"), at: Self.start.adding(milliseconds: 100))
        for milliseconds in [0, 500, 999] as [Int64] {
            let since = Self.start.adding(milliseconds: milliseconds)
            #expect(counts.count(rule: "r", dataset: "d", consumer: nil, since: since) == 1)
        }
        #expect(counts.count(rule: "r", dataset: "d", consumer: nil, since: Self.start.adding(seconds: 1)) == 0)
    }

    @Test func aLimitHoldsHoweverManyAskAtOnce() async {
        let counts = UsageCounts()
        let granted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<100).count { _ in
                        counts.reserve(
                            Self.use("MA.840.5363000"), at: Self.start, unlessAlready: 37, since: Self.start) != nil
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(granted == 37)
    }

    @Test func aCancelledReservationMakesRoom() throws {
        let counts = UsageCounts()
        func reserve() -> UsageReservation? {
            counts.reserve(Self.use("MA.840.5363000"), at: Self.start, unlessAlready: 1, since: Self.start)
        }
        let first = try #require(reserve())
        #expect(reserve() == nil)
        counts.cancel(first)
        #expect(reserve() != nil)
    }
}
