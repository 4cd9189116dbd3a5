/// Checks bytes that come one after another for being UTF-8 (RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF).
struct UTF8Check {
    /// Bytes of the present character that are still to come.
    private var remaining = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether the bytes so far end where a character does.
    var isComplete: Bool { remaining == 0 }

    /// Takes the next byte; `false` where no character goes on or begins with it.
    mutating func accepts(_ byte: UInt8) -> Bool {
        guard remaining == 0 else {
            guard byte >= lowest, byte <= highest else { return false }
            (remaining, lowest, highest) = (remaining - 1, 0x80, 0xBF)
            return true
        }
        switch byte {
        case ..<0x80: return true
        case 0xC2...0xDF: remaining = 1
        case 0xE0: (remaining, lowest) = (2, 0xA0)
        case 0xED: (remaining, highest) = (2, 0x9F)
        case 0xE1...0xEF: remaining = 2
        case 0xF0: (remaining, lowest) = (3, 0x90)
        case 0xF1...0xF3: remaining = 3
        case 0xF4: (remaining, highest) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
