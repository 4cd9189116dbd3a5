import Synchronization

/// Tells the story of the demo in plain words and counts what did not come out as it should.
final class Stage: Sendable {
    private let terminal = Terminal.output
    private let counts = Mutex((steps: 0, failures: 0))

    var failures: Int { counts.withLock { $0.failures } }

    func say(_ text: String) { terminal.write(text + "\n") }

    func heading(_ text: String) { say("\n" + terminal.paint(text, .bold)) }

    /// A command as one would type it.
    func command(_ words: [String]) {
        let line = words.map { $0.contains(where: { " =?&\"".contains($0) }) ? "'\($0)'" : $0 }.joined(separator: " ")
        say("  " + terminal.paint("$ hansa " + line, .dim))
    }

    /// What a command answered, a few lines of it.
    func answer(_ text: String, lines limit: Int = 8) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        for line in lines.prefix(limit) {
            for part in String(line).wrapped(to: 150).prefix(4) { say("    " + part) }
        }
        if lines.count > limit { say("    …") }
    }

    func passed(_ text: String) {
        counts.withLock { $0.steps += 1 }
        say("  \(terminal.paint("✓", .green)) \(text)")
    }

    func failed(_ text: String) {
        counts.withLock { counts in
            counts.steps += 1
            counts.failures += 1
        }
        say("  \(terminal.paint("✗", .red)) \(text.split(separator: "\n").joined(separator: "\n    "))")
    }

    /// One step: the body returns what came out as it should, or throws what did not.
    func step(_ title: String, _ words: String, _ body: () async throws -> String) async {
        guard !Task.isCancelled else { return }
        heading(title)
        say("  " + words)
        do {
            passed(try await body())
        } catch {
            if !Task.isCancelled { failed("\(error)") }
        }
    }

    func conclude() {
        let (steps, failures) = counts.withLock { $0 }
        if Task.isCancelled { return heading("Interrupted after \(steps) steps.") }
        heading(
            failures == 0
                ? "All \(steps) steps came out as they should."
                : "\(failures) of \(steps) steps did not come out as they should.")
    }

    /// What a step expected and did not find.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
