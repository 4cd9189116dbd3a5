import CityIdentity
import Foundation
import Testing

@testable import AccessReceipts

@Suite struct EncodingTests {
    @Test(arguments: 0..<70)
    func base64IsThatOfFoundation(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
        let text = Base64.encode(bytes)
        #expect(text == Data(bytes).base64EncodedString())
        #expect(Base64.decode(Array(text.utf8)) == bytes)
    }

    /// Everything but the one canonical form: unused bits set, padding missing, too much or inside, other alphabets.
    @Test(arguments: ["QQ=", "QQ", "QR==", "QUE", "QUF=", "====", "Q===", "QQ==QQ==", "QU-_", "QU E", "QQ==\n"])
    func base64InAnotherFormIsRefused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test func hexadecimalIsLowerCaseAndWhole() {
        #expect(Hexadecimal.encode([0, 0xAF, 0xFF]) == "00afff")
        #expect(Hexadecimal.decode("00afff".utf8) == [0, 0xAF, 0xFF])
        #expect(Hexadecimal.decode("00AF".utf8) == nil)
        #expect(Hexadecimal.decode("00a".utf8) == nil)
    }

    @Test func noncesAreReadAsWritten() {
        let records = [
            NonceRecord(key: "MA.156.1301#exchange-1", nonce: "ab", expires: Samples.start),
            NonceRecord(key: "", nonce: "", expires: .init(milliseconds: -1)),
        ]
        var buffer: [UInt8] = []
        records[0].encode(into: &buffer)
        let whole = buffer.count
        records[1].encode(into: &buffer)
        #expect(NonceRecord.decode(buffer) == records)
        #expect(NonceRecord.decode([]) == [])
        for length in 1..<buffer.count where length != whole {
            #expect(NonceRecord.decode(Array(buffer.prefix(length))) == nil, "\(length) bytes")
        }
    }
}
