import Foundation
import Synchronization

/// This program, run again with other arguments: what the demo shows is what anyone can type.
final class ChildProcess: Sendable {
    struct Output: Sendable {
        let status: Int32
        let output: String
        let error: String
    }

    /// Guards the process, of which nothing else keeps a reference.
    private let process: Mutex<Process>
    private let ended: Mutex<(status: Int32?, waiting: [CheckedContinuation<Int32, Never>])>
    let identifier: Int32
    private let outputPath: String
    private let errorPath: String

    /// The program that is running.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()

    /// Starts the program; what it writes goes to files in a directory.
    init(
        _ arguments: [String], logging directory: String, name: String = UUID().uuidString,
        program: URL = ChildProcess.program
    ) throws {
        outputPath = "\(directory)/\(name).out"
        errorPath = "\(directory)/\(name).log"
        let child = Process()
        child.executableURL = program
        child.arguments = arguments
        child.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HANSA_") }
        for path in [outputPath, errorPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        guard let output = FileHandle(forWritingAtPath: outputPath), let error = FileHandle(forWritingAtPath: errorPath)
        else { throw CommandError(.failure, "cannot write in `\(directory)`") }
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = output
        child.standardError = error
        let ended = Ended()
        // As shells have it: 128 and the signal's number.
        child.terminationHandler = {
            ended.set($0.terminationReason == .uncaughtSignal ? 128 + $0.terminationStatus : $0.terminationStatus)
        }
        try child.run()
        identifier = child.processIdentifier
        self.ended = Mutex((nil, []))
        process = Mutex(child)
        ended.onEnd { [weak self] status in self?.end(status) }
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], logging directory: String, program: URL = ChildProcess.program
    ) async throws -> Output {
        let child = try ChildProcess(arguments, logging: directory, program: program)
        let status = await withTaskCancellationHandler {
            await child.wait()
        } onCancel: {
            child.terminate()
        }
        defer { for path in [child.outputPath, child.errorPath] { try? FileManager.default.removeItem(atPath: path) } }
        return Output(status: status, output: child.text(child.outputPath), error: child.text(child.errorPath))
    }

    /// The exit code; 128 and the signal's number where a signal ended it.
    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = ended.withLock { ended in
                if ended.status == nil { ended.waiting.append(continuation) }
                return ended.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    var isRunning: Bool { ended.withLock { $0.status == nil } }

    var errorText: String { text(errorPath) }

    func terminate() {
        process.withLock { if $0.isRunning { $0.terminate() } }
    }

    /// Resident memory in bytes, where the system says (`/proc`).
    var residentMemory: UInt64? {
        guard let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(separator: " ").compactMap({ UInt64($0) }).first
        else { return nil }
        return kibibytes << 10
    }

    private func end(_ status: Int32) {
        let waiting = ended.withLock { ended in
            ended.status = status
            defer { ended.waiting = [] }
            return ended.waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    private func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Carries the end of the process to whoever asks, in whichever order the two come.
    private final class Ended: Sendable {
        private let state = Mutex<(status: Int32?, handler: (@Sendable (Int32) -> Void)?)>((nil, nil))

        func set(_ status: Int32) {
            let handler = state.withLock { state in
                state.status = status
                return state.handler
            }
            handler?(status)
        }

        func onEnd(_ handler: @escaping @Sendable (Int32) -> Void) {
            let status = state.withLock { state in
                state.handler = handler
                return state.status
            }
            if let status { handler(status) }
        }
    }
}
