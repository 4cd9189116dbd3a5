import Testing

@testable import TransparencyLog

/// Decimals, hashes and errors.
@Suite struct TextTests {
    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("10", 10), ("18446744073709551615", .max), ("", nil), ("00", nil), ("01", nil),
            ("-1", nil),
            ("+1", nil), ("1 ", nil), ("0x1", nil), ("18446744073709551616", nil), ("99999999999999999999", nil),
            ("118446744073709551615", nil), ("١", nil),
        ] as [(String, UInt64?)])
    func `decimals have one form`(text: String, number: UInt64?) {
        #expect(Decimal.parse(text.utf8) == number)
    }

    @Test func `a hash has 32 bytes`() {
        let bytes = [UInt8](0..<32)
        #expect(Hash(bytes)?.bytes == bytes)
        #expect(Hash(bytes.dropFirst()) == nil)
        #expect(Hash(bytes + [0]) == nil)
        #expect(Hash(([9] + bytes).dropFirst())?.bytes == bytes)
        #expect(Hash(bytes)?.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(Hash(base64: "") == nil)
        #expect(MerkleTree.leafHash(AnyCollection([1, 2])) == MerkleTree.leafHash([1, 2] as [UInt8]))
        #expect(Hash(hashing: AnyCollection([1, 2])) == Hash(hashing: [1, 2]))
    }

    @Test func `an error says what and why`() {
        let cause = TransparencyLogError(.badSignature, "a")
        let error = TransparencyLogError(.badCosignature, "b", cause: cause)
        #expect("\(error)" == "b (a)")
    }
}
