import ArgumentParser
import Foundation
import Histogram
import NIOCore
import StrictJSON
import Synchronization
import Testing

@testable import hansa

@Suite struct BenchReportTests {
    private func report(count: Int = 1000) -> StoreReport {
        var latency = Histogram<UInt64>(highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)
        for value in UInt64(1)...1000 { latency.record(value) }
        return StoreReport(
            what: "receipts", count: count, seconds: 0.5, waiting: 32, latency: latency, size: 2_048_000,
            reopening: 0.25)
    }

    @Test func aStoreReportCountsBySecond() throws {
        let json = report().json
        #expect(json.object?["perSecond"] == JSONValue(2000))
        #expect(json.object?["reopeningMilliseconds"] == JSONValue(250))
        #expect(json.object?["latencyMicroseconds"]?.object?["p99"] == JSONValue(990))
        let text = report().text
        #expect(text.contains("2000/s"))
        #expect(text.contains("2048 bytes each"))
    }

    @Test func waitingForAStreamIsNoPartOfAnswering() {
        var (tally, due) = (LoadTally(), NIODeadline.uptimeNanoseconds(1_000_000_000))
        for _ in 0..<100 {
            let moments = LoadMoments(due: due, left: due + .milliseconds(80))
            tally.answered(LoadAnswer(status: 200), of: moments, at: due + .milliseconds(100))
            due = due + .milliseconds(1)
        }
        #expect((100_000...100_100).contains(tally.latency.valueAtPercentile(99)))
        #expect((20_000...20_020).contains(tally.answering.valueAtPercentile(99)))
    }

    @Test func nothingStoredDividesByNothing() {
        #expect(report(count: 0).text.contains(" 0 bytes each"))
    }

    @Test func stagesStandBesideTheirOperation() {
        let text = StageReport([
            .init(member: "a", words: "with one", nanoseconds: 3000, primitive: 1500),
            .init(member: "b", words: "without", nanoseconds: 1000, primitive: nil),
        ]).text
        let rows = text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        #expect(rows[1] == ["with", "one", "3.0", "75", "%", "1.5", "2.0"])
        #expect(rows[2] == ["without", "1.0", "25", "%", "–", "–"])
        #expect(rows[3].prefix(2) == ["together", "4.0"])
    }

    @Test func workersDoEveryPieceOnce() async throws {
        let done = Mutex<[Int: Int]>([:])
        let (_, latency) = try await ConcurrentWork.run(100, workers: 7) { number, worker in
            #expect(number % 7 == worker)
            done.withLock { $0[number, default: 0] += 1 }
        }
        #expect(done.withLock { $0 } == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, 1) }))
        #expect(latency.totalCount == 100)
    }

    @Test func aDirectoryIsGoneAfterwards() throws {
        let parent = FileManager.default.temporaryDirectory.path
        let directory = try BenchDirectory(below: parent)
        try Data(count: 4096).write(to: URL(filePath: directory.path + "/file"))
        #expect(directory.size == 4096)
        directory.remove()
        #expect(!FileManager.default.fileExists(atPath: directory.path))
        #expect(throws: CommandError.self) { try BenchDirectory(below: directory.path) }
    }

    @Test(arguments: [["--count", "0"], ["--waiting", "16385"], ["--count", "x"]])
    func countsOutOfRangeAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try BenchReceipts.parse(arguments) }
    }
}
