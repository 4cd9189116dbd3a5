import HTTPTypes
import NIOCore
import NIOHTTP1

/// Writes HTTP/1.1 messages (RFC 9112) as the bytes that go out.
enum HTTP1Writer {
    /// How a response says where its content ends.
    enum Framing {
        /// By its status, its length, or because the request was HEAD.
        case plain
        /// By chunks, which this writer makes.
        case chunked
    }

    /// The head; of values it relies on what `HTTPField` makes sure of, that no line can be broken.
    /// - Parameter hasContent: whether content may follow; where its length is not said, chunks frame it.
    static func write(
        _ response: HTTPResponse, hasContent: Bool, isLast: Bool, into buffer: inout ByteBuffer
    ) -> Framing {
        let code = response.status.code
        let phrase = HTTPResponseStatus(statusCode: code, reasonPhrase: response.status.reasonPhrase).reasonPhrase
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(code))
        buffer.writeInteger(UInt8(ascii: " "))
        buffer.writeString(phrase)
        buffer.writeStaticString("\r\n")
        var framing: Framing = hasContent ? .chunked : .plain
        for field in response.headerFields {
            if isLast, field.name == .connection { continue }
            if field.name == .contentLength { framing = .plain }
            Self.write(field, into: &buffer)
        }
        if isLast { buffer.writeStaticString("Connection: close\r\n") }
        if framing == .chunked { buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
        buffer.writeStaticString("\r\n")
        return framing
    }

    /// What stands before a chunk of content; `\r\n` follows it.
    static func writeChunkHead(_ size: Int, into buffer: inout ByteBuffer) {
        buffer.writeString(String(size, radix: 16))
        buffer.writeStaticString("\r\n")
    }

    /// The last chunk and the trailer section.
    static func writeEnd(_ trailers: HTTPFields?, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("0\r\n")
        for field in trailers ?? [:] { Self.write(field, into: &buffer) }
        buffer.writeStaticString("\r\n")
    }

    /// One field, in whose value `HTTPField` makes sure that there is no line break.
    static func write(_ field: HTTPField, into buffer: inout ByteBuffer) {
        buffer.writeString(field.name.rawName)
        buffer.writeStaticString(": ")
        _ = field.withUnsafeBytesOfValue { buffer.writeBytes($0) }
        buffer.writeStaticString("\r\n")
    }

    /// One field of this gateway's own making.
    static func write(_ name: StaticString, _ value: String, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }
}
