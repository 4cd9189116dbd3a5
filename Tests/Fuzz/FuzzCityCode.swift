import CityIdentity

/// A city code that parses is written as it came, but for the white space around it.
enum FuzzCityCode {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let code = try? CityCode(text: text) else { return }
        precondition(text.contains(code.text), "a city code is written otherwise")
    }
}
