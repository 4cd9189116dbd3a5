/// A JSON value (RFC 8259) as it stood in the text: members keep their order, numbers their literal.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The text of a string; `nil` for every other kind.
    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of an integral number within `Int`; `nil` for every other kind and for `1.0` or `1e0`.
    package var int: Int? {
        if case .number(let value) = self { value.int } else { nil }
    }

    /// The nearest double of a number; `nil` for every other kind.
    package var double: Double? {
        if case .number(let value) = self { value.double } else { nil }
    }

    /// The value of `true` or `false`; `nil` for every other kind.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of an array; `nil` for every other kind.
    package var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of an object; `nil` for every other kind.
    package var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The member of that name, where this is an object that has one.
    package subscript(_ name: String) -> JSONValue? { object?[name] }

    /// What kind of value this is, in the words of RFC 8259, for error messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

extension JSONValue {
    package init(_ value: String) { self = .string(value) }
    package init(_ value: Bool) { self = .bool(value) }
    package init(_ value: some BinaryInteger) { self = .number(JSONNumber(value)) }
    package init(_ value: [JSONValue]) { self = .array(value) }
    package init(_ members: [(String, JSONValue)]) { self = .object(JSONObject(members)) }
}
