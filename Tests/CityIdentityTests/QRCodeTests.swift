import CityIdentity
import Foundation
import Testing

@Suite struct QRCodeTests {
    private static func cityCode() throws -> String {
        try CityCode.issue(
            keyID: try KeyIdentifier("MA.156.1301#exchange-1"), key: try PrivateKey(generating: .es256),
            network: "ledger.hansa.example/demo", issuedAt: Samples.now, expiresAt: Samples.later
        ).text
    }

    @Test func `a city code fits a comfortable symbol`() throws {
        #expect(try QRCode(Self.cityCode()).size <= 57)
    }

    @Test(
        .enabled(if: Tool.zbarimg != nil, "zbarimg is not installed"),
        arguments: [2, 3, 8], QRCode.Correction.allCases)
    func `a reader reads the PNG back`(scale: Int, correction: QRCode.Correction) throws {
        let text = try Self.cityCode()
        let image = try QRCode(text, correction: correction).png(scale: scale)
        #expect(try Self.read(image, as: "code.png") == text)
    }

    @Test(
        .enabled(if: Tool.zbarimg != nil, "zbarimg is not installed"),
        arguments: ["0", "HANSA", "did:ma:156.1301", "石家庄市"])
    func `other texts are read back too`(text: String) throws {
        #expect(try Self.read(try QRCode(text).png(), as: "code.png") == text)
    }

    @Test(.enabled(if: Tool.zbarimg != nil && Tool("rsvg-convert") != nil, "zbarimg or rsvg-convert is not installed"))
    func `a reader reads the SVG back`() throws {
        let text = try Self.cityCode()
        let code = try QRCode(text)
        let read = try withTemporaryFolder { folder in
            try Data(code.svg.utf8).write(to: folder.appending(path: "code.svg"))
            let drawn = try #require(Tool("rsvg-convert")).run(["-w", "600", "code.svg", "-o", "code.png"], in: folder)
            #expect(drawn.status == 0, "\(drawn.errors)")
            return try Self.read(Array(Data(contentsOf: folder.appending(path: "code.png"))), as: "again.png")
        }
        #expect(read == text)
    }

    @Test func `the SVG draws every dark module and nothing else`() throws {
        let code = try QRCode(Self.cityCode())
        let side = code.size + 8
        #expect(code.svg.contains("viewBox=\"0 0 \(side) \(side)\""))
        var drawn: Set<[Int]> = []
        for run in code.svg.matches(of: #/M(\d+) (\d+)h(\d+)v1h-(\d+)z/#) {
            let (x, y, width, back) = (Int(run.1), Int(run.2), Int(run.3), Int(run.4))
            #expect(width == back)
            for step in 0..<(width ?? 0) { drawn.insert([(x ?? 0) + step - 4, (y ?? 0) - 4]) }
        }
        for row in 0..<code.size {
            for column in 0..<code.size {
                #expect(drawn.contains([column, row]) == code.isDark(column: column, row: row))
            }
        }
        #expect(drawn.allSatisfy { $0.allSatisfy((0..<code.size).contains) })
    }

    private static func read(_ image: [UInt8], as name: String) throws -> String {
        try withTemporaryFolder { folder in
            try Data(image).write(to: folder.appending(path: name))
            let outcome = try #require(Tool.zbarimg).run(["--raw", "-q", "-Sqr.binary=0", name], in: folder)
            return outcome.output.trimmingCharacters(in: .newlines)
        }
    }

    /// The finder patterns and their light borders stand where ISO/IEC 18004 puts them.
    @Test func `a symbol has its three finder patterns`() throws {
        let code = try QRCode("HANSA")
        #expect(code.size == 21)
        let rows = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
        for (x, y) in [(0, 0), (14, 0), (0, 14)] {
            for (row, line) in rows.enumerated() {
                for (column, module) in line.enumerated() {
                    #expect(code.isDark(column: x + column, row: y + row) == (module == "1"))
                }
            }
        }
        #expect(!code.isDark(column: -1, row: 0) && !code.isDark(column: 0, row: 21))
    }

    @Test(arguments: [true, false])
    func `the terminal's lines draw every module`(colours: Bool) throws {
        let code = try QRCode("HANSA")
        let lines = code.terminal(colours: colours).split(separator: "\n").map { line in
            line.replacing("\u{1B}[97;40m", with: "").replacing("\u{1B}[0m", with: "")
        }
        #expect(lines.count == (21 + 8 + 1) / 2)
        #expect(lines.allSatisfy { $0.count == 21 + 8 })
        for row in -4..<25 {
            for column in -4..<25 {
                let line = Array(lines[(row + 4) / 2])
                let isLight = (row + 4) % 2 == 0 ? "█▀" : "█▄"
                #expect(isLight.contains(line[column + 4]) != code.isDark(column: column, row: row))
            }
        }
    }

    @Test(arguments: ["", "a\0b", String(repeating: "x", count: 3000)])
    func `what does not fit is refused`(text: String) {
        expectRefusal(.doesNotFit, naming: "QR code") { _ = try QRCode(text) }
    }
}
