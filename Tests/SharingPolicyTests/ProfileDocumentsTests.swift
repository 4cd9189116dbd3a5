import Foundation
import StrictJSON
import Testing

@testable import SharingPolicy

/// The profile's JSON-LD context and JSON Schema name what the code knows, and the example policies satisfy the schema.
@Suite struct ProfileDocumentsTests {
    private static func document(_ name: String) throws -> JSONValue {
        let folder = Fixture.policies.deletingLastPathComponent().appendingPathComponent("Documentation")
        return try JSONValue(parsing: Array(try Data(contentsOf: folder.appendingPathComponent(name))))
    }

    private static func names(_ iris: some Sequence<IRI>) -> Set<String> { Set(iris.map(\.short)) }

    private static let supplied = LeftOperand.known.values.filter(\.isSupplied).map(\.iri)
    private static let duties = DutyVocabulary.performed.union(DutyVocabulary.recorded).filter {
        $0.text.utf8.starts(with: Namespace.hansa.utf8)
    }
    private static let actions = [
        Array(ActionVocabulary.parents.keys), Array(ActionVocabulary.successors.keys),
        [ActionVocabulary.use, ActionVocabulary.transfer],
    ].joined().filter { $0.text.utf8.starts(with: Namespace.odrl.utf8) }
    private static let dutyOperands = Array(DutyVocabulary.operands)

    @Test(arguments: [
        ("operandName", names(supplied)),
        ("commonOperandName", names(LeftOperand.known.keys).subtracting(names(supplied))),
        ("operator", Set(ComparisonOperator.allCases.map(\.rawValue))),
        ("conflict", Set(ConflictStrategy.allCases.map(\.rawValue))),
        ("dutyAction", names(duties)), ("dutyOperand", names(dutyOperands)), ("odrlAction", names(actions)),
        ("countWindow", Set(CountWindow.names)), ("sizeUnit", Set(PolicyReader.sizes.keys)),
        ("volumeUnit", Set(PolicyReader.volumes.keys).subtracting(PolicyReader.sizes.keys)),
    ])
    func `the schema lists what the code knows`(definition: String, expected: Set<String>) throws {
        let listed = try Self.document("policy.schema.json")["$defs"]?[definition]?["enum"]?.array
        #expect(Set((listed ?? []).compactMap(\.string)) == expected)
        #expect(listed?.count == expected.count)
    }

    @Test func `the context maps the profile's own terms`() throws {
        let context = try #require(try Self.document("policy-context.jsonld")["@context"]?.object)
        let own = LeftOperand.known.keys.filter { $0.text.utf8.starts(with: Namespace.hansa.utf8) }
        let terms = Self.names(own + Array(Self.duties) + Self.dutyOperands).union(CountWindow.names)
            .union(PolicyReader.volumes.keys)
        #expect(Set(context.names) == terms.union(["hansa", "unit", "value"]))
        #expect(context["hansa"]?.string == Namespace.hansa)
        for term in terms { #expect(context[term]?.string == "hansa:" + term) }
        // Without a type these would be text, and `value`, as YAML has it, nothing at all.
        for (term, iri) in [("unit", Namespace.odrl + "unit"), ("value", Namespace.rdf + "value")] {
            #expect(context[term]?["@id"]?.string == iri && context[term]?["@type"]?.string == "@vocab")
        }
    }

    @Test(arguments: ExamplePoliciesTests.files)
    func `an example satisfies the schema, and no longer with a member that is unknown`(file: URL) throws {
        let schema = SchemaCheck(try Self.document("policy.schema.json"))
        let document = try YAMLDocument.value(of: Array(try Data(contentsOf: file)))
        #expect(schema.accepts(document))
        var members = try #require(document.object)
        members["surprise"] = .bool(true)
        #expect(!schema.accepts(.object(members)))
        members["surprise"] = nil
        members["conflict"] = .string("nonsense")
        #expect(!schema.accepts(.object(members)))
    }
}

/// As much of JSON Schema 2020-12 as the profile's schema uses; what it does not know fails.
private struct SchemaCheck {
    let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func accepts(_ value: JSONValue) -> Bool { accepts(value, root) }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        if let bool = schema.bool { return bool }
        return (schema.object?.members ?? []).allSatisfy { keyword, rule in
            switch keyword {
            case "$schema", "$id", "$defs", "$comment", "title", "properties", "patternProperties": true
            case "$ref": accepts(value, definition(rule.string ?? "") ?? .bool(false))
            case "anyOf": (rule.array ?? []).contains { accepts(value, $0) }
            case "enum": (rule.array ?? []).contains(value)
            case "type": isOf(type: rule.string ?? "", value)
            case "pattern": value.string.map { matches($0, rule.string ?? "") } ?? true
            case "minLength": value.string.map { $0.unicodeScalars.count >= rule.int ?? .max } ?? true
            case "maxLength": value.string.map { $0.unicodeScalars.count <= rule.int ?? 0 } ?? true
            case "minItems": value.array.map { $0.count >= rule.int ?? .max } ?? true
            case "items": value.array.map { $0.allSatisfy { accepts($0, rule) } } ?? true
            case "required": value.object.map { has($0, rule.array ?? []) } ?? true
            case "additionalProperties": rule == .bool(false) && (value.object.map { members($0, schema) } ?? true)
            default: false
            }
        }
    }

    private func definition(_ reference: String) -> JSONValue? {
        root["$defs"]?[String(reference.dropFirst("#/$defs/".count))]
    }

    private func isOf(type: String, _ value: JSONValue) -> Bool {
        switch value {
        case .object: type == "object"
        case .array: type == "array"
        case .string: type == "string"
        case .number: type == "number"
        case .bool: type == "boolean"
        case .null: false
        }
    }

    private func has(_ object: JSONObject, _ names: [JSONValue]) -> Bool {
        names.allSatisfy { name in name.string.map { object[$0] != nil } ?? false }
    }

    private func members(_ object: JSONObject, _ schema: JSONValue) -> Bool {
        object.members.allSatisfy { name, value in
            if let rule = schema["properties"]?[name] { return accepts(value, rule) }
            return (schema["patternProperties"]?.object?.members ?? []).contains { pattern, rule in
                matches(name, pattern) && accepts(value, rule)
            }
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
    }
}
