import Foundation
import Testing

@testable import hansa

@Suite struct FileTests {
    private let directory = NSTemporaryDirectory() + "hansa-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    @Test func whatCannotBeReadSaysWhy() throws {
        let large = directory + "/large"
        try OutputFile.write([UInt8](repeating: 0x41, count: 2000), to: large)
        let binary = directory + "/binary"
        try OutputFile.write([0xFF, 0xFE] as [UInt8], to: binary)
        for (path, words) in [
            (directory + "/none", "no such file or directory"), (directory, "is a directory"),
            (binary, "is not UTF-8 text"),
        ] {
            let error = #expect(throws: CommandError.self) { try InputFile.text(path) }
            #expect(error?.status == .input)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
        let error = #expect(throws: CommandError.self) { try InputFile.bytes(large, limit: 1000) }
        #expect(error?.message.contains("larger than 1000 B") == true)
        #expect(try InputFile.bytes(large).count == 2000)
    }

    @Test func whatCannotBeWrittenSaysWhy() {
        let error = #expect(throws: CommandError.self) { try OutputFile.write([UInt8](), to: directory + "/none/file") }
        #expect(error?.message.hasSuffix("no such file or directory") == true, "\(String(describing: error))")
        #expect(throws: CommandError.self) { try FileMode.of(directory + "/none") }
    }

    @Test(
        arguments: [
            ("flag", ["HANSA_HOME": "/there", "HOME": "/user"], "/flag"),
            (nil, ["HANSA_HOME": "/there", "HOME": "/user"], "/there"), (nil, ["HOME": "/user"], "/user/.hansa"),
        ] as [(String?, [String: String], String)])
    func homeIsNamedByFlagThenVariableThenUser(flag: String?, environment: [String: String], path: String) {
        let home = HomeOptions.directory(flag.map { "/" + $0 }, environment: environment)
        #expect(home.directory == path)
    }
}
