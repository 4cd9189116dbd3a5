import Foundation

@testable import hansa

/// The program as it was built, run as a user runs it.
struct Program: Sendable {
    /// A directory that goes with the tests.
    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "hansa-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// `hansa` stands beside the bundle of tests, of which the test runner was told the path.
    static let executable: URL = {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("hansa")
    }()

    func run(_ arguments: String...) async throws -> ChildProcess.Output {
        try await ChildProcess.run(arguments, logging: directory, program: Self.executable)
    }

    func start(_ arguments: String...) throws -> ChildProcess {
        try ChildProcess(arguments, logging: directory, name: "served", program: Self.executable)
    }

    func path(_ name: String) -> String { directory + "/" + name }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }
}
