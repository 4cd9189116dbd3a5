import ArgumentParser
import Foundation
import SharingPolicy
import Testing

@testable import hansa

@Suite struct OutputTests {
    @Test(
        arguments: [
            (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
            (true, ["TERM": "dumb"], false),
        ] as [(Bool, [String: String], Bool)])
    func coloursOnlyWhereWanted(interactive: Bool, environment: [String: String], coloured: Bool) {
        let terminal = Terminal(descriptor: 1, isInteractive: interactive, environment: environment)
        #expect(terminal.hasColours == coloured)
        #expect(terminal.paint("x", .red) == (coloured ? "\u{1B}[31mx\u{1B}[0m" : "x"))
    }

    @Test func columnsLineUpUnderChineseText() {
        var table = TextTable("NAME", "CODE")
        table.add("石家庄市", "MA.156.1301")
        table.add("Seattle", "MA.840.5363000")
        let plain = Terminal(descriptor: 1, isInteractive: false, environment: [:])
        #expect(table.rendered(on: plain) == "NAME      CODE\n石家庄市  MA.156.1301\nSeattle   MA.840.5363000\n")
    }

    @Test(arguments: ["\u{1B}[2J", "a\u{7}b", "a\u{202E}b", "a\nb", "\u{9B}31m"])
    func textOfOthersCannotDriveTheTerminal(text: String) {
        #expect(text.printable != text)
        #expect(text.printable.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test func contentOnAScreenCannotDriveIt() {
        let content: [UInt8] = Array("a\u{1B}[31mé\u{9B}31m\tb\r\nü\u{A0}\u{7F}".utf8)
        var whole = ScreenFilter()
        let shown = String(decoding: whole.filter(content), as: UTF8.self)
        #expect(shown == "a?[31mé\u{BF}31m\tb\r\nü\u{A0}?")
        var piecemeal = ScreenFilter()
        #expect(content.flatMap { piecemeal.filter([$0]) } == Array(shown.utf8))
    }

    @Test(
        arguments: [
            ("one two three", 8, ["one two", "three"]), ("", 3, [""]), ("abcdefgh", 3, ["abc", "def", "gh"]),
            ("ab cd", 2, ["ab", "cd"]),
        ] as [(String, Int, [String])])
    func longLinesAreWrapped(text: String, width: Int, lines: [String]) {
        #expect(text.wrapped(to: width) == lines)
    }

    @Test func findingsAreSummedUp() {
        let good = Finding.good("clock", "right")
        let warning = Finding.warning("disk", "little", advice: "free some")
        let problem = Finding.problem("keys", "none", advice: "make some")
        #expect(Finding.summary([good]) == "nothing is wrong")
        #expect(Finding.summary([good, warning]) == "1 warning")
        #expect(Finding.summary([problem, warning, problem, good]) == "2 problems, 1 warning")
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1 << 30, "1.0 GiB"),
            (300 << 20, "300 MiB"), (.max, "16 EiB"),
        ] as [(UInt64, String)])
    func byteCountsReadWell(bytes: UInt64, text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test func progressNamesShareAndAmount() {
        let bar = ProgressBar(
            "file", total: 200, terminal: Terminal(descriptor: 2, isInteractive: false, environment: [:]))
        #expect(bar.line(100).hasPrefix("file ████████████░░░░░░░░░░░░ 50 %  100 B"))
    }

    @Test(arguments: [("listn", "listen"), ("kyes", "keys"), ("MA", nil)] as [(String, String?)])
    func nearestNameIsNear(written: String, meant: String?) {
        #expect(nearestName(to: written, among: ["listen", "keys", "directory"]) == meant)
    }

    @Test func exitCodesAreDistinctAndSaid() {
        #expect(Set(ExitStatus.allCases.map(\.rawValue)).count == ExitStatus.allCases.count)
        for status in ExitStatus.allCases {
            #expect(Hansa.configuration.discussion.contains("\(status.rawValue)\t\(status.meaning)"))
        }
    }
}
