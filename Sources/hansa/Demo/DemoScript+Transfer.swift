import Foundation
import StrictJSON

extension DemoScript {
    private static let length: UInt64 = 1 << 30

    func largeTransfer() async {
        await stage.step(
            "A transfer of 1 GiB",
            "Seattle fetches a long archive of San Francisco's temperatures. The gateway passes it on as it comes."
        ) {
            guard let gateway = network.gateway else { throw Stage.Unexpected("the gateway does not run") }
            let file = place.file("archive.csv")
            let arguments = [
                "fetch", "MA.840.0667000/temperatures/archive?bytes=\(Self.length)", "--output", file, "--json",
                "--home",
                home(.seattle).directory,
            ]
            stage.command(arguments.map { $0.replacing(place.path, with: "DIR") })
            let before = gateway.residentMemory
            let start = ContinuousClock.now
            let child = try ChildProcess(arguments, logging: place.path + "/files", name: "transfer")
            let peak = await watch(file, of: child, gateway: gateway)
            let status = await child.wait()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            defer { try? FileManager.default.removeItem(atPath: file) }
            try require(status == 0, "exit code \(status)\n\(child.errorText)")
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? UInt64 ?? 0
            try require(size == Self.length, "\(size) bytes arrived instead of \(Self.length)")
            let answer = try JSONValue(parsing: Array(InputFile.text(place.path + "/files/transfer.out").utf8))
            try require(answer["digest"]?.string == "verified", "the digest was not verified")
            try require(answer["signature"]?.string == "verified", "the gateway's signature was not verified")
            let speed = ByteCount(UInt64(Double(Self.length) / max(seconds, 0.001)))
            guard let before, let peak else {
                return "1 GiB in \(Int(seconds)) s (\(speed)/s), digest and signature hold"
            }
            try require(peak < before + (128 << 20), "the gateway grew from \(ByteCount(before)) to \(ByteCount(peak))")
            return """
                1 GiB in \(Int(seconds)) s (\(speed)/s), digest and signature hold; \
                the gateway's resident memory was \(ByteCount(before)) before and \(ByteCount(peak)) at most
                """
        }
    }

    /// Shows progress and the gateway's memory while a download runs; returns the most memory seen.
    private func watch(_ file: String, of child: ChildProcess, gateway: ChildProcess) async -> UInt64? {
        var bar = ProgressBar("  archive.csv", total: Self.length)
        var peak: UInt64?
        var nextQuarter: UInt64 = 1
        var done: UInt64 = 0
        while child.isRunning && !Task.isCancelled {
            let memory = gateway.residentMemory
            peak = [peak, memory].compactMap { $0 }.max()
            let attributes = try? FileManager.default.attributesOfItem(atPath: file + ".part")
            done = max(done, attributes?[.size] as? UInt64 ?? 0)
            let note = memory.map { "gateway resident \(ByteCount($0))" } ?? ""
            bar.update(done, note: note)
            if !Terminal.error.isInteractive, done >= nextQuarter * Self.length / 4 {
                stage.answer("\(done * 100 / Self.length) %, \(note)")
                nextQuarter = done * 4 / Self.length + 1
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        bar.finish(done, note: peak.map { "gateway resident \(ByteCount($0)) at most" } ?? "")
        return peak
    }
}
