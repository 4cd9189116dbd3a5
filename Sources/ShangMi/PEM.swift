internal import BaseEncodings

/// One PEM block (RFC 7468) and nothing but white space around it.
enum PEM {
    static func decode(_ text: String, label: String) throws(ShangMiError) -> [UInt8] {
        // A key is a few hundred characters; what is far longer is something else.
        guard text.utf8.count <= 8192 else {
            throw ShangMiError(code: .invalidEncoding, message: "the text is too long for a key")
        }
        let lines = text.utf8.split { $0 == 0x0A || $0 == 0x0D }
            .map { String(decoding: $0, as: UTF8.self).trimmed }
            .filter { !$0.isEmpty }
        guard let first = lines.first, let last = lines.last, lines.count >= 3,
            first.utf8.elementsEqual("-----BEGIN \(label)-----".utf8),
            last.utf8.elementsEqual("-----END \(label)-----".utf8),
            let bytes = BaseEncoding.base64.decode(lines.dropFirst().dropLast().joined())
        else { throw ShangMiError(code: .invalidEncoding, message: "the text is not one PEM block of a `\(label)`") }
        return bytes
    }

    static func encode(_ bytes: [UInt8], label: String) -> String {
        var rest = Substring(BaseEncoding.base64.encode(bytes))
        var lines = ["-----BEGIN \(label)-----"]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let start = utf8.drop(while: isSpace)
        let count = start.reversed().drop(while: isSpace).count
        return String(decoding: start.prefix(count), as: UTF8.self)
    }
}
