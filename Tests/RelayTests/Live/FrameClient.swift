import HTTPTypes
import NIOSSL

/// An HTTP/2 connection on which a test writes the frames it likes (RFC 9113, section 4).
struct FrameClient: Sendable {
    enum Kind: UInt8 {
        case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    struct Frame: Sendable {
        let kind: Kind?
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]

        /// What a RST_STREAM or GOAWAY frame says is wrong.
        var errorCode: UInt32? {
            switch self.kind {
            case .reset: self.payload.prefix(4).bigEndian
            case .goAway: self.payload.dropFirst(4).prefix(4).bigEndian
            default: nil
            }
        }
    }

    /// Flags of HEADERS, CONTINUATION and DATA.
    static let endStream: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4

    let raw: RawClient

    /// Connects and sends the preface.
    /// - Parameter settings: of the client's SETTINGS frame.
    init(_ world: World, settings: [(id: UInt16, value: UInt32)] = []) async throws {
        var tls = try TestClient.tls(world.network, key: "\(TestNetwork.consumer)#tls")
        tls.applicationProtocols = ["h2"]
        self.raw = try await RawClient(port: world.gateway.port, tls: tls)
        let payload = settings.flatMap { $0.id.bigEndianBytes + $0.value.bigEndianBytes }
        self.raw.write(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(.settings, payload: payload))
    }

    // MARK: What is sent

    static func frame(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) -> [UInt8] {
        UInt32(payload.count).bigEndianBytes.dropFirst() + [kind.rawValue, flags] + stream.bigEndianBytes + payload
    }

    /// A whole header in one frame.
    static func headers(_ fields: [(String, String)], stream: UInt32, ends: Bool = true) -> [UInt8] {
        self.frame(
            .headers, flags: self.endHeaders | (ends ? self.endStream : 0), stream: stream,
            payload: fields.flatMap { self.literal($0.0, $0.1) })
    }

    /// A field as a literal with a new name (RFC 7541, section 6.2).
    static func literal(_ name: String, _ value: String, indexed: Bool = false) -> [UInt8] {
        [indexed ? 0x40 : 0x00] + self.string(name) + self.string(value)
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    /// The fields of a request, signed or not.
    static func fields(_ request: HTTPRequest) -> [(String, String)] {
        [
            (":method", request.method.rawValue), (":scheme", "https"), (":authority", request.authority ?? ""),
            (":path", request.path ?? ""),
        ] + request.headerFields.map { ($0.name.canonicalName, $0.value) }
    }

    // MARK: What came

    var frames: [Frame] {
        var rest = self.raw.bytes[...]
        var frames: [Frame] = []
        while rest.count >= 9 {
            let length = Int(([0] + rest.prefix(3)).bigEndian)
            guard rest.count >= 9 + length else { break }
            let header = Array(rest.prefix(9))
            frames.append(
                Frame(
                    kind: Kind(rawValue: header[3]), flags: header[4], stream: header[5...].bigEndian & 0x7FFF_FFFF,
                    payload: Array(rest.dropFirst(9).prefix(length))))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    /// The error code of the GOAWAY frame.
    var goAway: UInt32? { self.frames.last { $0.kind == .goAway }?.errorCode }
}

extension Sequence<UInt8> {
    fileprivate var bigEndian: UInt32 { self.reduce(0) { $0 << 8 | UInt32($1) } }
}

extension FixedWidthInteger {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: self.bigEndian) { Array($0) } }
}
