import MessageSignatures

/// The strict form of a structured field is its own strict form.
enum FuzzStructuredField {
    private static let components = ["\"x-dictionary\";sf", "\"x-list\";sf", "\"x-item\";sf"].compactMap {
        try? ComponentIdentifier(parsing: $0)
    }

    private static let types: StructuredFieldTypes = {
        var types = StructuredFieldTypes.registered
        types["x-dictionary"] = .dictionary
        types["x-list"] = .list
        types["x-item"] = .item
        return types
    }()

    static func run(_ bytes: [UInt8]) {
        for component in components {
            guard let value = strictForm(of: component, bytes) else { continue }
            precondition(strictForm(of: component, Array(value.utf8)) == value, "the strict form has another one")
        }
    }

    private static func strictForm(of component: ComponentIdentifier, _ value: [UInt8]) -> String? {
        let message = HTTPMessage(status: 200, fields: FieldLines([(name: component.name, value: value)]))
        return try? component.value(in: message, types: types)
    }
}
