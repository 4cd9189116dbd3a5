import CoreMetrics
import Synchronization

/// Keeps a bounded number of series and writes them in the Prometheus text format 0.0.4.
final class PrometheusRegistry: MetricsFactory {
    /// One series: a name and its labels, as they will be written.
    struct SeriesName: Hashable, Sendable, Comparable {
        let name: String
        let labels: String

        static func < (left: SeriesName, right: SeriesName) -> Bool {
            (left.name, left.labels) < (right.name, right.labels)
        }
    }

    private let limit: Int
    private let series = Mutex<[SeriesName: any PrometheusSeries]>([:])
    private let refused = PrometheusCounter()

    /// Creates a registry that keeps at most `limit` series; further ones are counted, not kept.
    init(limit: Int = 2_000) {
        self.limit = limit
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        make(label, dimensions) { PrometheusCounter() }
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        make(label, dimensions) { PrometheusFloatCounter() }
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        make(label, dimensions) { PrometheusGauge() }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate {
            make(label, dimensions) { PrometheusHistogram(bounds: PrometheusHistogram.sizes, scale: 1) }
        } else {
            make(label, dimensions) { PrometheusGauge() }
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        make(label, dimensions) { PrometheusHistogram(bounds: PrometheusHistogram.latencies, scale: 1e-9) }
    }

    // Series live as long as the process: a counter that vanishes and returns reads as a reset.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private func make<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ create: () -> Series
    ) -> Series {
        let name = SeriesName(
            name: PrometheusText.name(label),
            labels: dimensions.map { "\(PrometheusText.name($0.0))=\"\(PrometheusText.value($0.1))\"" }
                .joined(separator: ","))
        return series.withLock { series in
            if let known = series[name] as? Series { return known }
            let created = create()
            if series[name] != nil || series.count >= limit {
                refused.increment(by: 1)
                return created
            }
            series[name] = created
            return created
        }
    }

    /// Every series, sorted, each family with its type.
    func text() -> String {
        let all = series.withLock { $0.sorted { $0.key < $1.key } }
        var text = ""
        var family = ""
        for (key, value) in all {
            if key.name != family {
                family = key.name
                text += "# TYPE \(family) \(type(of: value).type)\n"
            }
            value.write(key, to: &text)
        }
        text += "# TYPE hansa_metrics_refused_total counter\n"
        refused.write(SeriesName(name: "hansa_metrics_refused_total", labels: ""), to: &text)
        return text
    }
}

/// A series that can write itself.
protocol PrometheusSeries: AnyObject, Sendable {
    static var type: String { get }
    func write(_ name: PrometheusRegistry.SeriesName, to text: inout String)
}

/// Names and label values as the text format wants them.
enum PrometheusText {
    static func name(_ label: String) -> String {
        let clean = String(
            decoding: label.utf8.prefix(200).map { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
        return clean.first.map { ("0"..."9").contains($0) } ?? true ? "_" + clean : clean
    }

    static func value(_ text: String) -> String {
        String(
            text.prefix(128).flatMap { character -> String in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            })
    }
}
