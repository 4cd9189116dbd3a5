internal import BaseEncodings

/// Writes structured fields in their one serialised form (RFC 9651 section 4.1), appended to a buffer.
enum StructuredFieldWriter {
    static func write(_ dictionary: StructuredDictionary, to buffer: inout [UInt8]) {
        for (index, member) in dictionary.members.enumerated() {
            if index > 0 { buffer.append(text: ", ") }
            buffer.append(text: member.key)
            // A member that is true is written as its key and parameters alone.
            if case .item(let item) = member.value, item.value == .boolean(true) {
                write(item.parameters, to: &buffer)
            } else {
                buffer.append(UInt8(ascii: "="))
                write(member.value, to: &buffer)
            }
        }
    }

    static func write(_ list: [StructuredMember], to buffer: inout [UInt8]) {
        for (index, member) in list.enumerated() {
            if index > 0 { buffer.append(text: ", ") }
            write(member, to: &buffer)
        }
    }

    static func write(_ member: StructuredMember, to buffer: inout [UInt8]) {
        switch member {
        case .item(let item): write(item, to: &buffer)
        case .innerList(let list):
            buffer.append(UInt8(ascii: "("))
            for (index, item) in list.items.enumerated() {
                if index > 0 { buffer.append(0x20) }
                write(item, to: &buffer)
            }
            buffer.append(UInt8(ascii: ")"))
            write(list.parameters, to: &buffer)
        }
    }

    static func write(_ item: StructuredItem, to buffer: inout [UInt8]) {
        write(item.value, to: &buffer)
        write(item.parameters, to: &buffer)
    }

    static func write(_ parameters: StructuredParameters, to buffer: inout [UInt8]) {
        for parameter in parameters.list {
            buffer.append(UInt8(ascii: ";"))
            buffer.append(text: parameter.key)
            if parameter.value != .boolean(true) {
                buffer.append(UInt8(ascii: "="))
                write(parameter.value, to: &buffer)
            }
        }
    }

    static func write(_ item: BareItem, to buffer: inout [UInt8]) {
        switch item {
        case .integer(let value): buffer.append(text: String(value))
        case .decimal(let thousandths): writeDecimal(thousandths, to: &buffer)
        case .string(let value): writeString(value, to: &buffer)
        case .token(let value): buffer.append(text: value)
        case .bytes(let value):
            buffer.append(UInt8(ascii: ":"))
            BaseEncoding.base64.encode(value, into: &buffer)
            buffer.append(UInt8(ascii: ":"))
        case .boolean(let value): buffer.append(text: value ? "?1" : "?0")
        case .date(let value): buffer.append(text: "@\(value)")
        case .displayString(let value): writeDisplayString(value, to: &buffer)
        }
    }

    private static func writeDecimal(_ thousandths: Int64, to buffer: inout [UInt8]) {
        if thousandths < 0 { buffer.append(UInt8(ascii: "-")) }
        buffer.append(text: String(thousandths.magnitude / 1000))
        buffer.append(UInt8(ascii: "."))
        let fraction = thousandths.magnitude % 1000
        buffer.append(UInt8(ascii: "0") + UInt8(fraction / 100))
        if fraction % 100 != 0 { buffer.append(UInt8(ascii: "0") + UInt8(fraction / 10 % 10)) }
        if fraction % 10 != 0 { buffer.append(UInt8(ascii: "0") + UInt8(fraction % 10)) }
    }

    static func writeString(_ value: String, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        guard value.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            buffer.append(text: value)
            return buffer.append(UInt8(ascii: "\""))
        }
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { buffer.append(UInt8(ascii: "\\")) }
            buffer.append(byte)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private static func writeDisplayString(_ value: String, to buffer: inout [UInt8]) {
        buffer.append(text: "%\"")
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "\""), 0x00...0x1F, 0x7F...0xFF:
                buffer.append(UInt8(ascii: "%"))
                buffer.append((byte >> 4).lowerHexCharacter)
                buffer.append((byte & 15).lowerHexCharacter)
            default: buffer.append(byte)
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }
}
