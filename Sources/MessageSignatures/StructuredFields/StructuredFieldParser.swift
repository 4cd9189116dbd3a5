internal import BaseEncodings

/// Parses dictionaries, lists and items of structured fields (RFC 9651 section 4.2).
///
/// Total over any bytes, and bounded: the value's size and the number of elements are limited, and the grammar nests no
/// deeper than an inner list, so there is no recursion.
struct StructuredFieldParser {
    /// What is done about a key or parameter that appears twice: RFC 9651 keeps the last value.
    enum Duplicates { case keepLast, refuseKeys, refuse }

    static let sizeLimit = 1 << 16
    /// Room for the 1024 members that every parser must take (RFC 9651 section 3), each with a value or a parameter.
    static let elementLimit = 2048

    private let bytes: [UInt8]
    private let duplicates: Duplicates
    private(set) var position = 0
    private(set) var elements = 0

    private init(_ bytes: [UInt8], duplicates: Duplicates) throws(StructuredFieldError) {
        self.bytes = bytes
        self.duplicates = duplicates
        guard bytes.count <= Self.sizeLimit else { throw StructuredFieldError(kind: .tooLarge, offset: Self.sizeLimit) }
    }

    static func dictionary(
        _ bytes: [UInt8], duplicates: Duplicates = .keepLast
    ) throws(StructuredFieldError) -> StructuredDictionary {
        try Self.dictionary(bytes, duplicates: duplicates) { parser throws(StructuredFieldError) in
            try parser.value()
        }
    }

    /// Parses a dictionary, in which `value` parses what stands behind a key.
    static func dictionary<Value>(
        _ bytes: [UInt8], duplicates: Duplicates, value: (inout Self) throws(StructuredFieldError) -> Value
    ) throws(StructuredFieldError) -> OrderedMembers<Value> {
        var parser = try Self(bytes, duplicates: duplicates)
        var dictionary = OrderedMembers<Value>()
        try parser.members { parser throws(StructuredFieldError) in
            let start = parser.position
            let key = try parser.key()
            if !dictionary.set(key, try value(&parser)), duplicates != .keepLast {
                throw StructuredFieldError(kind: .duplicateKey, offset: start, name: key)
            }
        }
        return dictionary
    }

    static func list(_ bytes: [UInt8]) throws(StructuredFieldError) -> [StructuredMember] {
        var parser = try Self(bytes, duplicates: .keepLast)
        var list: [StructuredMember] = []
        try parser.members { parser throws(StructuredFieldError) in list.append(try parser.member()) }
        return list
    }

    static func item(
        _ bytes: [UInt8], duplicates: Duplicates = .keepLast
    ) throws(StructuredFieldError) -> StructuredItem {
        var parser = try Self(bytes, duplicates: duplicates)
        parser.skipSpaces()
        let item = try parser.item()
        parser.skipSpaces()
        guard parser.position == bytes.count else { throw parser.fault }
        return item
    }

    /// Members between commas, up to the end of the value.
    private mutating func members(
        _ member: (inout Self) throws(StructuredFieldError) -> Void
    ) throws(StructuredFieldError) {
        skipSpaces()
        guard position < bytes.count else { return }
        while true {
            try member(&self)
            skipOptionalWhitespace()
            guard position < bytes.count else { return }
            try expect(",")
            skipOptionalWhitespace()
            // A comma that nothing follows fails in the next member.
        }
    }

    /// What stands behind a key of a dictionary: a member behind an equals sign, or else the parameters of `?1`.
    mutating func value() throws(StructuredFieldError) -> StructuredMember {
        if skip("=") { return try member() }
        return .item(StructuredItem(value: .boolean(true), parameters: try parameters()))
    }

    private mutating func member() throws(StructuredFieldError) -> StructuredMember {
        guard next == UInt8(ascii: "(") else { return .item(try item()) }
        return .innerList(StructuredInnerList(items: try items(), parameters: try parameters()))
    }

    /// The items of an inner list, from one parenthesis to the other.
    mutating func items() throws(StructuredFieldError) -> [StructuredItem] {
        try expect("(")
        var items: [StructuredItem] = []
        while true {
            skipSpaces()
            if skip(")") { return items }
            items.append(try item())
            guard next == UInt8(ascii: " ") || next == UInt8(ascii: ")") else { throw fault }
        }
    }

    private mutating func item() throws(StructuredFieldError) -> StructuredItem {
        try countElement()
        return StructuredItem(value: try bareItem(), parameters: try parameters())
    }

    mutating func parameters() throws(StructuredFieldError) -> StructuredParameters {
        var parameters = StructuredParameters()
        while skip(";") {
            skipSpaces()
            let start = position
            let key = try key()
            let value = skip("=") ? try bareItem() : .boolean(true)
            if !parameters.set(key, value), duplicates == .refuse {
                throw StructuredFieldError(kind: .duplicateParameter, offset: start, name: key)
            }
        }
        return parameters
    }

    private mutating func key() throws(StructuredFieldError) -> String {
        try countElement()
        guard let first = next, first.isLowerAlpha || first == UInt8(ascii: "*") else { throw fault }
        return take { $0.isLowerAlpha || $0.isDigit || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E || $0 == 0x2A }
    }
}

extension StructuredFieldParser {
    private mutating func bareItem() throws(StructuredFieldError) -> BareItem {
        switch next {
        case let byte? where byte.isDigit || byte == UInt8(ascii: "-"): return try number()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: ":"): return .bytes(try byteSequence())
        case UInt8(ascii: "?"): return .boolean(try boolean())
        case UInt8(ascii: "@"): return .date(try date())
        case UInt8(ascii: "%"): return .displayString(try displayString())
        case let byte? where byte.isAlpha || byte == UInt8(ascii: "*"):
            return .token(take { $0.isTokenCharacter || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") })
        default: throw fault
        }
    }

    /// At most 15 digits, or 12 before a point and 1 to 3 after it; both fit an Int64.
    private mutating func number() throws(StructuredFieldError) -> BareItem {
        let sign: Int64 = skip("-") ? -1 : 1
        let whole = try digits(atMost: 15)
        guard skip(".") else { return .integer(sign * whole.value) }
        guard whole.count <= 12 else { throw fault }
        let fraction = try digits(atMost: 3)
        let scale: Int64 = fraction.count == 1 ? 100 : fraction.count == 2 ? 10 : 1
        return .decimal(sign * (whole.value * 1000 + fraction.value * scale))
    }

    private mutating func digits(atMost limit: Int) throws(StructuredFieldError) -> (value: Int64, count: Int) {
        var value: Int64 = 0
        var count = 0
        while let byte = next, byte.isDigit {
            guard count < limit else { throw fault }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            count += 1
            position += 1
        }
        guard count > 0 else { throw fault }
        return (value, count)
    }

    private mutating func date() throws(StructuredFieldError) -> Int64 {
        try expect("@")
        guard case .integer(let seconds) = try number() else { throw fault }
        return seconds
    }

    private mutating func boolean() throws(StructuredFieldError) -> Bool {
        try expect("?")
        if skip("1") { return true }
        try expect("0")
        return false
    }

    private mutating func string() throws(StructuredFieldError) -> String {
        try expect("\"")
        let plain = bytes[position...].prefix { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        if plain.endIndex < bytes.count, bytes[plain.endIndex] == UInt8(ascii: "\"") {
            position = plain.endIndex + 1
            return String(decoding: plain, as: UTF8.self)
        }
        return try stringWithEscapes()
    }

    private mutating func stringWithEscapes() throws(StructuredFieldError) -> String {
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                guard let escaped = next, escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { throw fault }
                text.append(escaped)
            case 0x20...0x7E: text.append(byte)
            default: throw fault
            }
            position += 1
        }
        throw fault
    }

    private mutating func displayString() throws(StructuredFieldError) -> String {
        try expect("%")
        try expect("\"")
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw fault }
                return string
            case UInt8(ascii: "%"):
                guard bytes.count - position >= 2, let high = bytes[position].lowerHexDigit,
                    let low = bytes[position + 1].lowerHexDigit
                else { throw fault }
                text.append(high << 4 | low)
                position += 2
            case 0x20...0x7E: text.append(byte)
            default: throw fault
            }
        }
        throw fault
    }

    private mutating func byteSequence() throws(StructuredFieldError) -> [UInt8] {
        try expect(":")
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: ":")),
            let decoded = BaseEncoding.base64.decode(bytes[position..<end], isLenient: true)
        else { throw fault }
        position = end + 1
        return decoded
    }
}

extension StructuredFieldParser {
    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var fault: StructuredFieldError { StructuredFieldError(kind: .syntax, offset: position) }

    private mutating func countElement() throws(StructuredFieldError) {
        elements += 1
        guard elements <= Self.elementLimit else { throw StructuredFieldError(kind: .tooLarge, offset: position) }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Goes on behind the equals sign that stands between a key and an inner list; `false` where another value follows.
    mutating func skipToInnerList() -> Bool {
        guard bytes.count - position >= 2, next == UInt8(ascii: "="), bytes[position + 1] == UInt8(ascii: "(") else {
            return false
        }
        position += 1
        return true
    }

    /// Goes on behind a text of so many elements that was parsed before; `false` where it does not stand here.
    mutating func skip(_ text: [UInt8], elements count: Int) -> Bool {
        guard elements + count <= Self.elementLimit, bytes[position...].starts(with: text) else { return false }
        position += text.count
        elements += count
        return true
    }

    /// What was parsed from a position on.
    func text(from start: Int) -> ArraySlice<UInt8> { bytes[start..<position] }

    private mutating func expect(_ character: Unicode.Scalar) throws(StructuredFieldError) {
        guard skip(character) else { throw fault }
    }

    private mutating func take(while condition: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = next, condition(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipSpaces() {
        while next == 0x20 { position += 1 }
    }

    private mutating func skipOptionalWhitespace() {
        while next == 0x20 || next == 0x09 { position += 1 }
    }
}
