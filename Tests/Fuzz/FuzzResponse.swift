import SharingPolicy
import StrictJSON

/// What is left of a JSON document is JSON without the members named, and no redaction changes it further: it finds
/// nothing, which it refuses unless nothing is left.
///
/// The first line names the pointers, apart by spaces; the rest is the document.
enum FuzzRedactor {
    static func run(_ bytes: [UInt8]) {
        let line = bytes.prefix { $0 != 0x0A }
        let document = Array(bytes.dropFirst(line.count + 1))
        let pointers = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap {
            try? JSONPointer(String($0))
        }
        // Elements of an array move up where one before them goes; a second pass would then take others.
        let isStable = pointers.allSatisfy { pointer in
            pointer.tokens.allSatisfy { token in
                if case .named(let name) = token {
                    name.isEmpty || !name.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                } else {
                    true
                }
            }
        }
        let limits = JSONLimits(size: .max, depth: 128, values: .max)
        let value = try? JSONValue(parsing: document, limits: limits)
        let redactor = JSONRedactor(pointers)
        guard let output = try? redactor.redact(document), !hasLongNumber(document) else { return }
        precondition(value != nil || document.count > 16_000, "what is not JSON was redacted")
        precondition((try? JSONValue(parsing: output, limits: limits)) != nil, "what is left is not JSON")
        precondition(output.count <= document.count)
        if pointers.isEmpty { precondition(output == document, "without pointers something changed") }
        if isStable, let second = try? redactor.redact(output) {
            precondition(second == output, "a second pass changes something")
        }
    }

    /// Whether there is a number in a document that is JSON, but longer than `JSONValue` reads.
    private static func hasLongNumber(_ document: [UInt8]) -> Bool {
        document.split { !($0 >= 0x30 && $0 <= 0x39 || "+-.eE".utf8.contains($0)) }.contains { $0.count > 128 }
    }
}

/// CSV and NDJSON are refused or come out no longer than they were.
enum FuzzTable {
    static func run(_ bytes: [UInt8]) {
        guard let pointer = try? JSONPointer("/*/a") else { return }
        let editor = ResponseEditor([.redact([pointer]), .limitRows(2)])
        for type in ["text/csv", "application/x-ndjson"] {
            guard let output = try? editor.edit(bytes, mediaType: type) else { continue }
            precondition(output.count <= bytes.count)
            guard let second = try? editor.edit(output, mediaType: type) else { continue }
            precondition(second == output, "a second pass changes something")
        }
    }
}
