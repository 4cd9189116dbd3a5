import CityIdentity
import Testing

@testable import AccessReceipts

@Suite struct EncodingTests {
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
