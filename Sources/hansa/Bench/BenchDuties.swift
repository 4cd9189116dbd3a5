import ArgumentParser
import Foundation
import SharingPolicy
import StrictJSON

/// `hansa bench duties`: how fast responses are edited, beside a copy in memory.
struct BenchDuties: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duties", abstract: "Measure how fast the duties of policies are performed on responses.",
        discussion: """
            A table of made-up stations in each format goes through the editor in the pieces in which a gateway gets it. What is
            shown is processor time of one thread, the best of several runs, beside a copy of the same bytes in memory.
            Example: hansa bench duties --size 16
            """)

    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "Megabytes of each table, 1 to 256.")
    var size = 8

    @Option(name: .long, help: "Runs of each, of which the best is shown, 1 to 100.")
    var runs = 3

    func validate() throws {
        try BenchCommand.check("--size", size, 1...256)
        try BenchCommand.check("--runs", runs, 1...100)
    }

    /// Bytes of one piece, as they come from a connection.
    private static let piece = 65_536

    private struct Row {
        let format: BenchTable.Format
        let duty: String
        let perSecond: Double
        /// Of the same bytes, copied.
        let copied: Double
    }

    func run() throws {
        var rows: [Row] = []
        for format in BenchTable.Format.allCases {
            let body = BenchTable.bytes(format, size: size * 1_000_000)
            let pieces = stride(from: 0, to: body.count, by: Self.piece).map {
                Array(body[$0..<min($0 + Self.piece, body.count)])
            }
            let copied = try best(body.count) {
                var copy: [UInt8] = []
                copy.reserveCapacity(body.count)
                for piece in pieces { copy.append(contentsOf: piece) }
                guard copy.count == body.count else { throw CommandError(.failure, "a copy is not whole") }
            }
            for (name, duties) in try BenchTable.duties(format) {
                let editor = ResponseEditor(duties)
                let perSecond = try best(body.count) {
                    var stream = try editor.stream(mediaType: format.mediaType, holding: 1 << 30)
                    var passed = 0
                    for piece in pieces {
                        var output: [UInt8] = []
                        try stream.feed(piece.span, into: &output)
                        passed += output.count
                    }
                    var output: [UInt8] = []
                    try stream.finish(into: &output)
                    guard passed + output.count > 0 else { throw CommandError(.failure, "nothing was passed on") }
                }
                rows.append(Row(format: format, duty: name, perSecond: perSecond, copied: copied))
            }
        }
        show(rows)
    }

    /// Bytes a second in the quickest of some runs.
    private func best(_ bytes: Int, _ body: () throws -> Void) rethrows -> Double {
        var least = UInt64.max
        for _ in 0..<runs {
            let start = ThreadClock.nanoseconds
            try body()
            least = min(least, ThreadClock.nanoseconds - start)
        }
        return Double(bytes) / (Double(max(1, least)) / 1e9)
    }

    private func show(_ rows: [Row]) {
        var table = TextTable("FORMAT", "DUTY", "MB/s", "COPY MB/s", "× COPY")
        for row in rows {
            table.add(
                row.format.rawValue, row.duty, String(format: "%.0f", row.perSecond / 1e6),
                String(format: "%.0f", row.copied / 1e6), String(format: "%.1f", row.copied / row.perSecond))
        }
        output.print(
            json: JSONValue(
                rows.map { row -> JSONValue in
                    [
                        "format": JSONValue(row.format.rawValue), "duty": JSONValue(row.duty),
                        "bytesPerSecond": JSONValue(Int64(row.perSecond)),
                        "copyBytesPerSecond": JSONValue(Int64(row.copied)),
                    ]
                }), text: table.rendered())
    }
}
