import Crypto
import NIOCore
import NIOHTTP1

/// What came back for one request: everything but the content, which went to the receiver piece by piece.
struct ExchangeResult: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]
    let trailers: [(name: String, value: String)]
    /// Bytes of content, and their SHA-256.
    let received: UInt64
    let sha256: [UInt8]
    let sha512: [UInt8]

    /// The receipt's id.
    var receipt: String? { field("exchange-receipt") }

    func field(_ name: String) -> String? {
        (fields + trailers).first { $0.name.lowercased() == name }?.value
    }
}

/// Sends one signed request on a connection and takes in the response, as fast as both sides allow.
enum ExchangeCall {
    /// The head of a response, before any content has come.
    struct Head: Sendable {
        let status: Int
        let headers: HTTPHeaders

        /// How much content will come, where that is said.
        var length: UInt64? { headers.first(name: "Content-Length").flatMap { UInt64($0) } }
    }

    /// - Parameters:
    ///   - content: Pieces of content to send with the request, in order.
    ///   - head: Hears of the response's head; what it returns takes the content.
    static func run(
        _ request: SignedExchangeRequest, content: some AsyncSequence<ByteBuffer, any Error> & Sendable,
        inbound: inout ExchangeConnection.Inbound.AsyncIterator, outbound: ExchangeConnection.Outbound,
        head: (Head) async throws -> (ByteBuffer) async throws -> Void
    ) async throws -> ExchangeResult {
        var headers = HTTPHeaders()
        for field in request.fields { headers.add(name: field.name, value: field.value) }
        let line = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.target, headers: headers)
        do {
            try await outbound.write(.head(line))
            for try await piece in content { try await outbound.write(.body(.byteBuffer(piece))) }
            try await outbound.write(.end(nil))
        } catch is ChannelError {
            // A gateway that refuses does not wait for the rest; its answer, or the alert that ended the connection, says
            // why. In TLS 1.3 the alert about a client's key comes after the handshake, when the first bytes may be out.
        }
        return try await receive(from: &inbound, head: head)
    }

    private static func receive(
        from inbound: inout ExchangeConnection.Inbound.AsyncIterator,
        head: (Head) async throws -> (ByteBuffer) async throws -> Void
    ) async throws -> ExchangeResult {
        guard case .head(let response)? = try await inbound.next() else {
            throw CommandError(.unreachable, "the gateway closed the connection without an answer")
        }
        let receiver = try await head(Head(status: Int(response.status.code), headers: response.headers))
        var sha256 = SHA256()
        var sha512 = SHA512()
        let wantsLonger = !response.headers["Content-Digest"].contains { $0.contains("sha-256=") }
        var received: UInt64 = 0
        while let part = try await inbound.next() {
            switch part {
            case .head: continue
            case .body(let piece):
                piece.withUnsafeReadableBytes { bytes in
                    sha256.update(bufferPointer: bytes)
                    if wantsLonger { sha512.update(bufferPointer: bytes) }
                }
                received += UInt64(piece.readableBytes)
                try await receiver(piece)
            case .end(let trailers):
                return ExchangeResult(
                    status: Int(response.status.code), fields: response.headers.map { ($0.name, $0.value) },
                    trailers: trailers?.map { ($0.name, $0.value) } ?? [], received: received,
                    sha256: Array(sha256.finalize()), sha512: wantsLonger ? Array(sha512.finalize()) : [])
            }
        }
        throw CommandError(
            .unreachable, "the gateway cut the response after \(ByteCount(received))",
            advice: "run the same command again: it goes on where this one stopped")
    }
}

/// No content.
struct NoContent: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        mutating func next() async throws -> ByteBuffer? { nil }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
