import CityIdentity
import Testing

@testable import AccessReceipts

@Suite struct ReceiptIDTests {
    struct Fixed: RandomNumberGenerator {
        var words: [UInt64]
        mutating func next() -> UInt64 { words.removeFirst() }
    }

    @Test func textIsThatOfTheULIDSpecification() throws {
        // The example of the specification's own text: 01ARZ3NDEKTSV4RRFFQ69G5FAV is of 2016-07-30T23:54:10.259Z.
        let id = try #require(ReceiptID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        #expect(id.time.rfc3339 == "2016-07-30T23:54:10.259Z")
        #expect(id.description == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(ReceiptID(bytes: id.bytes) == id)
    }

    @Test(arguments: [
        (0, 0, "00000000000000000000000000"), (0, 31, "0000000000000000000000000Z"),
        (UInt64.max, UInt64.max, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
    ])
    func everyBitHasItsPlace(high: UInt64, low: UInt64, text: String) {
        #expect(ReceiptID(high: high, low: low).description == text)
        #expect(ReceiptID(text) == ReceiptID(high: high, low: low))
    }

    @Test(arguments: [
        "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAé",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(ReceiptID(text) == nil)
    }

    @Test func orderIsThatOfTime() {
        let moments: [Int64] = [-5, 0, 1, 1_795_334_400_000, 1_795_334_400_001]
        let ids = moments.map { ReceiptID(at: Timestamp(milliseconds: $0)) }
        #expect(zip(ids.dropFirst(), ids.dropFirst(2)).allSatisfy { $0 < $1 && $0.description < $1.description })
        #expect(ids[0].time.milliseconds == 0)
    }

    @Test func randomnessIsEightyBits() {
        var generator = Fixed(words: [.max, .max])
        let id = ReceiptID(at: Timestamp(milliseconds: 1), using: &generator)
        #expect(id == ReceiptID(high: 0x1FFFF, low: .max))
    }
}
