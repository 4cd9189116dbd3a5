import Foundation
import StrictJSON
import Testing

@testable import MessageSignatures

/// The HTTP working group's tests of structured fields (httpwg/structured-field-tests), where the conformance folder
/// has them as `structured-field-tests`.
@Suite(.enabled(if: !StructuredFieldCase.all.isEmpty, "there is no `structured-field-tests`"))
struct ConformanceStructuredFields {
    @Test(arguments: StructuredFieldCase.all.filter { $0.json["raw"] != nil })
    func parsing(_ entry: StructuredFieldCase) throws {
        let raw = try #require(entry.json["raw"]?.array).map { try #require($0.string) }
        let field = Array(raw.joined(separator: ", ").utf8)
        let parsed: (value: JSONValue, written: [UInt8])?
        switch entry.json["header_type"]?.string {
        case "item":
            parsed = (try? StructuredFieldParser.item(field)).map { item in
                (StructuredFieldModel.json(item), Self.written { StructuredFieldWriter.write(item, to: &$0) })
            }
        case "list":
            parsed = (try? StructuredFieldParser.list(field)).map { list in
                (
                    JSONValue(list.map(StructuredFieldModel.json)),
                    Self.written { StructuredFieldWriter.write(list, to: &$0) }
                )
            }
        case "dictionary":
            parsed = (try? StructuredFieldParser.dictionary(field)).map { dictionary in
                (
                    JSONValue(dictionary.members.map { [JSONValue($0.key), StructuredFieldModel.json($0.value)] }),
                    Self.written { StructuredFieldWriter.write(dictionary, to: &$0) }
                )
            }
        case let type:
            Issue.record("`\(type ?? "")` is no type of field")
            return
        }
        guard entry.json["must_fail"]?.bool != true else { return #expect(parsed == nil) }
        guard let parsed else { return #expect(entry.json["can_fail"]?.bool == true) }
        #expect(StructuredFieldModel.normalised(parsed.value) == StructuredFieldModel.normalised(try entry.expected()))
        let canonical = try entry.json["canonical"]?.array.map { try $0.map { try #require($0.string) } } ?? raw
        #expect(String(decoding: parsed.written, as: UTF8.self) == canonical.joined(separator: ", "))
    }

    /// What no field can hold is refused where a signature's label, texts and times come in; nothing else is written
    /// that was not read.
    @Test(arguments: StructuredFieldCase.all.filter(\.isRefusedInWriting))
    func writing(_ entry: StructuredFieldCase) throws {
        let expected = try entry.expected()
        switch (entry.json["header_type"]?.string, expected[0]) {
        case ("dictionary", let member?): try Self.refusesLabel(try #require(member[0]?.string))
        case ("list", let member?): try Self.refusesLabel(try #require(member[1]?[0]?[0]?.string))
        case ("item", .number(let number)?):
            let time = Int64(number.double)
            #expect(throws: MessageSignatureError.self) { try SignatureParameters(created: time) }
        case ("item", .string(let text)?):
            #expect(throws: MessageSignatureError.self) { try SignatureParameters(nonce: text) }
        default: Issue.record("there is nothing to refuse")
        }
    }

    private static func refusesLabel(_ label: String) throws {
        let signer = MessageSigner(key: HMACKey(secret: [1]))
        let input = try SignatureInput(components: [], parameters: try SignatureParameters())
        let message = HTTPMessage(status: 200, fields: FieldLines())
        #expect(throws: MessageSignatureError.self) { try signer.sign(message, label: label, input: input) }
    }

    private static func written(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var buffer: [UInt8] = []
        write(&buffer)
        return buffer
    }
}

/// One case of the working group's files.
struct StructuredFieldCase: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String { json["name"]?.string ?? "unnamed" }

    func expected() throws -> JSONValue { try #require(json["expected"], "nothing is expected") }

    /// Whether it is of something that must not be written; tokens are never written but as they were read.
    var isRefusedInWriting: Bool {
        json["raw"] == nil && json["must_fail"]?.bool == true && json["expected"]?[0]?["__type"] == nil
    }

    static let all: [StructuredFieldCase] = {
        let directory = ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"] ?? ""
        let folder = URL(filePath: directory).appending(path: "structured-field-tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        let limits = JSONLimits(size: 64 << 20, depth: 32, values: 1 << 22)
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
            .flatMap { file -> [StructuredFieldCase] in
                do {
                    let root = try JSONValue(parsing: [UInt8](Data(contentsOf: file)), limits: limits)
                    // Beside the cases stand other files, such as schemas.
                    return (root.array ?? []).map { StructuredFieldCase(json: $0) }
                } catch {
                    fatalError("`\(file.path)` cannot be read: \(error)")
                }
            }
    }()
}

/// Fields in the JSON of the working group's cases.
private enum StructuredFieldModel {
    static func json(_ member: StructuredMember) -> JSONValue {
        switch member {
        case .item(let item): json(item)
        case .innerList(let list): [JSONValue(list.items.map { json($0) }), json(list.parameters)]
        }
    }

    static func json(_ item: StructuredItem) -> JSONValue { [json(item.value), json(item.parameters)] }

    private static func json(_ parameters: StructuredParameters) -> JSONValue {
        JSONValue(parameters.list.map { [JSONValue($0.key), json($0.value)] })
    }

    private static func json(_ item: BareItem) -> JSONValue {
        switch item {
        case .integer(let value): JSONValue(value)
        case .decimal(let value): ["__type": "decimal", "thousandths": JSONValue(value)]
        case .string(let value): JSONValue(value)
        case .token(let value): ["__type": "token", "value": JSONValue(value)]
        case .bytes(let value): ["__type": "binary", "value": JSONValue(base32(value))]
        case .boolean(let value): JSONValue(value)
        case .date(let value): ["__type": "date", "value": JSONValue(value)]
        case .displayString(let value): ["__type": "displaystring", "value": JSONValue(value)]
        }
    }

    /// Numbers with a point as decimals, of which a trailing zero more or less means nothing, and -0 as 0.
    static func normalised(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return JSONValue(elements.map(normalised))
        case .number(let number):
            if let int = number.int { return JSONValue(int) }
            return ["__type": "decimal", "thousandths": JSONValue(Int((number.double * 1000).rounded()))]
        default: return value
        }
    }

    /// Base32 with padding (RFC 4648 section 6).
    private static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        var text = stride(from: 0, to: bits.count, by: 5).map { start in
            alphabet[(0..<5).reduce(0) { $0 << 1 | (start + $1 < bits.count ? Int(bits[start + $1]) : 0) }]
        }
        while text.count % 8 != 0 { text.append("=") }
        return String(text)
    }
}

extension JSONValue {
    fileprivate subscript(_ index: Int) -> JSONValue? { array.flatMap { index < $0.count ? $0[index] : nil } }
}
