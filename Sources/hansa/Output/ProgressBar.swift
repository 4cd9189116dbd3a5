/// A transfer's progress on standard error: drawn only where someone looks, at most ten times a second.
struct ProgressBar: ~Copyable {
    private let label: String
    private let total: UInt64?
    private let terminal: Terminal
    private let start = ContinuousClock.now
    private var drawn: ContinuousClock.Instant?
    private let offset: UInt64

    /// Starts a bar; `offset` is what an earlier run already had, which counts as done but not as speed.
    init(_ label: String, total: UInt64?, offset: UInt64 = 0, terminal: Terminal = .error) {
        self.label = label
        self.total = total
        self.offset = offset
        self.terminal = terminal
    }

    mutating func update(_ done: UInt64, note: String = "") {
        guard terminal.isInteractive else { return }
        let now = ContinuousClock.now
        if let drawn, now - drawn < .milliseconds(100) { return }
        drawn = now
        terminal.write("\r\u{1B}[K" + line(done, note: note))
    }

    mutating func finish(_ done: UInt64, note: String = "") {
        guard terminal.isInteractive else { return }
        terminal.write("\r\u{1B}[K" + line(done, note: note) + "\n")
    }

    func line(_ done: UInt64, note: String = "") -> String {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let speed = elapsed > 0 ? Double(done - min(offset, done)) / elapsed : 0
        var text = label
        if let total, total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * 24)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
            text += " \(bar) \(Int(share * 100)) %"
        }
        text += "  \(ByteCount(done)), \(ByteCount(UInt64(max(0, speed))))/s"
        return note.isEmpty ? text : text + "  " + note
    }
}

/// A number of bytes as people read it.
struct ByteCount: CustomStringConvertible {
    let bytes: UInt64

    init(_ bytes: UInt64) {
        self.bytes = bytes
    }

    var description: String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1024
        var unit = 0
        while value >= 1024 && unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return value < 10 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
    }
}
