extension XMLSchema {
    /// The least and the greatest value of each type of whole numbers, where it has one.
    static let integers: [String: (least: Number?, greatest: Number?)] = {
        let bounds: [(String, String?, String?)] = [
            ("integer", nil, nil), ("nonNegativeInteger", "0", nil), ("positiveInteger", "1", nil),
            ("nonPositiveInteger", nil, "0"), ("negativeInteger", nil, "-1"), ("byte", "-128", "127"),
            ("short", "-32768", "32767"), ("int", "-2147483648", "2147483647"),
            ("long", "-9223372036854775808", "9223372036854775807"), ("unsignedByte", "0", "255"),
            ("unsignedShort", "0", "65535"), ("unsignedInt", "0", "4294967295"),
            ("unsignedLong", "0", "18446744073709551615"),
        ]
        let number = { (text: String?) in text.flatMap { Number(parsing: $0) } }
        return Dictionary(uniqueKeysWithValues: bounds.map { ($0.0, (number($0.1), number($0.2))) })
    }()

    /// Whether a text is in the lexical space of a type (XML Schema Part 2 section 3), of which no more is understood than a
    /// policy may use.
    static func isText(_ text: String, of type: String) -> Bool {
        switch type {
        case "dateTime": if case .moment? = moment(text) { true } else { false }
        case "dateTimeStamp":
            if case .moment? = moment(text) { text.utf8.dropFirst(19).contains(where: isZone) } else { false }
        case "date": if case .day? = moment(text) { true } else { false }
        case "time": time(text) != nil
        case "duration": duration(text) != nil
        case "dayTimeDuration": duration(text)?.months == 0
        case "boolean": ["true", "false", "1", "0"].contains(text)
        case "decimal": isDecimal(text) && Number(parsing: text) != nil
        case "double", "float": Number(parsing: text) != nil
        case let type where integers[type] != nil:
            text.utf8.dropFirst(text.utf8.first.map(isSign) == true ? 1 : 0).allSatisfy(isDigit)
                && isNumber(text, of: type)
        default: true
        }
    }

    /// Whether a number of JSON has the value of a type: `5.0` is an `integer`.
    static func isNumber(_ text: String, of type: String) -> Bool {
        guard let number = Number(parsing: text) else { return false }
        guard let bounds = integers[type] else { return ["decimal", "double", "float"].contains(type) }
        return number.isWhole && bounds.least.map { $0 <= number } ?? true
            && bounds.greatest.map { number <= $0 } ?? true
    }

    private static func isDecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { isDigit($0) || isSign($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
    private static func isZone(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "Z") || isSign(byte) }
}
