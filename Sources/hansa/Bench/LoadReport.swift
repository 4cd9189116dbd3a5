import Foundation
import Histogram
import NIOCore
import StrictJSON

/// What a run showed, in words, in figures, and what it means for the machine to buy.
struct LoadReport: Sendable {
    let plan: LoadPlan
    let tally: LoadTally
    let usage: LoadGenerator.Usage

    private var seconds: Double { Double(plan.duration.nanoseconds) / 1e9 }

    /// Answered requests a second.
    var throughput: Double { Double(tally.completed) / seconds }

    /// Microseconds of the servers' processor time for one request; `nil` where no process was watched.
    var processorTime: Double? {
        guard !usage.servers.isEmpty, tally.completed > 0 else { return nil }
        return usage.servers.reduce(0) { $0 + $1.seconds } / Double(tally.completed) * 1e6
    }

    var peakMemory: UInt64 { usage.servers.reduce(0) { $0 + $1.peakMemory } }

    private static let percentiles: [(name: String, value: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("max", 100),
    ]

    // MARK: For scripts

    /// Whole numbers, with the unit in each name.
    var json: JSONValue {
        let servers = usage.servers.map { server in
            JSONValue([
                ("process", JSONValue(server.process)), ("cpuMilliseconds", Self.whole(server.seconds * 1e3)),
                ("peakMemoryBytes", JSONValue(server.peakMemory)),
            ])
        }
        var members: [(String, JSONValue)] = [
            ("protocol", plan.streams == nil ? "http/1.1" : "h2"), ("connections", JSONValue(plan.connections)),
            ("streams", JSONValue(plan.streams ?? 1)), ("durationMilliseconds", Self.whole(seconds * 1e3)),
            ("completed", JSONValue(tally.completed)), ("failed", JSONValue(tally.failed)),
            ("errors", JSONValue(tally.errors.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })),
            ("requestsPerSecond", Self.whole(throughput)),
            ("bytesPerSecond", Self.whole(Double(tally.contentBytes) / seconds)),
            ("latencyMicroseconds", json(tally.latency)), ("answeringMicroseconds", json(tally.answering)),
            ("servers", JSONValue(servers)),
            ("clientCpuMilliseconds", Self.whole(usage.ownSeconds * 1e3)),
        ]
        if let rate = plan.rate { members.append(("dueRequestsPerSecond", Self.whole(rate))) }
        if let time = processorTime { members.append(("serverNanosecondsPerRequest", Self.whole(time * 1e3))) }
        return JSONValue(members)
    }

    private func json(_ times: Histogram<UInt64>) -> JSONValue {
        let mean = [("mean", Self.whole(tally.completed == 0 ? 0 : times.mean))]
        return JSONValue(mean + Self.percentiles.map { ($0.name, JSONValue(times.valueAtPercentile($0.value))) })
    }

    private static func whole(_ value: Double) -> JSONValue {
        JSONValue(Int64(exactly: value.rounded()) ?? 0)
    }

    // MARK: For people

    func text(on terminal: Terminal) -> String {
        var text = "\(tally.completed) exchanges in \(Self.decimal(seconds, 1)) s, \(load)\n"
        text += "  throughput  \(Self.decimal(throughput, throughput < 100 ? 1 : 0))/s, "
        text += "\(ByteCount(UInt64(Double(tally.contentBytes) / seconds)))/s\n"
        text += "  latency     \(milliseconds(tally.latency)) ms\n"
        // Where requests wait for nothing before they leave, both are the same.
        if plan.rate != nil { text += "  answering   \(milliseconds(tally.answering)) ms, from when a request left\n" }
        if tally.failed > 0 {
            let reasons = tally.errors.sorted { $0.value > $1.value }.map { "\($0.value) × \($0.key.printable)" }
            text += "  \(terminal.paint("errors", .red))      \(reasons.joined(separator: ", "))\n"
        }
        for server in usage.servers {
            text += "  process \(server.process): \(Self.decimal(server.seconds, 2)) s of processor time, "
            text += "\(ByteCount(server.peakMemory)) at most\n"
        }
        text += "  load generator: \(Self.decimal(usage.ownSeconds / seconds * 100, 0)) % of a core\n"
        return text + sizing
    }

    private var load: String {
        let connections = "\(plan.connections) connection\(plan.connections == 1 ? "" : "s")"
        let streams = plan.streams.map { " of \($0) stream\($0 == 1 ? "" : "s")" } ?? ""
        let rate = plan.rate.map { ", due at \(Self.decimal($0, 0))/s" } ?? ", each as soon as the last is answered"
        return connections + streams + rate
    }

    /// Cores and memory for a load, with a third of every core kept free for peaks.
    private var sizing: String {
        guard let time = processorTime, time > 0 else {
            return "  sizing      name the gateway's process with --process to learn what a load needs\n"
        }
        let perCore = 1e6 / time
        let wanted = max(1000, (throughput / 1000).rounded(.up) * 1000)
        var text = "  sizing      \(Self.decimal(time, 0)) µs of processor time an exchange: a core carries "
        text += "\(Self.decimal(perCore, 0))/s.\n"
        text += "              For \(Self.decimal(wanted, 0))/s plan \(Self.decimal(wanted / perCore * 1.5, 1)) cores "
        text += "(a third kept free) and \(ByteCount(peakMemory)) of memory at \(plan.requestsAtATime) at a time.\n"
        return text
    }

    private func milliseconds(_ times: Histogram<UInt64>) -> String {
        Self.percentiles.map { "\($0.name) \(Self.decimal(Double(times.valueAtPercentile($0.value)) / 1000, 2))" }
            .joined(separator: ", ")
    }

    private static func decimal(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }
}
