import StrictJSON

/// Values as YAML that reads back as the same, in flow style.
enum YAMLText {
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): scalar(text)
        case .array(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\(scalar($0.name)): \(text($0.value))" }.joined(separator: ", ") + "}"
        case .null, .bool, .number: value.text
        }
    }

    static func list(_ texts: [String]) -> String { text(.array(texts.map { .string($0) })) }

    /// A text as it is where it means itself to every reader, else in double quotes.
    static func scalar(_ text: String) -> String {
        let isPlain = { (byte: UInt8) in
            (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
                || "-_./* ".utf8.contains(byte)
        }
        let first = text.utf8.first ?? 0x20
        if case .value(.string(text)) = PlainScalar(text), text.utf8.allSatisfy(isPlain), text.utf8.last != 0x20,
            first | 0x20 >= 0x61 && first | 0x20 <= 0x7A || first == UInt8(ascii: "/")
        {
            return text
        }
        // JSON's strings are YAML's, and `&` is an anchor to the reader of policies wherever it stands.
        return JSONValue.string(text).text.replacing("&", with: "\\x26")
    }
}
