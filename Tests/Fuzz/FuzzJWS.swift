import BaseEncodings
import CityIdentity

/// A compact JWS that parses holds its payload and signature in the bytes as they came.
enum FuzzJWS {
    static func run(_ bytes: [UInt8]) {
        guard let jws = try? CompactJWS(parsing: bytes) else { return }
        var end = [UInt8(ascii: ".")]
        BaseEncoding.base64URL.encode(jws.payload, into: &end)
        end.append(UInt8(ascii: "."))
        BaseEncoding.base64URL.encode(jws.signature, into: &end)
        precondition(jws.bytes == bytes && bytes.suffix(end.count).elementsEqual(end), "a JWS has two encodings")
    }
}
