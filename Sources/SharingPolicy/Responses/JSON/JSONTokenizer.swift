/// Cuts JSON text (RFC 8259) into pieces as its bytes come, and refuses what is not strictly JSON.
///
/// Every byte belongs to one piece, in order. A token that the bytes at hand do not end comes in several pieces. What is
/// held is the open brackets, the names of the members of open objects (``NameStack``), and the name being read.
struct JSONTokenizer {
    enum Kind: Hashable {
        case space, openObject, openArray, closeObject, closeArray, comma, colon, name, string, number, word

        /// Whether a value begins with it.
        var isValue: Bool {
            switch self {
            case .openObject, .openArray, .string, .number, .word: true
            case .space, .closeObject, .closeArray, .comma, .colon, .name: false
            }
        }
    }

    struct Piece {
        let kind: Kind
        /// Where it stands in the bytes at hand; empty where a number turns out to have ended before them.
        let range: Range<Int>
        var begins = true
        var ends = true
    }

    /// The deepest that brackets may be nested.
    static let maximumDepth = 128

    /// The most bytes of a member's name.
    static let maximumName = 65_536

    private enum Expected { case value, valueOrClose, name, nameOrClose, colon, commaOrClose, end }

    enum Lexeme {
        case none
        case string(isName: Bool, StringState)
        case number(NumberState)
        /// `true`, `false` or `null`, and how much of it was seen.
        case word(StaticString, Int)
    }

    /// Whether each open bracket is an object's.
    private var brackets: [Bool] = []
    private var expected = Expected.value
    private var names = NameStack()
    var lexeme = Lexeme.none
    /// The name last read, as UTF-8 without escapes.
    var name: [UInt8] = []
    /// Bytes before those at hand, for messages.
    private var offset = 0

    /// Bytes held.
    var size: Int { names.size + name.count + brackets.count }

    /// Whether anything but blanks was seen.
    private(set) var hasBegun = false

    /// How deep the place is in brackets.
    var depth: Int { brackets.count }

    func fault(_ message: String, at position: Int) -> PolicyError {
        PolicyError(.malformedResponse, "the response is not JSON: \(message) at byte \(offset + position)")
    }

    /// The next piece, from a position on; `nil` at the end of the bytes.
    mutating func next(_ bytes: Span<UInt8>, until end: Int, at position: inout Int) throws(PolicyError) -> Piece? {
        guard position < end else { return nil }
        switch lexeme {
        case .string(let isName, let state): return try string(bytes, end, &position, isName, state, begins: false)
        case .number(let state): return try number(bytes, end, &position, state, begins: false)
        case .word(let text, let count): return try word(bytes, end, &position, text, count, begins: false)
        case .none: break
        }
        let start = position
        switch bytes[start] {
        case 0x20, 0x0A, 0x0D, 0x09:
            repeat { position += 1 } while position < end && Self.isSpace(bytes[position])
            return Piece(kind: .space, range: start..<position)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try open(bytes[start], &position)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): return try close(bytes[start], &position)
        case UInt8(ascii: ","):
            guard expected == .commaOrClose, let isObject = brackets.last else { throw surprise(start) }
            expected = isObject ? .name : .value
            position += 1
            return Piece(kind: .comma, range: start..<position)
        case UInt8(ascii: ":"):
            guard expected == .colon else { throw surprise(start) }
            expected = .value
            position += 1
            return Piece(kind: .colon, range: start..<position)
        case UInt8(ascii: "\""):
            let isName = expected == .name || expected == .nameOrClose
            if isName { name.removeAll(keepingCapacity: true) } else { try beginValue(start) }
            position += 1
            return try string(bytes, end, &position, isName, StringState(), begins: true)
        case UInt8(ascii: "t"): return try beginWord("true", bytes, end, &position)
        case UInt8(ascii: "f"): return try beginWord("false", bytes, end, &position)
        case UInt8(ascii: "n"): return try beginWord("null", bytes, end, &position)
        default:
            try beginValue(start)
            return try number(bytes, end, &position, .start, begins: true)
        }
    }

    /// Says that the bytes at hand are used up.
    mutating func advance(by count: Int) { offset += count }

    /// The text ends here; gives the last piece where a number ends with it.
    mutating func finish(at position: Int = 0) throws(PolicyError) -> Piece? {
        var last: Piece?
        if case .number(let state) = lexeme {
            guard state.isWhole else { throw fault("expected a value", at: position) }
            last = Piece(kind: .number, range: 0..<0, begins: false)
            endScalar()
        }
        guard case .none = lexeme, expected == .end else {
            throw fault(hasBegun ? "the text ends too soon" : "expected a value", at: position)
        }
        return last
    }

    /// Another text begins after one that is whole.
    mutating func beginAgain() {
        expected = .value
        hasBegun = false
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    // MARK: Structure

    private func surprise(_ position: Int) -> PolicyError {
        switch expected {
        case .value, .valueOrClose: fault("expected a value", at: position)
        case .name, .nameOrClose: fault("expected a member's name", at: position)
        case .colon: fault("expected `:`", at: position)
        case .commaOrClose: fault("expected `,` or the end of what is open", at: position)
        case .end: fault("unexpected text after the value", at: position)
        }
    }

    private mutating func beginValue(_ position: Int) throws(PolicyError) {
        guard expected == .value || expected == .valueOrClose else { throw surprise(position) }
        hasBegun = true
    }

    private mutating func open(_ byte: UInt8, _ position: inout Int) throws(PolicyError) -> Piece {
        try beginValue(position)
        guard brackets.count < Self.maximumDepth else {
            throw fault("nested more than \(Self.maximumDepth) levels deep", at: position)
        }
        let isObject = byte == UInt8(ascii: "{")
        brackets.append(isObject)
        if isObject { names.push() }
        expected = isObject ? .nameOrClose : .valueOrClose
        position += 1
        return Piece(kind: isObject ? .openObject : .openArray, range: position - 1..<position)
    }

    private mutating func close(_ byte: UInt8, _ position: inout Int) throws(PolicyError) -> Piece {
        let isObject = byte == UInt8(ascii: "}")
        guard brackets.last == isObject,
            expected == .commaOrClose || expected == (isObject ? .nameOrClose : .valueOrClose)
        else { throw surprise(position) }
        brackets.removeLast()
        if isObject { names.pop() }
        expected = brackets.isEmpty ? .end : .commaOrClose
        position += 1
        return Piece(kind: isObject ? .closeObject : .closeArray, range: position - 1..<position)
    }

    mutating func endScalar() {
        lexeme = .none
        expected = brackets.isEmpty ? .end : .commaOrClose
    }

    /// The name being read is whole.
    mutating func endName(_ position: Int) throws(PolicyError) {
        lexeme = .none
        expected = .colon
        switch names.insert(name) {
        case .new: break
        case .known: throw fault("two members of one object have one name", at: position)
        case .full:
            throw PolicyError(
                .unsupportedResponse,
                "the objects open at byte \(offset + position) have more than \(NameStack.maximumCount) members, or more than \(NameStack.maximumSize) bytes of names"
            )
        }
    }

    // MARK: Words

    private mutating func beginWord(
        _ text: StaticString, _ bytes: Span<UInt8>, _ end: Int, _ position: inout Int
    ) throws(PolicyError) -> Piece {
        try beginValue(position)
        return try word(bytes, end, &position, text, 0, begins: true)
    }

    private mutating func word(
        _ bytes: Span<UInt8>, _ end: Int, _ position: inout Int, _ text: StaticString, _ seen: Int, begins: Bool
    ) throws(PolicyError) -> Piece {
        let start = position
        var seen = seen
        while position < end, seen < text.utf8CodeUnitCount {
            guard bytes[position] == text.withUTF8Buffer({ $0[seen] }) else {
                throw fault("expected a value", at: position)
            }
            (position, seen) = (position + 1, seen + 1)
        }
        lexeme = .word(text, seen)
        let isWhole = seen == text.utf8CodeUnitCount
        if isWhole { endScalar() }
        return Piece(kind: .word, range: start..<position, begins: begins, ends: isWhole)
    }
}
