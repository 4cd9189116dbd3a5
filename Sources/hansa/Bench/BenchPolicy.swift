import ArgumentParser
import CityIdentity
import Foundation
import Ledger
import SharingPolicy
import StrictJSON

/// `hansa bench policy`: what one decision costs on a ledger with many policies.
struct BenchPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Measure one decision on a ledger that holds many policies.",
        discussion: """
            Puts policies in force on a ledger in a temporary directory, ten about each dataset, opens it anew as a
            gateway does, and decides on requests to datasets at random. What is shown is time as it passes: the clock of a
            thread's processor time takes nearly as long to read as a decision. What other processes do moves the median little.
            Example: hansa bench policy --policies 100000
            """)

    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "Policies on the ledger, 10 to 1,000,000.")
    var policies = 100_000

    @Option(name: .long, help: "Decisions to measure, 1,000 to 10,000,000.")
    var decisions = 100_000

    func validate() throws {
        guard (10...1_000_000).contains(policies) else { throw ValidationError("--policies may be 10 to 1000000") }
        guard (1_000...10_000_000).contains(decisions) else {
            throw ValidationError("--decisions may be 1000 to 10000000")
        }
    }

    func run() async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/hansa-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let bench = try PolicyLedger(directory: directory)
        let (quiet, total) = (output.json, policies)
        try await bench.fill(policies) { number in
            if !quiet, number % 10_240 == 0 { Terminal.error.write("\(number) of \(total) policies stand\n") }
        }
        let process = getpid()
        ProcessUsage.resetPeak(process)
        let start = ContinuousClock.now
        let ledger = try await Ledger.open(directory: directory, settings: bench.settings())
        let opening = start.duration(to: .now)
        let costs = try measure(ledger.view)
        try ledger.close()
        show(costs, opening: opening, memory: ProcessUsage.of(process)?.peakMemory ?? 0)
    }

    /// Nanoseconds of each part of each decision.
    private struct Costs {
        var first: [UInt64] = []
        var lookUp: [UInt64] = []
        var request: [UInt64] = []
        var evaluation: [UInt64] = []
        var whole: [UInt64] = []
        var permitted = 0
    }

    private func measure(_ view: LedgerView) throws -> Costs {
        let datasets = try (0..<policies / PolicyLedger.perDataset).map(PolicyLedger.dataset)
        let consumers = try ["MA.840.5363000.01", "MA.156.110108", "MA.276.09162"].map { try IdentificationCode($0) }
        let state = EvaluationState()
        var costs = Costs()
        for dataset in datasets {
            let start = WallClock.nanoseconds
            _ = view.policies(for: dataset, at: view.time)
            costs.first.append(WallClock.nanoseconds - start)
        }
        for number in 0..<decisions {
            let dataset = datasets[number &* 7_919 % datasets.count]
            let consumer = consumers[number % consumers.count]
            let start = WallClock.nanoseconds
            let policies = view.policies(for: dataset, at: view.time)
            let found = WallClock.nanoseconds
            let request = AccessRequest(
                consumer: consumer, dataset: dataset, action: "read", purpose: "research", time: view.time)
            let asked = WallClock.nanoseconds
            _ = policies.evaluate(request, state)
            let decided = WallClock.nanoseconds
            costs.lookUp.append(found - start)
            costs.request.append(asked - found)
            costs.evaluation.append(decided - asked)
        }
        // Without clocks read in between, which cost something too.
        for number in 0..<decisions {
            let dataset = datasets[number &* 7_919 % datasets.count]
            let consumer = consumers[number % consumers.count]
            let start = WallClock.nanoseconds
            let request = AccessRequest(
                consumer: consumer, dataset: dataset, action: "read", purpose: "research", time: view.time)
            let decision = view.policies(for: dataset, at: view.time).evaluate(request, state)
            costs.whole.append(WallClock.nanoseconds - start)
            if decision.isPermit { costs.permitted += 1 }
        }
        return costs
    }

    private func show(_ costs: Costs, opening: Duration, memory: UInt64) {
        let rows: [(member: String, words: String, nanoseconds: [UInt64])] = [
            ("decision", "one decision", costs.whole), ("lookUp", "  finding its policies", costs.lookUp),
            ("request", "  reading the request", costs.request), ("evaluation", "  evaluating", costs.evaluation),
            ("first", "reading a dataset's policies first", costs.first),
        ]
        var table = TextTable("WHAT", "MEDIAN µs", "99 % µs")
        var members: [(String, JSONValue)] = [("policies", JSONValue(policies)), ("decisions", JSONValue(decisions))]
        for row in rows {
            let sorted = row.nanoseconds.sorted()
            let (median, late) = (sorted[sorted.count / 2], sorted[sorted.count * 99 / 100])
            table.add(row.words, Self.microseconds(median), Self.microseconds(late))
            members.append((row.member + "Nanoseconds", ["median": JSONValue(median), "p99": JSONValue(late)]))
        }
        let seconds = Double(opening.components.seconds) + Double(opening.components.attoseconds) / 1e18
        members += [
            ("permitted", JSONValue(costs.permitted)), ("openingMilliseconds", JSONValue(UInt64(seconds * 1_000))),
            ("peakMemory", JSONValue(memory)),
        ]
        let text = """
            \(table.rendered())
            \(policies) policies, \(decisions) decisions, \(costs.permitted) of them to permit
            opening the ledger: \(UInt64(seconds * 1_000)) ms; most memory since: \(ByteCount(memory))

            """
        output.print(json: JSONValue(members), text: text)
    }

    private static func microseconds(_ nanoseconds: UInt64) -> String {
        let hundredths = (nanoseconds + 5) / 10
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
    }
}
