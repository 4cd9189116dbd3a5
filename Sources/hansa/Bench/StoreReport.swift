import Foundation
import Histogram
import StrictJSON

/// What a store of this node carries: how many records a second it makes durable, and how soon it is open again.
struct StoreReport: Sendable {
    /// What is stored, in the plural: `receipts`.
    let what: String
    let count: Int
    let seconds: Double
    /// Records under way at a time.
    let waiting: Int
    /// Microseconds from handing a record over until it was known to be on stable storage.
    let latency: Histogram<UInt64>
    /// Bytes on disk.
    let size: UInt64
    /// Seconds to open the store again with all of that in it.
    let reopening: Double

    var perSecond: Double { Double(count) / seconds }

    var json: JSONValue {
        JSONValue([
            ("count", JSONValue(count)), ("waiting", JSONValue(waiting)),
            ("perSecond", JSONValue(Int64(perSecond.rounded()))),
            (
                "latencyMicroseconds",
                JSONValue([
                    ("p50", JSONValue(latency.valueAtPercentile(50))),
                    ("p99", JSONValue(latency.valueAtPercentile(99))),
                ])
            ),
            ("bytes", JSONValue(size)), ("reopeningMilliseconds", JSONValue(Int64((reopening * 1000).rounded()))),
        ])
    }

    var text: String {
        func milliseconds(_ percentile: Double) -> String {
            String(format: "%.2f", Double(latency.valueAtPercentile(percentile)) / 1000)
        }
        let each = count == 0 ? 0 : size / UInt64(count)
        return """
            \(count) \(what) in \(String(format: "%.1f", seconds)) s, \(waiting) at a time, each on stable storage
              throughput  \(String(format: "%.0f", perSecond))/s
              latency     p50 \(milliseconds(50)), p99 \(milliseconds(99)) ms
              on disk     \(ByteCount(size)), \(each) bytes each
              open again  after \(String(format: "%.2f", reopening)) s

            """
    }
}

/// A directory that a measurement fills and leaves behind empty.
struct BenchDirectory {
    let path: String

    /// Makes a new directory below one that is there.
    init(below parent: String) throws {
        path = parent + "/hansa-bench-\(UUID().uuidString.prefix(8).lowercased())"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        } catch {
            throw CommandError(.input, "no directory can be made in `\(parent.printable)`", cause: error)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Bytes of all files in it.
    var size: UInt64 {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.reduce(0) { total, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
            guard attributes?[.type] as? FileAttributeType == .typeRegular else { return total }
            return total + (attributes?[.size] as? UInt64 ?? 0)
        }
    }
}

/// Runs numbered pieces of work, so many at a time, and times each.
enum ConcurrentWork {
    /// - Parameter body: one piece, by its number and that of the worker that does it, of which each does one at a time.
    static func run(
        _ count: Int, workers: Int, _ body: @escaping @Sendable (_ number: Int, _ worker: Int) async throws -> Void
    ) async throws -> (seconds: Double, latency: Histogram<UInt64>) {
        let start = ContinuousClock.now
        var latency = Self.histogram()
        try await withThrowingTaskGroup(of: Histogram<UInt64>.self) { tasks in
            for worker in 0..<workers {
                tasks.addTask {
                    var own = Self.histogram()
                    for number in stride(from: worker, to: count, by: workers) {
                        let began = ContinuousClock.now
                        try await body(number, worker)
                        let taken = (ContinuousClock.now - began) / .microseconds(1)
                        own.record(UInt64(min(max(taken, 0), 59_000_000)))
                    }
                    return own
                }
            }
            for try await own in tasks { latency.add(own) }
        }
        return ((ContinuousClock.now - start) / .seconds(1), latency)
    }

    private static func histogram() -> Histogram<UInt64> {
        Histogram<UInt64>(highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)
    }
}
