/// A media type and its parameters (RFC 9110, section 8.3.1), as far as duties look at them: names and values in lower case.
struct MediaType {
    let name: String
    let parameters: [String: String]

    /// Parses a `Content-Type`; `nil` for what is none, or has two parameters of one name.
    init?(_ text: String) {
        guard let parts = Self.parts(of: text) else { return nil }
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() where !part.isEmpty {
            guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let value = String(part[part.index(after: equals)...])
            guard parameters.updateValue(value, forKey: String(part[..<equals])) == nil else { return nil }
        }
        name = parts[0]
        self.parameters = parameters
    }

    /// What stands between semicolons, without blanks around it and without the quotes of quoted strings.
    private static func parts(of text: String) -> [String]? {
        var parts: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
                continue
            } else if byte == UInt8(ascii: ";"), !isQuoted {
                parts.append([])
                continue
            }
            parts[parts.count - 1].append(byte)
        }
        guard !isQuoted, !isEscaped else { return nil }
        return parts.map { part in
            let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
            let trimmed = part.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            return String(decoding: Array(trimmed), as: UTF8.self).lowercased()
        }
    }
}
