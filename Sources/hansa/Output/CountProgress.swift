/// The progress of a known number of steps on standard error: drawn only where someone looks, ten times a second.
struct CountProgress: ~Copyable {
    private let label: String
    private let total: Int
    private let terminal: Terminal
    private var drawn: ContinuousClock.Instant?

    init(_ label: String, total: Int, terminal: Terminal = .error) {
        self.label = label
        self.total = total
        self.terminal = terminal
    }

    mutating func update(_ done: Int) {
        guard terminal.isInteractive else { return }
        let now = ContinuousClock.now
        if let drawn, now - drawn < .milliseconds(100) { return }
        drawn = now
        terminal.write("\r\u{1B}[K" + line(done))
    }

    consuming func finish() {
        guard terminal.isInteractive else { return }
        terminal.write("\r\u{1B}[K" + line(total) + "\n")
    }

    func line(_ done: Int) -> String {
        let share = total == 0 ? 1 : Double(done) / Double(total)
        let filled = Int(share * 24)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
        return "\(label) \(bar) \(Int(share * 100)) %  \(done) of \(total)"
    }
}
