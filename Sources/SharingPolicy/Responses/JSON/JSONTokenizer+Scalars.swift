// Strings and numbers, byte by byte.
extension JSONTokenizer {
    /// How far a number has come (RFC 8259, section 6).
    enum NumberState {
        case start, minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits

        /// Whether a number may end so.
        var isWhole: Bool {
            switch self {
            case .zero, .integer, .fraction, .exponentDigits: true
            case .start, .minus, .point, .exponent, .exponentSign: false
            }
        }

        /// The state after one more byte; `nil` where that is not the number's.
        func after(_ byte: UInt8) -> NumberState? {
            let isDigit = byte >= 0x30 && byte <= 0x39
            switch self {
            case .start where byte == UInt8(ascii: "-"): return .minus
            case .start, .minus: return isDigit ? (byte == 0x30 ? .zero : .integer) : nil
            case .zero, .integer:
                if isDigit { return self == .integer ? .integer : nil }
                return byte == UInt8(ascii: ".") ? .point : byte | 0x20 == UInt8(ascii: "e") ? .exponent : nil
            case .point: return isDigit ? .fraction : nil
            case .fraction: return isDigit ? .fraction : byte | 0x20 == UInt8(ascii: "e") ? .exponent : nil
            case .exponent where byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"): return .exponentSign
            case .exponent, .exponentSign, .exponentDigits: return isDigit ? .exponentDigits : nil
            }
        }
    }

    mutating func number(
        _ bytes: Span<UInt8>, _ end: Int, _ position: inout Int, _ state: NumberState, begins: Bool
    ) throws(PolicyError) -> Piece {
        let start = position
        var state = state
        while position < end {
            guard let next = state.after(bytes[position]) else {
                guard state.isWhole else { throw fault("expected a value", at: position) }
                endScalar()
                return Piece(kind: .number, range: start..<position, begins: begins)
            }
            state = next
            position += 1
        }
        lexeme = .number(state)
        return Piece(kind: .number, range: start..<position, begins: begins, ends: false)
    }

    /// How far a string has come.
    struct StringState {
        enum Escape {
            case none
            /// After `\`.
            case letter
            /// After `\u`; `high` is the first half of a surrogate pair.
            case hex(left: Int, value: UInt32, high: UInt32?)
            /// `\` and then `u` must follow, for the second half of a surrogate pair.
            case pairBackslash(UInt32)
            case pairLetter(UInt32)
        }

        var escape = Escape.none
        var utf8 = UTF8Check()
    }

    /// Passes over what is there of a string; a name is read on the way.
    mutating func string(
        _ bytes: Span<UInt8>, _ end: Int, _ position: inout Int, _ isName: Bool, _ state: StringState, begins: Bool
    ) throws(PolicyError) -> Piece {
        let start = begins ? position - 1 : position
        var state = state
        while position < end {
            if case .none = state.escape, state.utf8.isComplete {
                let run = position
                while position < end, Self.isPlain(bytes[position]) { position += 1 }
                if isName { try append(bytes.extracting(run..<position)) }
                if position == end { break }
            }
            let byte = bytes[position]
            guard case .none = state.escape else {
                try escaped(byte, &state, isName, position)
                position += 1
                continue
            }
            if byte == UInt8(ascii: "\""), state.utf8.isComplete {
                position += 1
                if isName { try endName(position) } else { endScalar() }
                return Piece(kind: isName ? .name : .string, range: start..<position, begins: begins)
            }
            if byte == UInt8(ascii: "\\"), state.utf8.isComplete {
                state.escape = .letter
                position += 1
                continue
            }
            guard byte >= 0x20 else { throw fault("a control character stands in a string", at: position) }
            let run = position
            repeat {
                guard state.utf8.accepts(bytes[position]) else { throw fault("it is not UTF-8", at: position) }
                position += 1
            } while position < end && bytes[position] >= 0x80
            if isName { try append(bytes.extracting(run..<position)) }
        }
        lexeme = .string(isName: isName, state)
        return Piece(kind: isName ? .name : .string, range: start..<position, begins: begins, ends: false)
    }

    /// Whether a byte of a string stands for itself, whatever stands beside it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func append(_ bytes: Span<UInt8>) throws(PolicyError) {
        guard name.count + bytes.count <= Self.maximumName else {
            throw PolicyError(.unsupportedResponse, "a member's name is longer than \(Self.maximumName) bytes")
        }
        name.append(bytes)
    }

    /// Appends a character that an escape stands for.
    private mutating func append(_ scalar: Unicode.Scalar) throws(PolicyError) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { try append([byte].span) }
    }

    private mutating func escaped(
        _ byte: UInt8, _ state: inout StringState, _ isName: Bool, _ position: Int
    ) throws(PolicyError) {
        switch state.escape {
        case .none: break
        case .letter:
            state.escape = .none
            if byte == UInt8(ascii: "u") {
                state.escape = .hex(left: 4, value: 0, high: nil)
            } else {
                guard let meant = Self.meaning(ofEscape: byte) else {
                    throw fault("unknown escape in a string", at: position)
                }
                if isName { try append(Unicode.Scalar(meant)) }
            }
        case .hex(let left, let value, let high):
            guard byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("expected four hexadecimal digits", at: position)
            }
            let value = value << 4 | UInt32(digit)
            if left > 1 {
                state.escape = .hex(left: left - 1, value: value, high: high)
            } else {
                try unit(value, after: high, &state, isName, position)
            }
        case .pairBackslash(let high):
            guard byte == UInt8(ascii: "\\") else { throw halfAPair(position) }
            state.escape = .pairLetter(high)
        case .pairLetter(let high):
            guard byte == UInt8(ascii: "u") else { throw halfAPair(position) }
            state.escape = .hex(left: 4, value: 0, high: high)
        }
    }

    private static func meaning(ofEscape byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private func halfAPair(_ position: Int) -> PolicyError {
        fault("an escape names half of a surrogate pair", at: position)
    }

    /// A UTF-16 unit was named.
    private mutating func unit(
        _ value: UInt32, after high: UInt32?, _ state: inout StringState, _ isName: Bool, _ position: Int
    ) throws(PolicyError) {
        state.escape = .none
        var scalar = Unicode.Scalar(value)
        if let high {
            guard (0xDC00...0xDFFF).contains(value) else { throw halfAPair(position) }
            scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (value - 0xDC00))
        } else if (0xD800..<0xDC00).contains(value) {
            state.escape = .pairBackslash(value)
            return
        }
        guard let scalar else { throw halfAPair(position) }
        if isName { try append(scalar) }
    }
}
