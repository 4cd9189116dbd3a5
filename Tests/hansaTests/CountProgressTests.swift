import Foundation
import Testing

@testable import hansa

@Suite struct CountProgressTests {
    /// What reaches a terminal that somebody does, or does not, look at.
    private static func written(interactive: Bool, _ body: (Terminal) -> Void) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "progress-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let descriptor = open(path, O_CREAT | O_RDWR, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        body(Terminal(descriptor: descriptor, isInteractive: interactive, environment: [:]))
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test(arguments: [(0, 0, 24), (4, 12, 12), (8, 24, 0)] as [(Int, Int, Int)])
    func aLineSaysHowFarItIs(done: Int, filled: Int, empty: Int) {
        let line = CountProgress("replaying", total: 8).line(done)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: empty)
        #expect(line == "replaying \(bar) \(done * 100 / 8) %  \(done) of 8")
    }

    @Test func nothingToDoIsDone() {
        #expect(CountProgress("replaying", total: 0).line(0).hasSuffix("100 %  0 of 0"))
    }

    @Test func itIsDrawnAtMostTenTimesASecondAndOnceAtTheEnd() throws {
        let text = try Self.written(interactive: true) { terminal in
            var progress = CountProgress("replaying", total: 1_000, terminal: terminal)
            for number in 0..<1_000 { progress.update(number) }
            progress.finish()
        }
        let lines = text.components(separatedBy: "\r\u{1B}[K").dropFirst()
        #expect(lines.first?.hasSuffix("0 of 1000") == true)
        #expect(lines.last?.hasSuffix("1000 of 1000\n") == true)
        // A machine that does a thousand steps in well under a second; a slow one draws more often.
        #expect(lines.count < 100)
    }

    @Test func nothingIsDrawnWhereNobodyLooks() throws {
        let text = try Self.written(interactive: false) { terminal in
            var progress = CountProgress("replaying", total: 2, terminal: terminal)
            progress.update(1)
            progress.finish()
        }
        #expect(text.isEmpty)
    }
}
