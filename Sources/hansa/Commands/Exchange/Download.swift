import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Where a download's content goes: standard output, or a file that appears whole or not at all.
///
/// While it lasts, the content is in `FILE.part`, and what it is a part of in `FILE.part.from`. What a crash leaves behind
/// is those two, and the next run for the same target asks for the rest under `If-Range`, so that a changed original is
/// fetched anew. A provider that gives no strong validator (RFC 9110 section 13.1.5) has its content fetched anew always.
final class Download: Sendable {
    private struct State {
        var file: FileHandle?
        var offset: UInt64
        var done: UInt64 = 0
        /// The last byte that went to standard output.
        var last: UInt8?
        var screen = ScreenFilter()
        var refusal: [UInt8] = []
    }

    private let output: String?
    private let target: String
    /// What the part that is there was of; `nil` where nothing can be gone on with.
    private let origin: PartOrigin?
    private let state: Mutex<State>
    private static let refusalLimit = 65_536

    /// - Throws: `CommandError` where a part that is there is not a file of this user's alone.
    init(output: String?, target: String) throws {
        self.output = output
        self.target = target
        var origin: PartOrigin?
        var size: UInt64 = 0
        if let output, let part = try PartFile.size(output + ".part") {
            origin = PartOrigin(reading: output + ".part.from").flatMap { $0.target == target ? $0 : nil }
            size = part
        }
        self.origin = size > 0 ? origin : nil
        self.state = Mutex(State(offset: self.origin == nil ? 0 : size))
    }

    /// Ranges are asked for from the first byte on, since only `Content-Range` says how much there is in a stream.
    var conditions: [(String, String)] {
        guard output != nil else { return [] }
        let offset = state.withLock { $0.offset }
        return [("Range", "bytes=\(offset)-")] + (origin.map { [("If-Range", $0.tag)] } ?? [])
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
        let tag = PartOrigin.strongTag(head.headers["ETag"])
        let offset = try state.withLock { state in
            if head.status != 206 { state.offset = 0 }
            guard let output else { return state.offset }
            if head.status == 206 && range?.hasPrefix("bytes \(state.offset)-") != true {
                throw CommandError(.failure, "the provider sent another part than was asked for")
            }
            if state.offset > 0, tag != origin?.tag {
                throw CommandError(
                    .failure, "the provider sent a part of another version than the one that is kept",
                    advice: "remove `\(output).part` to begin anew")
            }
            // Without what it is a part of, nothing goes on from what a crash leaves here.
            try PartOrigin.remove(output + ".part.from")
            state.file = try PartFile.open(output + ".part", at: state.offset)
            if let tag { try PartOrigin(target: target, tag: tag).write(to: output + ".part.from") }
            return state.offset
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
                let bytes = Array(piece.readableBytesView)
                Terminal.output.write(Terminal.output.isInteractive ? state.screen.filter(bytes) : bytes)
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
            try PartOrigin.remove(output + ".part.from")
            return state.offset
        }
    }

    /// What an interruption leaves, in words; `nil` where nothing is left.
    ///
    /// What nothing can go on from is removed.
    var kept: String? {
        guard let output else { return nil }
        let count = state.withLock { $0.file == nil ? 0 : $0.offset + $0.done }
        guard count > 0 else { return nil }
        guard PartOrigin(reading: output + ".part.from") != nil else {
            try? PartOrigin.remove(output + ".part")
            return "\(ByteCount(count)) are thrown away: the provider names no version by which to go on from there"
        }
        return "\(ByteCount(count)) are kept in \(output).part; the same command goes on from there"
    }

    /// Ends the line of what went to a screen, so that what is said next stands on its own.
    func endLine() { Terminal.output.endLine(after: state.withLock { $0.last }) }
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
