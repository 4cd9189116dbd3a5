import NIOCore
import Relay

/// However its bytes come, a provider's response is read as the same, or refused for the same reason.
enum FuzzHTTP1Response {
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        // The first byte says where the others are cut.
        let message = Array(bytes.dropFirst())
        let cut = min(Int(first), message.count)
        precondition(
            Self.read([message]) == Self.read([Array(message[..<cut]), Array(message[cut...])]),
            "what was read depends on how it came")
    }

    private static func read(_ pieces: [[UInt8]]) -> [String] {
        var parser = HTTP1ResponseParser(limits: RelayLimits())
        parser.begin(isHead: false)
        var buffer = ByteBuffer()
        var (found, content): ([String], [UInt8]) = ([], [])
        do throws(HTTP1ResponseError) {
            for piece in pieces {
                buffer.writeBytes(piece)
                while let event = try parser.next(&buffer) {
                    switch event {
                    case .head(let head):
                        precondition((100...999).contains(head.status), "a status of other than three digits")
                        found.append("\(head.status) \(head.keepsAlive) \(head.fields)")
                    case .content(let piece):
                        precondition(piece.readableBytes > 0, "a piece of content without anything")
                        content += piece.readableBytesView
                    case .end: found.append("end")
                    }
                }
            }
            found.append(parser.closed() ? "end" : "")
        } catch {
            found.append(error.rawValue)
        }
        return found + [String(decoding: content, as: UTF8.self)]
    }
}
