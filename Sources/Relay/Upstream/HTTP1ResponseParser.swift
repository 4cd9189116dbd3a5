import HTTPTypes
package import NIOCore

/// Reads the responses of one HTTP/1.1 connection (RFC 9112), strictly: what two readers could understand differently is an
/// error, and so is whatever is over the limits.
///
/// It holds no bytes: those that are not enough yet stay in the buffer, which thereby never grows past a header's size and
/// one read.
package struct HTTP1ResponseParser {
    package enum Event {
        /// An interim response, or the one.
        case head(UpstreamResponseHead)
        /// Some of its content; never empty.
        case content(ByteBuffer)
        case end
    }

    enum State {
        /// No request was made.
        case idle
        case head
        case content(left: Int)
        case untilClose
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        /// So many bytes and fields of the trailer came.
        case trailer(size: Int, count: Int)
        case ended
    }

    let limits: RelayLimits
    var state: State = .idle
    var isHead = false
    var search = EndSearch()
    /// The names of the last header's fields: most connections bring the same ones each time.
    var names: [HTTPField.Name] = []

    /// A chunk's size and what may stand behind it, in bytes.
    private static let chunkLineLimit = 1024

    package init(limits: RelayLimits) { self.limits = limits }

    /// A request was made.
    /// - Parameter isHead: its response has no content, whatever it says.
    package mutating func begin(isHead: Bool) {
        self.state = .head
        self.isHead = isHead
    }

    /// What comes next; `nil` where more bytes are needed.
    package mutating func next(_ buffer: inout ByteBuffer) throws(HTTP1ResponseError) -> Event? {
        while true {
            switch self.state {
            case .idle:
                guard buffer.readableBytes == 0 else { throw .unasked }
                return nil
            case .ended:
                self.state = .idle
                return .end
            case .head: return try self.head(&buffer)
            case .content(let left):
                guard let content = Self.take(left, &buffer) else { return nil }
                let rest = left - content.readableBytes
                self.state = rest == 0 ? .ended : .content(left: rest)
                return .content(content)
            case .untilClose: return Self.take(.max, &buffer).map { .content($0) }
            case .chunkSize:
                guard let line = try Self.line(&buffer, limit: Self.chunkLineLimit, over: .malformedChunk) else {
                    return nil
                }
                guard let size = Self.chunkSize(line) else { throw .malformedChunk }
                self.state = size == 0 ? .trailer(size: 0, count: 0) : .chunk(left: size)
            case .chunk(let left):
                guard let content = Self.take(left, &buffer) else { return nil }
                let rest = left - content.readableBytes
                self.state = rest == 0 ? .chunkEnd : .chunk(left: rest)
                return .content(content)
            case .chunkEnd:
                guard let line = try Self.line(&buffer, limit: 0, over: .malformedChunk) else { return nil }
                guard line.readableBytes == 0 else { throw .malformedChunk }
                self.state = .chunkSize
            case .trailer(let size, let count):
                let room = min(self.limits.fieldSize, self.limits.headerSize - size)
                guard let line = try Self.line(&buffer, limit: room, over: .headerTooLarge) else { return nil }
                guard line.readableBytes > 0 else {
                    self.state = .ended
                    continue
                }
                guard count < self.limits.fieldCount else { throw .headerTooLarge }
                _ = try line.withUnsafeReadableBytes { (bytes) throws(HTTP1ResponseError) in
                    try Self.field(bytes, as: nil)
                }
                self.state = .trailer(size: size + line.readableBytes, count: count + 1)
            }
        }
    }

    /// The connection was closed: whether that is the end of a response.
    package mutating func closed() -> Bool {
        guard case .untilClose = self.state else { return false }
        self.state = .idle
        return true
    }

    // MARK: Content

    private static func take(_ most: Int, _ buffer: inout ByteBuffer) -> ByteBuffer? {
        buffer.readableBytes == 0 ? nil : buffer.readSlice(length: min(most, buffer.readableBytes))
    }

    /// A line without its end; `nil` where that has not come yet.
    private static func line(
        _ buffer: inout ByteBuffer, limit: Int, over error: HTTP1ResponseError
    ) throws(HTTP1ResponseError) -> ByteBuffer? {
        let view = buffer.readableBytesView
        guard let feed = view.prefix(limit + 2).firstIndex(of: 0x0A) else {
            guard view.count < limit + 2 else { throw error }
            return nil
        }
        let length = feed - view.startIndex + 1
        guard length >= 2, view[feed - 1] == 0x0D else { throw .malformedLine }
        guard var line = buffer.readSlice(length: length) else { return nil }
        line.moveWriterIndex(to: line.writerIndex - 2)
        return line
    }

    /// Hexadecimal digits, and perhaps extensions, which mean nothing here.
    private static func chunkSize(_ line: ByteBuffer) -> Int? {
        var size = 0
        var digits = 0
        for byte in line.readableBytesView {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            case UInt8(ascii: ";"): return digits > 0 && line.readableBytesView.allSatisfy(Self.isText) ? size : nil
            default: return nil
            }
            digits += 1
            guard digits <= 15 else { return nil }
            size = size << 4 | Int(digit)
        }
        return digits == 0 ? nil : size
    }
}
