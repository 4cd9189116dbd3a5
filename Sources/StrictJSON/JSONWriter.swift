extension JSONValue {
    /// The value as compact JSON in UTF-8: members in order, numbers by their literal, non-ASCII text as itself.
    package var bytes: [UInt8] {
        var buffer: [UInt8] = []
        write(into: &buffer)
        return buffer
    }

    /// The value as compact JSON.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends the value as compact JSON.
    package func write(into buffer: inout [UInt8]) {
        switch self {
        case .null: buffer.append(contentsOf: "null".utf8)
        case .bool(let value): buffer.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let value): buffer.append(contentsOf: value.text.utf8)
        case .string(let value): JSONValue.writeString(value, into: &buffer)
        case .array(let elements):
            buffer.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                element.write(into: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
        case .object(let object):
            buffer.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                JSONValue.writeString(member.name, into: &buffer)
                buffer.append(UInt8(ascii: ":"))
                member.value.write(into: &buffer)
            }
            buffer.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a text as a JSON string, escaping what RFC 8259 section 7 says must be.
    package static func writeString(_ text: String, into buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ writeEscaped($0, into: &buffer) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { writeEscaped($0, into: &buffer) }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// What needs no escape, nearly everything, is copied in runs.
    private static func writeEscaped(_ bytes: UnsafeBufferPointer<UInt8>, into buffer: inout [UInt8]) {
        var copied = 0
        for (index, byte) in bytes.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[copied..<index]))
            copied = index + 1
            buffer.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x0A: buffer.append(UInt8(ascii: "n"))
            case 0x0D: buffer.append(UInt8(ascii: "r"))
            case 0x09: buffer.append(UInt8(ascii: "t"))
            case 0..<0x20:
                buffer.append(contentsOf: "u00".utf8)
                buffer.append(hexDigits[Int(byte >> 4)])
                buffer.append(hexDigits[Int(byte & 15)])
            default: buffer.append(byte)
            }
        }
        buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[copied...]))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// The value as JSON with a member or element a line, indented by two spaces, for people to read.
    package var indentedText: String {
        var buffer: [UInt8] = []
        writeIndented(into: &buffer, level: 0)
        return String(decoding: buffer, as: UTF8.self)
    }

    private func writeIndented(into buffer: inout [UInt8], level: Int) {
        func line(_ level: Int) {
            buffer.append(0x0A)
            buffer.append(contentsOf: repeatElement(0x20, count: level * 2))
        }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            buffer.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                line(level + 1)
                element.writeIndented(into: &buffer, level: level + 1)
            }
            line(level)
            buffer.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            buffer.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                line(level + 1)
                JSONValue.writeString(member.name, into: &buffer)
                buffer.append(contentsOf: ": ".utf8)
                member.value.writeIndented(into: &buffer, level: level + 1)
            }
            line(level)
            buffer.append(UInt8(ascii: "}"))
        default: write(into: &buffer)
        }
    }
}
