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
        let editor = ResponseEditor([.redact(pointers)])
        let type = "application/json"
        FuzzStream.check([.redact(pointers)], type, document)
        guard let output = try? editor.edit(document, mediaType: type), !hasLongNumber(document) else { return }
        if pointers.isEmpty {
            precondition(output == document, "without pointers something changed")
            return
        }
        precondition(value != nil || document.count > 16_000, "what is not JSON was redacted")
        precondition((try? JSONValue(parsing: output, limits: limits)) != nil, "what is left is not JSON")
        precondition(output.count <= document.count)
        if isStable, let second = try? editor.edit(output, mediaType: type) {
            precondition(second == output, "a second pass changes something")
        }
    }

    /// Whether there is a number in a document that is JSON, but longer than `JSONValue` reads.
    static func hasLongNumber(_ document: [UInt8]) -> Bool {
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

/// Every format under every sort of duty: in pieces a body comes out as it does whole, what is coarse stays so, and what is JSON
/// stays JSON.
///
/// The first byte chooses the duties, the second how long the pieces are; the rest is the body.
enum FuzzStream {
    private static let types = ["application/json", "application/geo+json", "application/x-ndjson", "text/csv"]

    static func run(_ bytes: [UInt8]) {
        guard let choice = bytes.first,
            let fields = try? ["/*/a", "/features/*/properties/a"].map({ try JSONPointer($0) }),
            let step = Step(parsing: "0.25")
        else { return }
        let columns = [fields[0]]
        let all: [[GatewayDuty]] = [
            [.redact(columns)], [.keepFields(columns)], [.coarsen(columns, .numbers(step))],
            [.coarsen(columns, .times(.month))], [.suppressBelow(columns, 5)], [.limitRows(1)],
            [.coarsenPositions(decimals: 1)], [.suppressBelow(columns, 5), .redact(columns), .limitRows(2)],
            [.redact(fields)], [.keepFields(fields)], [.coarsen(fields, .numbers(step)), .limitRows(2)],
            [.suppressUnlike(columns, 2)], [.suppressUnlike(fields, 2), .suppressBelow(columns, 5), .limitRows(1)],
            [.suppressBelow(fields, 5), .keepFields(columns)],
        ]
        let duties = all[Int(choice) % all.count]
        for type in types {
            check(duties, type, Array(bytes.dropFirst(2)), length: Int(bytes.dropFirst().first ?? 0) % 16 + 1)
        }
    }

    static func check(_ duties: [GatewayDuty], _ type: String, _ body: [UInt8], length: Int = 1) {
        let editor = ResponseEditor(duties)
        let whole = try? editor.edit(body, mediaType: type)
        guard !editor.isIdentity else { return }
        precondition(whole == pieces(editor, type, body, length), "pieces come out in another way")
        guard let whole, type == "application/json", body.count < 16_000, !FuzzRedactor.hasLongNumber(whole) else {
            return
        }
        let limits = JSONLimits(size: .max, depth: 128, values: .max)
        precondition((try? JSONValue(parsing: whole, limits: limits)) != nil, "what is left is not JSON")
    }

    private static func pieces(_ editor: ResponseEditor, _ type: String, _ body: [UInt8], _ length: Int) -> [UInt8]? {
        do {
            var stream = try editor.stream(mediaType: type)
            var output: [UInt8] = []
            for start in stride(from: 0, to: body.count, by: length) {
                try stream.feed(Array(body[start..<min(start + length, body.count)]).span, into: &output)
            }
            try stream.finish(into: &output)
            return output
        } catch {
            return nil
        }
    }
}
