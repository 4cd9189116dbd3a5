import CityIdentity

/// A code that parses is written as it came, in both forms, and covers itself and its unit.
enum FuzzCode {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let id = try? KeyIdentifier(text) {
            precondition(id.description.utf8.elementsEqual(text.utf8), "a key identifier is written otherwise")
        }
        guard let code = (try? IdentificationCode(text)) ?? (try? IdentificationCode(did: text)) else { return }
        precondition(
            [code.description, code.did].contains { $0.utf8.elementsEqual(text.utf8) }, "a code is written otherwise")
        precondition(code.city.covers(code) && code.lineage.last == code.city, "a code lies outside its city")
        try? AllocationRule.standard.check(code)
    }
}
