import ArgumentParser
import Crypto
import Foundation
import NIOCore
import StrictJSON

/// `hansa send`: one permitted upload.
struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload a file to a dataset through the gateway; show the answer and the receipt.",
        discussion: "Example: hansa send report.json MA.840.5363000/weather/reports --type application/json")

    @OptionGroup var options: ExchangeOptions

    @Argument(help: "The file to send.", completion: .file())
    var file: String

    @Argument(help: "Where to: CODE/DATASET[/PATH][?QUERY].")
    var target: String

    @Option(
        name: .long, help: "The HTTP method: POST, PUT or PATCH.", completion: .list(["POST", "PUT", "PATCH"]))
    var method: String = "POST"

    @Option(name: .long, help: "The media type of the file.")
    var type: String = "application/octet-stream"

    func run() async throws {
        guard ["POST", "PUT", "PATCH"].contains(method) else {
            throw CommandError(.usage, "`\(method)` is not a method for sending: POST, PUT or PATCH")
        }
        let path = try ExchangeOptions.target(target)
        let profile = try await options.profile()
        let participant = try await Participant(profile: profile, exchangeKey: options.key, tlsKey: options.tlsKey)
        let upload = try Upload(file)
        let request = ExchangeRequest(
            method: method, target: path, purpose: options.purpose, fields: [("Content-Type", type)],
            content: (upload.size, upload.sha256))
        let signed = try participant.signer.sign(request)
        let answer = Answer()
        let result = try await ExchangeConnection.with(participant.address, identity: participant.identity) {
            inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await ExchangeCall.run(signed, content: upload, inbound: &iterator, outbound: outbound) { _ in
                { piece in try await answer.add(piece) }
            }
        }
        let content = await answer.bytes
        try ExchangeOptions.check(result, content: content)
        let proof = try await ResponseProof.check(result, request: signed) {
            try await ExchangeOptions.gatewayKey($0, of: participant.gatewayCode, profile: profile)
        }
        if !options.output.json {
            Terminal.output.write(content)
            Terminal.output.endLine(after: content.last)
        }
        try options.report(
            result, proof: proof,
            members: [
                ("sent", JSONValue(upload.size)), ("answer", JSONValue(String(decoding: content, as: UTF8.self))),
            ],
            words: "sent \(ByteCount(upload.size))")
    }

    /// What the provider's system answered; small, or refused.
    private actor Answer {
        var bytes: [UInt8] = []

        func add(_ piece: ByteBuffer) throws {
            guard bytes.count + piece.readableBytes <= 16 << 20 else {
                throw CommandError(.failure, "the answer is larger than 16 MiB")
            }
            bytes += piece.readableBytesView
        }
    }
}

/// A file as content: read twice, for its digest and for sending, never held whole.
struct Upload: AsyncSequence, Sendable {
    let path: String
    let size: UInt64
    let sha256: [UInt8]
    private static let pieceSize = 256 << 10

    init(_ path: String) throws {
        self.path = path
        let file = try Self.open(path)
        defer { try? file.close() }
        var hash = SHA256()
        var size: UInt64 = 0
        while let piece = try file.read(upToCount: Self.pieceSize), !piece.isEmpty {
            hash.update(data: piece)
            size += UInt64(piece.count)
        }
        self.size = size
        self.sha256 = Array(hash.finalize())
    }

    private static func open(_ path: String) throws -> FileHandle {
        do {
            return try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw CommandError(.input, "cannot read `\(path)`: \(SystemError.text(of: error))")
        }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let path: String
        let size: UInt64
        var file: FileHandle?
        var progress: Progress?
        var done: UInt64 = 0

        mutating func next() async throws -> ByteBuffer? {
            if file == nil {
                file = try Upload.open(path)
                progress = Progress(label: path, total: size, offset: 0)
            }
            guard let piece = try file?.read(upToCount: Upload.pieceSize), !piece.isEmpty else { return nil }
            done += UInt64(piece.count)
            progress?.update(done)
            return ByteBuffer(bytes: piece)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(path: path, size: size) }
}
