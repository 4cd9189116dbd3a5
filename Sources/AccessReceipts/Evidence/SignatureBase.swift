/// A signature base (RFC 9421 section 2.5) taken apart: what was signed about a message, and with which parameters.
///
/// Reads what gateways record; whether the signature is right is for its key to say.
package struct SignatureBase {
    private var lines: [String: String] = [:]
    package private(set) var parameters: [String: String] = [:]

    private static let parametersName = "\"@signature-params\""

    /// Reads a base; `nil` where it is none: a line without a component, one that stands twice, no parameters at the end.
    package init?(_ bytes: [UInt8]) {
        let rows = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, row) in rows.enumerated() {
            guard let (identifier, value) = Self.split(row), lines[identifier] == nil else { return nil }
            guard (identifier == Self.parametersName) == (number == rows.count - 1) else { return nil }
            lines[identifier] = value
        }
        guard let text = lines[Self.parametersName], let parameters = Self.parameters(Array(text.utf8)) else {
            return nil
        }
        self.parameters = parameters
    }

    /// The value of a component by its identifier without parameters, such as `@method`.
    package func value(_ name: String) -> String? { lines["\"\(name)\""] }

    /// The value of a component of the request that a response answers.
    func requestValue(_ name: String) -> String? { lines["\"\(name)\";req"] }

    /// The signatures of the request that a response's covers, each as its field has it.
    var requestSignatures: [String] {
        lines.filter { line in
            let parts = line.key.split(separator: ";", omittingEmptySubsequences: false)
            return parts[0] == "\"signature\"" && parts.contains("req")
        }.map(\.value)
    }

    /// The values of a field of the message itself under any of its identifiers, in a trailer or not.
    func fieldValues(_ name: String) -> [String] {
        lines.filter { line in
            let parts = line.key.split(separator: ";", omittingEmptySubsequences: false)
            return parts[0] == "\"\(name)\"" && !parts.contains("req")
        }.map(\.value)
    }

    /// Takes a line apart at the first colon and space that are not inside quotes.
    private static func split(_ row: ArraySlice<UInt8>) -> (String, String)? {
        guard row.first == UInt8(ascii: "\"") else { return nil }
        var quoted = false
        var escaped = false
        for index in row.indices {
            let byte = row[index]
            if escaped {
                escaped = false
            } else if quoted, byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if !quoted, byte == UInt8(ascii: ":") {
                guard index + 1 < row.endIndex, row[index + 1] == UInt8(ascii: " ") else { return nil }
                return (
                    String(decoding: row[..<index], as: UTF8.self), String(decoding: row[(index + 2)...], as: UTF8.self)
                )
            }
        }
        return nil
    }

    /// The parameters after the list of components: strings without their quotes, all else as it stands.
    private static func parameters(_ text: [UInt8]) -> [String: String]? {
        guard text.first == UInt8(ascii: "("), var index = endOfList(text) else { return nil }
        var parameters: [String: String] = [:]
        while index < text.count {
            guard text[index] == UInt8(ascii: ";") else { return nil }
            index += 1
            let start = index
            while index < text.count, ![UInt8(ascii: "="), UInt8(ascii: ";")].contains(text[index]) { index += 1 }
            let name = String(decoding: text[start..<index], as: UTF8.self)
            guard !name.isEmpty, parameters[name] == nil else { return nil }
            parameters[name] = ""
            guard index < text.count, text[index] == UInt8(ascii: "=") else { continue }
            index += 1
            guard let value = value(text, &index) else { return nil }
            parameters[name] = value
        }
        return parameters
    }

    /// Where the list of components ends: after the first closing parenthesis outside quotes.
    private static func endOfList(_ text: [UInt8]) -> Int? {
        var quoted = false
        var escaped = false
        for (index, byte) in text.enumerated() {
            if escaped {
                escaped = false
            } else if quoted, byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if !quoted, byte == UInt8(ascii: ")") {
                return index + 1
            }
        }
        return nil
    }

    private static func value(_ text: [UInt8], _ index: inout Int) -> String? {
        var bytes: [UInt8] = []
        guard index < text.count, text[index] == UInt8(ascii: "\"") else {
            while index < text.count, text[index] != UInt8(ascii: ";") {
                bytes.append(text[index])
                index += 1
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        index += 1
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                guard index < text.count else { return nil }
                bytes.append(text[index])
            default: bytes.append(text[index])
            }
            index += 1
        }
        return nil
    }
}
