import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Where a download's content goes: standard output, or a file that appears whole or not at all.
///
/// While it lasts, the content is in `FILE.part` and the provider's ETag in `FILE.part.tag`. What a crash leaves behind is
/// those two, and the next run asks for the rest under `If-Range`, so that a changed original is fetched anew.
final class Download: Sendable {
    private struct State {
        var file: FileHandle?
        var offset: UInt64
        var done: UInt64 = 0
        /// The last byte that went to standard output.
        var last: UInt8?
        var refusal: [UInt8] = []
    }

    private let output: String?
    private let tag: String?
    private let state: Mutex<State>
    private static let refusalLimit = 65_536

    init(output: String?) throws {
        self.output = output
        guard let output else {
            self.tag = nil
            self.state = Mutex(State(offset: 0))
            return
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: output + ".part"))?[.size] as? UInt64 ?? 0
        let tag = try? String(contentsOfFile: output + ".part.tag", encoding: .utf8)
        self.tag = size > 0 ? tag : nil
        self.state = Mutex(State(offset: self.tag == nil ? 0 : size))
    }

    /// Ranges are asked for from the first byte on, since only `Content-Range` says how much there is in a stream.
    var conditions: [(String, String)] {
        guard output != nil else { return [] }
        let offset = state.withLock { $0.offset }
        return [("Range", "bytes=\(offset)-")] + (tag.map { [("If-Range", $0)] } ?? [])
    }

    /// What a refusing gateway sent instead of content.
    var refusal: [UInt8] { state.withLock { $0.refusal } }

    /// Prepares for content; what is returned takes it piece by piece.
    func begin(_ head: ExchangeCall.Head, label: String) throws -> (ByteBuffer) async throws -> Void {
        guard (200..<300).contains(head.status) else {
            return { [self] piece in
                state.withLock { $0.refusal += piece.readableBytesView.prefix(Self.refusalLimit - $0.refusal.count) }
            }
        }
        let range = head.headers.first(name: "Content-Range")
        let offset = try state.withLock { state in
            if head.status != 206 { state.offset = 0 }
            guard let output else { return state.offset }
            if head.status == 206 && range?.hasPrefix("bytes \(state.offset)-") != true {
                throw CommandError(.failure, "the provider sent another part than was asked for")
            }
            state.file = try Self.open(output + ".part", at: state.offset)
            return state.offset
        }
        if let output {
            try? (head.headers.first(name: "ETag") ?? "").write(
                toFile: output + ".part.tag", atomically: true, encoding: .utf8)
        }
        let whole = range?.split(separator: "/").last.flatMap { UInt64($0) }
        let progress = Progress(label: label, total: whole ?? head.length.map { $0 + offset }, offset: offset)
        return { [self] piece in
            try take(piece)
            progress.update(state.withLock { $0.offset + $0.done })
        }
    }

    private func take(_ piece: ByteBuffer) throws {
        try state.withLock { state in
            state.done += UInt64(piece.readableBytes)
            if let file = state.file {
                try file.write(contentsOf: piece.readableBytesView)
            } else {
                Terminal.output.write(Array(piece.readableBytesView))
                state.last = piece.readableBytesView.last ?? state.last
            }
        }
    }

    /// Puts the file in its place, or removes what is not proven; says how much was there from an earlier run.
    func finish(isSound: Bool) throws -> UInt64 {
        try state.withLock { state in
            guard let output, let file = state.file else { return state.offset }
            try file.synchronize()
            try file.close()
            if isSound {
                guard rename(output + ".part", output) == 0 else {
                    throw CommandError(.failure, "cannot write `\(output)`: \(String(cString: strerror(errno)))")
                }
            } else {
                try FileManager.default.removeItem(atPath: output + ".part")
            }
            try? FileManager.default.removeItem(atPath: output + ".part.tag")
            return state.offset
        }
    }

    /// What an interruption leaves, in words; `nil` where nothing is left.
    var kept: String? {
        guard let output else { return nil }
        let count = state.withLock { $0.file == nil ? 0 : $0.offset + $0.done }
        return count == 0 ? nil : "\(ByteCount(count)) are kept in \(output).part; the same command goes on from there"
    }

    /// Ends the line of what went to a screen, so that what is said next stands on its own.
    func endLine() { Terminal.output.endLine(after: state.withLock { $0.last }) }

    private static func open(_ path: String, at offset: UInt64) throws -> FileHandle {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandError(.failure, "cannot write `\(path)`: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.truncate(atOffset: offset)
        return file
    }
}

/// A progress bar that a closure may own.
final class Progress: Sendable {
    private let bar: Mutex<ProgressBar>
    private let total: UInt64?

    init(label: String, total: UInt64?, offset: UInt64) {
        self.total = total
        self.bar = Mutex(ProgressBar(label, total: total, offset: offset))
    }

    func update(_ done: UInt64) {
        bar.withLock { bar in
            if done == total { bar.finish(done) } else { bar.update(done) }
        }
    }
}
