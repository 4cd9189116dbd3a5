import CityIdentity
import Testing

@Suite struct IdentificationCodeTests {
    @Test(arguments: [
        ("MA.156.1301", "did:ma:156.1301", "156", "1301", 0),
        ("MA.156.11", "did:ma:156.11", "156", "11", 0),
        ("MA.840.5363000", "did:ma:840.5363000", "840", "5363000", 0),
        ("MA.156.1301.01", "did:ma:156.1301.01", "156", "1301", 1),
        ("MA.000.00000000.12345678.00", "did:ma:000.00000000.12345678.00", "000", "00000000", 2),
    ])
    func `codes are read and written`(text: String, did: String, country: String, division: String, depth: Int) throws {
        let code = try IdentificationCode(text)
        #expect(code.description == text)
        #expect(code.did == did)
        #expect(try IdentificationCode(did: did) == code)
        #expect(code.country == country)
        #expect(code.division == division)
        #expect(code.depth == depth)
        #expect(code.segments.joined(separator: ".") == text)
    }

    @Test(arguments: [
        ("", "must begin with `MA.`"), ("MA", "names no division"), ("MA.", "three digits"),
        ("MA.156", "names no division"),
        ("MA.156.", "2 to 8 digits"), ("MA.15.1301", "three digits"), ("MA.1560.1301", "three digits"),
        ("ma.156.1301", "must begin with `MA.`"), ("MB.156.1301", "must begin with `MA.`"),
        ("MAA.156.1301", "must begin with `MA.`"), ("M.156.1301", "must begin with `MA.`"),
        (".156.1301", "must begin with `MA.`"), ("MA.156.1", "2 to 8 digits"), ("MA.156.123456789", "2 to 8 digits"),
        ("MA.156.13o1", "digits only"), ("MA.156.1301 ", "digits only"), (" MA.156.1301", "must begin with `MA.`"),
        ("MA.156.1301.", "2 to 8 digits"), ("MA.156..1301", "2 to 8 digits"), ("MA.156.-1301", "digits only"),
        ("MA.156.１３０１", "digits only"), ("MA.156.1301\0", "digits only"), ("MA.156.1301/air", "digits only"),
        ("MA.156.1301#k", "digits only"), ("MA.156.10.10.10.10.10.10.10.10.10", "more than 10 segments"),
        ("MA.156." + String(repeating: "1", count: 100), "longer than"),
    ])
    func `malformed codes are refused with the reason`(text: String, reason: String) {
        expectRefusal(.malformedCode, naming: reason) { _ = try IdentificationCode(text) }
    }

    @Test(arguments: [
        "", "did:ma", "did:ma:", "did:web:156.1301", "DID:MA:156.1301", "did:ma:MA.156.1301", "did:ma:156.1301#k",
    ])
    func `malformed DIDs are refused`(did: String) {
        expectRefusal(.malformedCode, naming: "`") { _ = try IdentificationCode(did: did) }
    }

    @Test func `a long or hostile input is shown cut and escaped`() {
        let error = #expect(throws: IdentityError.self) {
            try IdentificationCode("MA.\u{1B}[31m\u{202E}" + String(repeating: "9", count: 5000))
        }
        #expect(error?.message.count ?? .max < 250)
        #expect(error?.message.unicodeScalars.contains("\u{1B}") == false)
        #expect(error?.message.unicodeScalars.contains("\u{202E}") == false)
    }

    @Test(arguments: [
        ("MA.156.1301", "MA.156.1301", true), ("MA.156.1301", "MA.156.1301.01", true),
        ("MA.156.1301", "MA.156.1301.01.02", true), ("MA.156.130", "MA.156.1301", false),
        ("MA.156.1301", "MA.156.130", false), ("MA.156.1301.01", "MA.156.1301", false),
        ("MA.156.1301", "MA.156.13010", false), ("MA.156.1301.01", "MA.156.1301.02", false),
    ])
    func `a code covers itself and what lies below`(upper: String, lower: String, covers: Bool) throws {
        #expect(try IdentificationCode(upper).covers(IdentificationCode(lower)) == covers)
    }

    @Test func `a code knows its parents up to its city`() throws {
        let code = try IdentificationCode("MA.156.1301.01.0203")
        #expect(code.lineage.map(\.description) == ["MA.156.1301.01.0203", "MA.156.1301.01", "MA.156.1301"])
        #expect(code.parent?.description == "MA.156.1301.01")
        #expect(code.city.description == "MA.156.1301")
        #expect(code.city.parent == nil)
        #expect(code.city.isCity && !code.isCity)
        #expect(try code.city.unit("01").unit("0203") == code)
    }

    @Test func `codes are ordered by segment`() throws {
        let sorted = [
            "MA.156.11", "MA.156.1101", "MA.156.130", "MA.156.1301", "MA.156.1301.01", "MA.156.1302", "MA.840.11",
        ]
        #expect(try sorted.reversed().map { try IdentificationCode($0) }.sorted().map(\.description) == sorted)
        #expect(try IdentificationCode("MA.156.1301.99") < IdentificationCode("MA.156.13010"))
    }
}
