import CityIdentity
import StrictJSON
import Testing

@testable import AccessReceipts

@Suite struct ReceiptCodingTests {
    static let samples: [Receipt] = [
        Samples.receipt(), Samples.receipt(kind: .opening), Samples.receipt(dataset: nil, outcome: .deny),
        Samples.full(),
    ]

    @Test(arguments: samples)
    func whatIsWrittenIsReadAgain(receipt: Receipt) throws {
        let bytes = receipt.encoded
        #expect(try Receipt(parsing: bytes) == receipt)
        #expect(try Receipt(parsing: bytes).encoded == bytes)
        // The bytes are those that a general writer of JSON makes of the same members in the same order.
        #expect(try JSONValue(parsing: bytes).bytes == bytes)
    }

    @Test func theFormatIsTheOneDocumented() throws {
        var receipt = Samples.receipt()
        receipt.id = try #require(ReceiptID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        receipt.request.digest = Receipt.Digest(Array(repeating: 0, count: 32))
        #expect(
            String(decoding: receipt.encoded, as: UTF8.self) == """
                {"type":"hansa-receipt","version":1,"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","kind":"single",\
                "network":"ledger.hansa.example/test","gateway":"MA.156.1301.90","time":"2026-11-22T08:00:00Z",\
                "consumer":"MA.840.5363000","provider":"MA.156.1301","dataset":"MA.156.1301/air-quality",\
                "action":"read","purpose":"environmental-research","method":"GET",\
                "target":"https://gateway.example/exchange/MA.156.1301/air-quality/stations/12",\
                "decision":{"outcome":"permit",\
                "policy":"0707070707070707070707070707070707070707070707070707070707070707","rule":"urn:rule:1"},\
                "ledgerHeight":12,"request":{"size":0,\
                "digest":"sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"}}
                """)
    }

    /// Each change to the text of a receipt that has every member, and a word of why it is refused.
    @Test(arguments: [
        (#""version":1"#, #""version":2"#), (#""version":1"#, #""version":1.0"#),
        (#""type":"hansa-receipt""#, #""type":"hansa-evidence""#), (#""kind":"closing""#, #""kind":"single""#),
        (#""kind":"closing""#, #""kind":"Closing""#), (#""consumer":"#, #""Consumer":"#),
        (#""consumer":"MA.840.5363000""#, #""consumer":"MA.840.5363000a""#), (#""size":17"#, #""size":-17"#),
        (#""size":17"#, #""size":1e2"#), (#""outcome":"permit""#, #""outcome":"allow""#),
        (#""status":200"#, #""status":1000"#), (#""end":"aborted""#, #""end":"over""#),
        (#""policy":"07"#, #""policy":"0G"#), (#""policy":"07"#, #""policy":""#), (#"sha-512=:"#, #"sha-256=:"#),
        (#"sha-512=:"#, #"md5=:"#), (#""purpose":"#, #""extra":1,"purpose":"#), (#""method":"GET","#, ""),
        (#""method":"GET""#, #""method":null"#), (#""method":"GET""#, #""method":"GET","method":"GET""#),
        (#""obligations":["#, #""obligations":[1,"#), ("#exchange-1", ""), (#"},"closes""#, #"},"closes":{},"x""#),
    ])
    func aTextThatIsNotTheFormatIsRefused(part: String, other: String) throws {
        let text = String(decoding: Samples.full().encoded, as: UTF8.self)
        let changed = try #require(text.firstRange(of: part)).lowerBound
        let end = text.index(changed, offsetBy: part.count)
        let bytes = Array((text[..<changed] + other + text[end...]).utf8)
        let error = #expect(throws: ReceiptError.self) { try Receipt(parsing: bytes) }
        #expect(error?.code == .malformed)
    }

    @Test func aLongReceiptIsRefused() {
        let error = #expect(throws: ReceiptError.self) {
            try Receipt(parsing: [UInt8](repeating: 0x20, count: Receipt.maximumSize + 1))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [[0x80], [0x0D], [0x00], [0x7F], Array("é".utf8)] as [[UInt8]])
    func aSignatureBaseIsASCII(base: [UInt8]) throws {
        let key = try KeyIdentifier("MA.840.5363000#exchange-1")
        #expect(Receipt.Signature(key: key, base: base, value: []) == nil)
    }

    @Test func aClosingReceiptSpeaksOfTheSameExchange() {
        let opening = Samples.receipt(kind: .opening)
        let closing = opening.closing(
            id: ReceiptID(at: opening.time), at: opening.time.adding(seconds: 3), leaf: [], end: .complete,
            response: .init(status: 200, size: 5))
        #expect(closing.speaks(ofSameExchangeAs: opening))
        var other = closing
        other.purpose = "environmental-research\u{301}"
        #expect(!other.speaks(ofSameExchangeAs: opening))
        other = closing
        other.request.signature = Samples.signature()
        #expect(!other.speaks(ofSameExchangeAs: opening))
    }
}
