import ArgumentParser

/// `hansa bench`: what this machine carries.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure what a gateway carries on the machines it runs on.",
        discussion: "Example: hansa bench primitives",
        subcommands: [
            BenchExchange.self, BenchPrimitives.self, BenchStages.self, BenchReceipts.self, BenchLedger.self,
            BenchPolicy.self, BenchDuties.self, BenchNode.self,
        ])

    static func check<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name) is \(value); it may be \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

/// `hansa bench exchange`: real, signed exchanges, many at a time.
struct BenchExchange: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "Load a gateway with signed exchanges; show throughput, latency and cost.",
        discussion: """
            Without --rate every connection sends its next request when the last is answered (closed loop). With
            --rate requests are due at that rate whatever the gateway does, and what they wait counts (open loop).
            Each exchange is a real one: it is decided, logged and leaves a receipt.
            Instead of CODE/DATASET a URL may be given: its server is loaded with the same requests, unsigned, so that
            another server can be compared in the same way.
            Example: hansa bench exchange MA.840.5363000/weather/2012.json --connections 32 --process 4711
            """)

    @OptionGroup var options: ExchangeOptions

    @Argument(help: "What to ask for: CODE/DATASET[/PATH][?QUERY], or a URL to ask without signatures.")
    var target: String

    @Option(name: .shortAndLong, help: "Connections to keep open.")
    var connections = 32

    @Option(name: .long, help: "Speak HTTP/2, with so many requests at a time on each connection.")
    var streams: Int?

    @Option(name: .long, help: "Requests a second, whether or not earlier ones are answered.")
    var rate: Double?

    @Option(name: .shortAndLong, help: "Seconds to measure.")
    var duration = 10.0

    @Option(name: .long, help: "Seconds before measuring begins.")
    var warmUp = 2.0

    @Option(name: .long, help: "Send this many bytes with every request, by POST.")
    var upload: Int?

    @Flag(name: .long, help: "Make a new connection, with a whole TLS handshake, for every request.")
    var reconnect = false

    @Flag(name: .long, help: "Ask the gateway to sign every response.")
    var signedResponses = false

    @Option(name: .long, help: "Requests to make and sign before the clock starts, at most 1,000,000.")
    var prepare = 0

    @Option(name: .long, help: "Threads that make the load.")
    var threads = 1

    @Option(name: .long, parsing: .upToNextOption, help: "Processes whose processor time and memory to measure.")
    var process: [Int32] = []

    @Option(name: .long, help: "Write the id of the receipt of each answer 2xx into this file, a line each.")
    var receipts: String?

    func validate() throws {
        try BenchCommand.check("--connections", connections, 1...65_535)
        if let streams { try BenchCommand.check("--streams", streams, 1...1000) }
        if let upload { try BenchCommand.check("--upload", upload, 0...(64 << 20)) }
        try BenchCommand.check("--prepare", prepare, 0...1_000_000)
        try BenchCommand.check("--threads", threads, 1...256)
        try BenchCommand.check("--duration", duration, 0.1...86_400)
        try BenchCommand.check("--warm-up", warmUp, 0...3600)
        if let rate { try BenchCommand.check("--rate", rate, 0.01...10_000_000) }
        if reconnect && streams != nil {
            throw ValidationError("--reconnect is for HTTP/1.1; leave out --streams")
        }
    }

    func run() async throws {
        let load = try await BenchTarget(self)
        try await load.probe()
        for process in process where ProcessUsage.of(process) == nil {
            throw CommandError(.usage, "there is no process \(process) here whose use can be measured")
        }
        let seconds = Int((warmUp + duration).rounded(.up))
        if !options.output.json { Terminal.error.write("Loading \(load.plan.address.authority) for \(seconds) s …\n") }
        let report = try await LoadGenerator.run(
            load.plan, requests: load.requests, prepared: prepare, processes: process)
        if let receipts { try OutputFile.write(report.tally.receipts.map { "\($0)\n" }.joined().utf8, to: receipts) }
        options.output.print(json: report.json, text: report.text(on: .output))
        guard report.tally.completed > 0 else { throw ExitCode(ExitStatus.unreachable.rawValue) }
    }
}
