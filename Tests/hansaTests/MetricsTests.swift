import CoreMetrics
import Testing

@testable import hansa

@Suite struct MetricsTests {
    @Test func familiesAreTypedAndSorted() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "hansa_b_total", dimensions: [("kind", "x")]).increment(by: 2)
        registry.makeCounter(label: "hansa_b_total", dimensions: [("kind", "a")]).increment(by: 1)
        registry.makeMeter(label: "hansa.a", dimensions: []).set(1.5)
        #expect(
            registry.text() == """
                # TYPE hansa_a gauge
                hansa_a 1.5
                # TYPE hansa_b_total counter
                hansa_b_total{kind="a"} 1
                hansa_b_total{kind="x"} 2
                # TYPE hansa_metrics_refused_total counter
                hansa_metrics_refused_total 0

                """)
    }

    @Test func timersAreHistogramsInSeconds() {
        let registry = PrometheusRegistry()
        let timer = registry.makeTimer(label: "t", dimensions: [])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(60_000_000_000)
        let text = registry.text()
        #expect(text.contains("t_bucket{le=\"0.001\"} 0\n"))
        #expect(text.contains("t_bucket{le=\"0.0025\"} 1\n"))
        #expect(text.contains("t_bucket{le=\"30.0\"} 1\n"))
        #expect(text.contains("t_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("t_count 2\n"))
        #expect(text.contains("t_sum 60.0"))
    }

    @Test func seriesAreBounded() {
        let registry = PrometheusRegistry(limit: 3)
        for index in 0..<10 {
            registry.makeCounter(label: "c", dimensions: [("i", String(index))]).increment(by: 1)
        }
        let lines = registry.text().split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("c{") }.count == 3)
        #expect(lines.last == "hansa_metrics_refused_total 7")
    }

    @Test func oneSeriesIsSharedByAllWhoNameIt() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "c", dimensions: []).increment(by: 1)
        registry.makeCounter(label: "c", dimensions: []).increment(by: 1)
        #expect(registry.text().contains("\nc 2\n"))
    }

    @Test func labelsAreEscaped() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "1 c", dimensions: [("a b", "x\"\\\ny")]).increment(by: 1)
        #expect(registry.text().contains("_1_c{a_b=\"x\\\"\\\\\\ny\"} 1\n"))
    }
}
