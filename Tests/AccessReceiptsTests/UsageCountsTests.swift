import CityIdentity
import Testing

@testable import AccessReceipts

@Suite struct UsageCountsTests {
    static let start = Samples.start

    static func use(_ consumer: String, rule: String = "r", dataset: String = "d") -> Usage {
        Usage(rule: rule, dataset: dataset, consumer: Samples.code(consumer))
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

    @Test func aCancelledReservationDoesNotCount() {
        let counts = UsageCounts()
        let use = Self.use("MA.840.5363000")
        let first = counts.reserve(use, at: Self.start)
        _ = counts.reserve(use, at: Self.start)
        counts.cancel(first)
        #expect(counts.count(rule: "r", dataset: "d", consumer: nil, since: Self.start) == 1)
    }

    @Test func usesAtOnceAreAllCounted() async {
        let counts = UsageCounts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 { _ = counts.reserve(Self.use("MA.840.5363000"), at: Self.start) }
                }
            }
        }
        #expect(counts.count(rule: "r", dataset: "d", consumer: nil, since: Self.start) == 800)
    }
}
