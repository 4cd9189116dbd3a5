import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import hansa

@Suite struct DownloadTests {
    private let directory = NSTemporaryDirectory() + "hansa-\(UUID().uuidString)"
    private let target = "/exchange/MA.156.1301/divisions/all"
    private var output: String { directory + "/all" }

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// Takes in a response, whole or cut off after its content.
    private func take(
        _ content: String, status: Int = 206, _ fields: HTTPHeaders, of target: String? = nil, isCut: Bool = false,
        isSound: Bool = true
    ) async throws {
        let download = try Download(output: output, target: target ?? self.target)
        let receive = try download.begin(.init(status: status, headers: fields), label: "all")
        try await receive(ByteBuffer(string: content))
        if !isCut { _ = try download.finish(isSound: isSound) }
    }

    private func conditions(of target: String? = nil) throws -> [String] {
        try Download(output: output, target: target ?? self.target).conditions.map { "\($0.0): \($0.1)" }
    }

    private var written: String? { try? String(contentsOfFile: output, encoding: .utf8) }

    @Test func goesOnWhereItStoppedInTheSameVersion() async throws {
        try await take("abc", ["ETag": "\"1\"", "Content-Range": "bytes 0-5/6"], isCut: true)
        #expect(try conditions() == ["Range: bytes=3-", "If-Range: \"1\""])
        #expect(written == nil)
        try await take("def", ["ETag": "\"1\"", "Content-Range": "bytes 3-5/6"])
        #expect(written == "abcdef")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["all"])
    }

    @Test(arguments: [[:], ["ETag": "W/\"1\""], ["ETag": "1"], ["ETag": "\"a\"b\""]] as [HTTPHeaders])
    func beginsAnewWithoutAStrongTag(fields: HTTPHeaders) async throws {
        var fields = fields
        fields.add(name: "Content-Range", value: "bytes 0-5/6")
        try await take("abc", fields, isCut: true)
        #expect(try conditions() == ["Range: bytes=0-"])
    }

    @Test func beginsAnewForAnotherTarget() async throws {
        try await take("abc", ["ETag": "\"1\"", "Content-Range": "bytes 0-5/6"], isCut: true)
        #expect(try conditions(of: target + "2") == ["Range: bytes=0-"])
    }

    @Test func aChangedOriginalIsTakenWhole() async throws {
        try await take("abc", ["ETag": "\"1\"", "Content-Range": "bytes 0-5/6"], isCut: true)
        try await take("xyzxyz", status: 200, ["ETag": "\"2\""])
        #expect(written == "xyzxyz")
    }

    @Test(
        arguments: [
            ["ETag": "\"2\"", "Content-Range": "bytes 3-5/6"], ["Content-Range": "bytes 3-5/6"],
            ["ETag": "\"1\"", "Content-Range": "bytes 2-5/6"], ["ETag": "\"1\""],
        ] as [HTTPHeaders])
    func aPartOfSomethingElseIsRefusedAndLosesNothing(fields: HTTPHeaders) async throws {
        try await take("abc", ["ETag": "\"1\"", "Content-Range": "bytes 0-5/6"], isCut: true)
        await #expect(throws: CommandError.self) { try await take("def", fields) }
        #expect(try conditions() == ["Range: bytes=3-", "If-Range: \"1\""])
    }

    @Test func whatIsNotProvenIsRemoved() async throws {
        try await take("abc", status: 200, ["ETag": "\"1\""], isSound: false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test func plantedLinksAreNotWrittenThrough() async throws {
        let victim = directory + "/victim"
        try OutputFile.write("kept".utf8, to: victim)
        try FileManager.default.createSymbolicLink(atPath: output + ".part", withDestinationPath: victim)
        await #expect(throws: CommandError.self) { try await take("abc", status: 200, [:]) }
        try FileManager.default.removeItem(atPath: output + ".part")
        try FileManager.default.linkItem(atPath: victim, toPath: output + ".part")
        await #expect(throws: CommandError.self) { try await take("abc", status: 200, [:]) }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "kept")
    }
}
