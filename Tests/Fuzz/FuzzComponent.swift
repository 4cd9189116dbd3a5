import MessageSignatures

/// An identifier, a NUL, and a value for every part of a message: a value that is made has no line break in it.
enum FuzzComponent {
    static func run(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        guard let component = try? ComponentIdentifier(parsing: String(decoding: parts[0], as: UTF8.self)) else {
            return
        }
        let value = parts.last ?? []
        let text = String(decoding: value, as: UTF8.self)
        let lines = FieldLines([(name: component.name, value: value), (name: component.name, value: value)])
        let request = HTTPMessage(
            method: text, scheme: "https", authority: text, target: text, fields: lines, trailers: lines)
        let response = HTTPMessage(status: 200, fields: lines, trailers: lines, request: request)
        for message in [request, response] {
            guard let value = try? component.value(in: message) else { continue }
            precondition(value.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }, "a value has a line break")
        }
    }
}
