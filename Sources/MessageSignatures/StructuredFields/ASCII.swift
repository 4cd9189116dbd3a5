extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
    var isLowerAlpha: Bool { self &- 0x61 < 26 }
    var isUpperAlpha: Bool { self &- 0x41 < 26 }
    var isAlpha: Bool { (self | 0x20).isLowerAlpha }

    /// A `tchar` (RFC 9110 section 5.6.2).
    var isTokenCharacter: Bool {
        if isAlpha || isDigit { return true }
        switch self {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }

    var lowercased: UInt8 { isUpperAlpha ? self | 0x20 : self }

    var lowerHexDigit: UInt8? {
        if isDigit { return self - 0x30 }
        return self &- 0x61 < 6 ? self - 0x57 : nil
    }

    var hexDigit: UInt8? { lowercased.lowerHexDigit }

    /// The character of a value below 16.
    var lowerHexCharacter: UInt8 { self < 10 ? 0x30 + self : 0x57 + self }
    var upperHexCharacter: UInt8 { self < 10 ? 0x30 + self : 0x37 + self }
}

extension [UInt8] {
    mutating func append(text: String) {
        append(contentsOf: text.utf8)
    }
}
