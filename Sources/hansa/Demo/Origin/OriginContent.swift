import Foundation

/// What a city's system answers: whole bytes, or rows repeated until a length is reached.
enum OriginContent: Sendable {
    case whole([UInt8])
    /// `block` over and over, cut at `length`: a long archive that takes no memory.
    case repeated(block: [UInt8], length: UInt64)

    var length: UInt64 {
        switch self {
        case .whole(let bytes): UInt64(bytes.count)
        case .repeated(_, let length): length
        }
    }

    /// At most `limit` bytes from `offset` on; none at the end.
    func bytes(from offset: UInt64, limit: Int) -> ArraySlice<UInt8> {
        guard offset < length else { return [] }
        switch self {
        case .whole(let bytes):
            let start = Int(offset)
            return bytes[start..<min(bytes.count, start + limit)]
        case .repeated(let block, let length):
            let start = Int(offset % UInt64(block.count))
            let count = min(UInt64(min(limit, block.count - start)), length - offset)
            return block[start..<start + Int(count)]
        }
    }
}

/// One answer of a city's system.
struct OriginResponse: Sendable {
    var status = 200
    var mediaType = "application/json"
    var content: OriginContent

    static func json(_ text: String) -> OriginResponse {
        OriginResponse(content: .whole(Array(text.utf8)))
    }

    static let missing = OriginResponse(
        status: 404, content: .whole(Array(#"{"error":"there is nothing here"}"#.utf8)))
}

/// A request as a city's system sees it: what was asked, and for whom the gateway says it is.
struct OriginRequest: Sendable {
    let method: String
    let path: String
    let query: [String: String]
    let consumer: String?
    let purpose: String?
    let content: [UInt8]
}
