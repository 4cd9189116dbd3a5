import BaseEncodings
import Foundation
import Testing

@Suite struct BaseEncodingTests {
    @Test(arguments: 0...70)
    func `base64 is that of Foundation`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
        let text = BaseEncoding.base64.encode(bytes)
        #expect(text == Data(bytes).base64EncodedString())
        #expect(BaseEncoding.base64.decode(text) == bytes)
        for encoding in [BaseEncoding.base16, .base32, .base64URL] {
            #expect(encoding.decode(encoding.encode(bytes)) == bytes)
            #expect(encoding.decode(encoding.encode(bytes).utf8, isLenient: true) == bytes)
        }
    }

    /// Unused bits set, padding missing, too much or inside, other characters.
    @Test(arguments: [
        "A", "AA", "AA=", "AB==", "AAB=", "A===", "====", "AA==AA==", "AAA=A", "AA=A", "-A==", "AAA\n", " AAA", "AAA",
        "AAAA====", "QU E", "é",
    ])
    func `base64 has one form`(text: String) {
        #expect(BaseEncoding.base64.decode(text) == nil)
    }

    @Test(
        arguments: [("AA", [0]), ("AB==", [0]), ("AAF=", [0, 1]), ("", []), ("AAE", [0, 1])] as [(String, [UInt8])])
    func `a lenient reader does without padding and ignores unused bits`(text: String, bytes: [UInt8]) {
        #expect(BaseEncoding.base64.decode(text.utf8, isLenient: true) == bytes)
    }

    @Test(arguments: ["A", "AA=", "A===", "====", "AAAA====", "A=A=", "A A", "_w"])
    func `a lenient reader refuses the rest`(text: String) {
        #expect(BaseEncoding.base64.decode(text.utf8, isLenient: true) == nil)
    }

    @Test(
        arguments: [
            ("", []), ("AA", [0]), ("AAA", [0, 0]), ("_-8", [0xFF, 0xEF]), ("Zm9vYmFy", Array("foobar".utf8)),
        ] as [(String, [UInt8])])
    func `base64url comes back`(text: String, bytes: [UInt8]) {
        #expect(BaseEncoding.base64URL.decode(text) == bytes)
        #expect(BaseEncoding.base64URL.encode(bytes) == text)
    }

    @Test(arguments: ["A", "AAAAA", "AB", "AAB", "AA==", "A A", "+/+/", "AA\n", "é"])
    func `another text than the one is not base64url`(text: String) {
        #expect(BaseEncoding.base64URL.decode(text) == nil)
    }

    /// RFC 4648 section 10, without the padding.
    @Test(
        arguments: zip(
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
            ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"]))
    func `base32 is the standard's`(bytes: String, text: String) {
        #expect(BaseEncoding.base32.encode(bytes.utf8) == text)
        #expect(BaseEncoding.base32.decode(text) == Array(bytes.utf8))
    }

    @Test(arguments: ["M", "MZX", "MZXW6Y", "MZ", "my", "MY======", "M1", "M8"])
    func `another text than the one is not base32`(text: String) {
        #expect(BaseEncoding.base32.decode(text) == nil)
    }

    @Test func `base16 is lower case and whole`() {
        #expect(BaseEncoding.base16.encode([0, 0xAF, 0xFF]) == "00afff")
        #expect(BaseEncoding.base16.decode("00afff") == [0, 0xAF, 0xFF])
        for text in ["00AF", "00a", "0g"] { #expect(BaseEncoding.base16.decode(text) == nil) }
    }
}
