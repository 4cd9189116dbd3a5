/// Walks JSON text byte by byte and refuses what RFC 8259 does; the editing of a document stands on it.
struct JSONScanner {
    let bytes: [UInt8]
    private(set) var position: Int

    /// Where the text ends.
    let end: Int

    static let maximumDepth = 128

    init(_ bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    func fault(_ message: String) -> PolicyError {
        PolicyError(.malformedResponse, "the response is not JSON: \(message) at byte \(position)")
    }

    func peek() -> UInt8? { position < end ? bytes[position] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(PolicyError) {
        guard take(byte) else { throw fault("expected `\(Character(Unicode.Scalar(byte)))`") }
    }

    mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Passes over a value and everything in it, checking it whole.
    mutating func skipValue(depth: Int) throws(PolicyError) {
        switch peek() {
        case UInt8(ascii: "{"):
            var names: Set<[UInt8]> = []
            try forEach(closing: UInt8(ascii: "}"), depth: depth) { scanner throws(PolicyError) in
                try scanner.memberName(names: &names)
                try scanner.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try forEach(closing: UInt8(ascii: "]"), depth: depth) { scanner throws(PolicyError) in
                try scanner.skipValue(depth: depth + 1)
            }
        default: try skipScalar()
        }
    }

    private mutating func forEach(
        closing: UInt8, depth: Int, _ element: (inout JSONScanner) throws(PolicyError) -> Void
    ) throws(PolicyError) {
        try enter(depth)
        skipSpace()
        if take(closing) { return }
        repeat {
            skipSpace()
            try element(&self)
            skipSpace()
        } while take(UInt8(ascii: ","))
        try expect(closing)
    }

    /// Passes over the bracket that opens an object or array.
    mutating func enter(_ depth: Int) throws(PolicyError) {
        guard depth < Self.maximumDepth else { throw fault("nested more than \(Self.maximumDepth) levels deep") }
        position += 1
    }

    /// Passes over a member's name and its colon and gives the name as UTF-8; a name that stood before is refused, since
    /// readers differ on which of the two counts.
    @discardableResult
    mutating func memberName(names: inout Set<[UInt8]>) throws(PolicyError) -> [UInt8] {
        guard peek() == UInt8(ascii: "\"") else { throw fault("expected a member's name") }
        let name = try string()
        guard names.insert(name).inserted else { throw fault("two members of one object have one name") }
        skipSpace()
        try expect(UInt8(ascii: ":"))
        skipSpace()
        return name
    }

    mutating func skipScalar() throws(PolicyError) {
        switch peek() {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func word(_ text: StaticString) throws(PolicyError) {
        let length = text.utf8CodeUnitCount
        let matches =
            end - position >= length
            && text.withUTF8Buffer { bytes[position..<position + length].elementsEqual($0) }
        guard matches else { throw fault("expected a value") }
        position += length
    }

    private mutating func number() throws(PolicyError) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(PolicyError) {
        let start = position
        while let byte = peek(), byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > start else { throw fault("expected a value") }
    }

    // MARK: Strings

    /// Passes over a string and gives what it says as UTF-8.
    private mutating func string() throws(PolicyError) -> [UInt8] {
        position += 1
        let start = position
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        var text = Array(bytes[start..<position])
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("a control character stands in a string")
            default: text.append(byte)
            }
        }
        throw fault("the text ends inside a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(PolicyError) {
        let byte = peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte ?? 0)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let first = try hexQuad()
            if let scalar = Unicode.Scalar(first) {
                text.append(contentsOf: String(Character(scalar)).utf8)
            } else {
                guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
                    case let second = try hexQuad(),
                    (0xDC00...0xDFFF).contains(second),
                    let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
                else { throw fault("an escape names half of a surrogate pair") }
                text.append(contentsOf: String(Character(scalar)).utf8)
            }
        default: throw fault("unknown escape in a string")
        }
    }

    private mutating func hexQuad() throws(PolicyError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
