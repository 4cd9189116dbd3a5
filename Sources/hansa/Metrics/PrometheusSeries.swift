import CoreMetrics
import Synchronization

/// A count that only rises.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
    static let type = "counter"
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }

    func write(_ name: PrometheusRegistry.SeriesName, to text: inout String) {
        text += "\(name.sample) \(count.load(ordering: .relaxed))\n"
    }
}

/// A sum of fractions that only rises.
final class PrometheusFloatCounter: FloatingPointCounterHandler, PrometheusSeries {
    static let type = "counter"
    private let sum = Mutex<Double>(0)

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        sum.withLock { $0 += amount }
    }

    func reset() {
        sum.withLock { $0 = 0 }
    }

    func write(_ name: PrometheusRegistry.SeriesName, to text: inout String) {
        text += "\(name.sample) \(sum.withLock { $0 })\n"
    }
}

/// A value that rises and falls.
final class PrometheusGauge: MeterHandler, RecorderHandler, PrometheusSeries {
    static let type = "gauge"
    private let value = Mutex<Double>(0)

    func set(_ new: Int64) {
        set(Double(new))
    }

    func set(_ new: Double) {
        value.withLock { $0 = new }
    }

    func increment(by amount: Double) {
        value.withLock { $0 += amount }
    }

    func decrement(by amount: Double) {
        value.withLock { $0 -= amount }
    }

    func record(_ new: Int64) {
        set(Double(new))
    }

    func record(_ new: Double) {
        set(new)
    }

    func write(_ name: PrometheusRegistry.SeriesName, to text: inout String) {
        text += "\(name.sample) \(value.withLock { $0 })\n"
    }
}

/// How often values fell under each bound.
final class PrometheusHistogram: TimerHandler, RecorderHandler, PrometheusSeries {
    static let type = "histogram"
    /// Seconds.
    static let latencies = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    /// Bytes or items.
    static let sizes: [Double] = [1, 16, 256, 1_024, 16_384, 262_144, 1_048_576, 16_777_216, 1_073_741_824]

    private struct State {
        var counts: [UInt64]
        var sum = 0.0
        var count: UInt64 = 0
    }

    private let bounds: [Double]
    private let scale: Double
    private let state: Mutex<State>

    /// Creates a histogram whose recorded integers are multiplied by `scale`.
    init(bounds: [Double], scale: Double) {
        self.bounds = bounds
        self.scale = scale
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    func recordNanoseconds(_ duration: Int64) {
        record(duration)
    }

    func record(_ value: Int64) {
        observe(Double(value) * scale)
    }

    func record(_ value: Double) {
        observe(value * scale)
    }

    private func observe(_ value: Double) {
        guard value.isFinite else { return }
        state.withLock { state in
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
            state.sum += value
            state.count += 1
        }
    }

    func write(_ name: PrometheusRegistry.SeriesName, to text: inout String) {
        let (counts, sum, count) = state.withLock { ($0.counts, $0.sum, $0.count) }
        var below: UInt64 = 0
        for (bound, inside) in zip(bounds, counts) {
            below += inside
            text += "\(name.sample(suffix: "_bucket", label: "le=\"\(bound)\"")) \(below)\n"
        }
        text += "\(name.sample(suffix: "_bucket", label: "le=\"+Inf\"")) \(count)\n"
        text += "\(name.sample(suffix: "_sum")) \(sum)\n\(name.sample(suffix: "_count")) \(count)\n"
    }
}

extension PrometheusRegistry.SeriesName {
    var sample: String { sample(suffix: "") }

    func sample(suffix: String, label: String? = nil) -> String {
        let all = [labels, label ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? name + suffix : "\(name)\(suffix){\(all)}"
    }
}
